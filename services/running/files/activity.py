"""An activity of a file, whatever format it came in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from db.models.running import SurfaceType
from services.running.track import DeviceTotals, Lap, Pause, Samples
from services.running.track.clock import moment
from services.running.track.points import Floats

MAX_POINTS = 250_000
"""Nearly three days and nights of a point a second."""
BREAK_STEPS = 1.5
SHORTEST_BREAK = 1.0
FILE = "file"
"""The source of runs whose file does not say who made it."""
ONE_FOOT = 120.0
"""Steps a minute below which a cadence is that of one foot, as FIT and TCX define it; not all writers keep
to that."""

_RUNNING = re.compile(r"run|jog|treadmill|^9$", re.IGNORECASE)
# Numbers are Strava's (https://www.strava.com): 1 a ride, 4 a hike, 10 a walk, 16 a swim.
_OTHER = re.compile(
    r"cycl|bik|ride|swim|walk|hik|row|ski|snow|skat|paddl|kayak|surf|sail|train|strength|yoga|golf|climb"
    r"|transition|driv|fly|motor|elliptic|fitness|other|^(1|2|4|10|16)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Activity:
    """What one recording says.

    `sport` is as the file names it; None when it does not. `source` is who made the recording (`garmin`), and
    `laps` are in the order of time.
    """

    samples: Samples
    sport: str | None = None
    name: str | None = None
    source: str = FILE
    surface: SurfaceType | None = None
    pauses: Sequence[Pause] = field(default_factory=tuple)
    laps: Sequence[Lap] = field(default_factory=tuple)
    device: DeviceTotals = field(default_factory=DeviceTotals)

    @property
    def is_run(self) -> bool | None:
        """Whether its sport is running; None when the file does not say."""
        if self.sport is None:
            return None
        if _RUNNING.search(self.sport) and "walk" not in self.sport.casefold():
            return True
        return False if _OTHER.search(self.sport) else None


def both_feet(cadence: Floats) -> Floats:
    """A cadence in steps a minute, of a column that counts one foot or both."""
    with np.errstate(invalid="ignore"):
        steps = cadence[cadence > 0]
    return cadence * 2 if len(steps) and np.median(steps) < ONE_FOOT else cadence


def breaks(parts: Sequence[Sequence[Mapping[str, float]]]) -> list[Pause]:
    """The pauses between parts of a recording (rows with a `time`): where more is missing than from one row
    to the next."""
    steps = [after["time"] - before["time"] for rows in parts for before, after in pairwise(rows)]
    usual = max(float(np.median(steps)), 0.0) if steps else 0.0
    spans = sorted((rows[0]["time"], rows[-1]["time"]) for rows in parts)
    return [
        Pause(moment(end), moment(start))
        for (_, end), (start, _) in pairwise(spans)
        if start - end > max(BREAK_STEPS * usual, SHORTEST_BREAK)
    ]


def maker(text: str | None) -> str:
    """A short name of who made a file: `Garmin Connect` is `garmin`."""
    words = re.findall(r"[a-z0-9]+", (text or "").casefold())
    return words[0][:40] if words else FILE


def surface_of(sport: str | None) -> SurfaceType | None:
    """What was run on, as far as the name of a sport says."""
    words = (sport or "").casefold()
    names: dict[str, SurfaceType] = {
        "treadmill": "treadmill",
        "virtual": "treadmill",
        "trail": "trail",
        "track": "track",
        "street": "road",
        "road": "road",
    }
    return next((surface for word, surface in names.items() if word in words), None)

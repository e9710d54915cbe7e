"""A run as it is written to a file: what the formats have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from services.running.files.activity import Activity
from services.running.track import ProcessedRun, TrackPoint
from services.running.track.clock import merged
from services.running.track.points import Floats

Stretch = list[tuple[TrackPoint, float]]


@dataclass(frozen=True, slots=True)
class Recording:
    """An activity with what was computed of it; `meters` is how far it had come at each sample."""

    activity: Activity
    run: ProcessedRun
    meters: Floats

    def points(self) -> Stretch:
        """The points, each with how far it had come."""
        return list(zip(self.activity.samples.points(), self.meters.tolist(), strict=True))

    def stretches(self, start: float = -np.inf, end: float = np.inf) -> Iterator[Stretch]:
        """The points from `start` until before `end` (seconds since 1970) between the pauses, in order."""
        samples = self.activity.samples
        points = self.points()
        pauses = [(one.start.timestamp(), one.end.timestamp()) for one in self.activity.pauses]
        edges = [begin for begin, _ in merged(pauses, float(samples.time[0]), float(samples.time[-1]))]
        which = np.searchsorted(edges, samples.time, side="left")
        for number in range(len(edges) + 1):
            index = np.flatnonzero((which == number) & (samples.time >= start) & (samples.time < end))
            if len(index):
                yield [points[i] for i in index.tolist()]


def element(name: str, value: object) -> str:
    """An XML element with a text, or nothing for None."""
    return "" if value is None else f"<{name}>{escape(str(value))}</{name}>"


def whole(value: float | None) -> int | None:
    """A number rounded, for formats that have whole ones."""
    return None if value is None else round(value)

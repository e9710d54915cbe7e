"""The points of a run, as devices record them, and as columns to compute with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MIN_HEART_RATE = 25
MAX_HEART_RATE = 250
MAX_CADENCE = 400
MAX_POWER_WATTS = 3000
MAX_SPEED = 40.0
"""What a sensor can mean; anything else is noise of its own and is left out."""
MIN_ALTITUDE = -500.0
MAX_ALTITUDE = 9000.0


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """A moment of a run.

    `time` has a zone; coordinates are WGS84 degrees, both or neither (a treadmill has none). `cadence` is
    steps a minute, of both feet. `speed` is metres a second, and `distance_meters` what the device had
    counted since the start. `accuracy_meters` is how far off the position may be, as phones say it.
    """

    time: datetime
    latitude: float | None = None
    longitude: float | None = None
    altitude_meters: float | None = None
    heart_rate: float | None = None
    cadence: float | None = None
    power_watts: float | None = None
    speed: float | None = None
    distance_meters: float | None = None
    accuracy_meters: float | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """Points as columns, in the order of time, no two at once. What a point does not say is NaN.

    `time` is seconds since 1970, UTC; the other columns are as in `TrackPoint`.
    """

    time: Floats
    latitude: Floats
    longitude: Floats
    altitude_meters: Floats
    heart_rate: Floats
    cadence: Floats
    power_watts: Floats
    speed: Floats
    distance_meters: Floats
    accuracy_meters: Floats

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, points: Iterable[TrackPoint]) -> Samples:
        """The columns of `points`, which may be in any order; of several values at one time the first."""
        rows = [_row(point) for point in points]
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(COLUMNS))
        return cls.of_columns(dict(zip(COLUMNS, table.T, strict=True)))

    @classmethod
    def of_columns(cls, columns: dict[str, Floats]) -> Samples:
        """Samples of `columns` by name, which may be in any order of time; `time` has to be there.

        What several rows say of one time is put together: some devices write a row for each sensor.
        """
        is_timed = np.isfinite(columns["time"])
        time, place = np.unique(columns["time"][is_timed], return_inverse=True)
        table = {name: np.full(len(time), np.nan) for name in COLUMNS}
        for name in columns.keys() & table.keys():
            values = np.asarray(columns[name], np.float64)[is_timed]
            last_first = np.flatnonzero(np.isfinite(values))[::-1]
            table[name][place[last_first]] = values[last_first]
        return _possible(cls(**table))

    def take(self, which: Flags | npt.NDArray[np.intp] | slice) -> Samples:
        """Some of the samples."""
        return Samples(*(getattr(self, name)[which] for name in COLUMNS))

    def points(self) -> list[TrackPoint]:
        """The samples as points."""
        columns = [self.time.tolist(), *(_said(getattr(self, name)) for name in COLUMNS[1:])]
        return [
            TrackPoint(datetime.fromtimestamp(time, UTC), *rest) for time, *rest in zip(*columns, strict=True)
        ]


COLUMNS: Sequence[str] = tuple(one.name for one in fields(Samples))


def _row(point: TrackPoint) -> list[float | None]:
    return [point.time.timestamp(), *(getattr(point, name) for name in COLUMNS[1:])]


def _said(column: Floats) -> list[float | None]:
    return [None if value != value else value for value in column.tolist()]


def _possible(samples: Samples) -> Samples:
    """`samples` without values that nothing real has."""
    with np.errstate(invalid="ignore"):
        has_place = (
            (np.abs(samples.latitude) <= 90.0)
            & (np.abs(samples.longitude) <= 180.0)
            # What receivers say before they know where they are.
            & ~((samples.latitude == 0.0) & (samples.longitude == 0.0))
        )

    def within(column: Floats, low: float, high: float) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.where((column >= low) & (column <= high), column, np.nan)

    return Samples(
        time=samples.time,
        latitude=np.where(has_place, samples.latitude, np.nan),
        longitude=np.where(has_place, samples.longitude, np.nan),
        altitude_meters=within(samples.altitude_meters, MIN_ALTITUDE, MAX_ALTITUDE),
        heart_rate=within(samples.heart_rate, MIN_HEART_RATE, MAX_HEART_RATE),
        cadence=within(samples.cadence, 0, MAX_CADENCE),
        power_watts=within(samples.power_watts, 0, MAX_POWER_WATTS),
        speed=within(samples.speed, 0, MAX_SPEED),
        distance_meters=within(samples.distance_meters, 0, np.inf),
        accuracy_meters=within(samples.accuracy_meters, 0, np.inf),
    )

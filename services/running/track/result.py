"""What comes of the points of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from db.models import DistanceType, IntervalType

METERS: dict[DistanceType, float] = {
    "1k": 1000.0,
    "1mi": 1609.344,
    "5k": 5000.0,
    "10k": 10000.0,
    "half": 21097.5,
    "marathon": 42195.0,
}
"""The distances that records are kept of (World Athletics, rule 32 for the road)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """From when to when the clock stood."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Lap:
    """A stretch that the device or its wearer marked; with an intent when a workout gave it one."""

    start: datetime
    end: datetime
    distance_meters: float | None = None
    timer_seconds: float | None = None
    interval_type: IntervalType | None = None


@dataclass(frozen=True, slots=True)
class DeviceTotals:
    """What a device said of the whole run, where it did."""

    start: datetime | None = None
    distance_meters: float | None = None
    elapsed_seconds: float | None = None
    timer_seconds: float | None = None
    ascent_meters: float | None = None
    descent_meters: float | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A kilometre or mile, numbered from 1; the last may be shorter. Pauses do not count."""

    number: int
    distance_meters: float
    duration_seconds: float
    pace_min_per_km: float | None
    heart_rate: float | None = None
    elevation_change_meters: float | None = None
    cadence: float | None = None
    power_watts: float | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A segment of an interval workout, numbered from 1."""

    number: int
    interval_type: IntervalType
    distance_meters: float
    duration_seconds: float
    pace_min_per_km: float | None
    heart_rate: float | None = None


@dataclass(frozen=True, slots=True)
class BestEffort:
    """The fastest stretch of a distance within the run, by the clock on the wall: pauses count."""

    distance_type: DistanceType
    time_seconds: float
    start: datetime
    end: datetime

    @property
    def pace_min_per_km(self) -> float:
        """Its pace."""
        return self.time_seconds / 60.0 / (METERS[self.distance_type] / 1000.0)


@dataclass(frozen=True, slots=True)
class RoutePoint:
    """A point of the route as it is drawn. `pace_min_per_km` is the smoothed pace there."""

    time: datetime
    latitude: float
    longitude: float
    altitude_meters: float | None
    distance_meters: float
    pace_min_per_km: float | None
    heart_rate: float | None


@dataclass(frozen=True, slots=True)
class ProcessedRun:
    """A run, computed.

    `elapsed_seconds` is from the first to the last moment, `timer_seconds` without the `pauses`, and
    `moving_seconds` without standing about either. Paces are minutes per kilometre: `average` over the time
    that was moved, `best` over the fastest 100 m, `grade_adjusted` as it would have been on the flat (Minetti
    2002). What the points say nothing about is None. `clock_is_known`: the pauses, or that there were none,
    come from who made them, and not from gaps between points.
    """

    start: datetime
    end: datetime
    distance_meters: float
    elapsed_seconds: float
    timer_seconds: float
    moving_seconds: float
    pauses: list[Pause] = field(default_factory=list)
    clock_is_known: bool = False
    average_pace_min_per_km: float | None = None
    best_pace_min_per_km: float | None = None
    grade_adjusted_pace_min_per_km: float | None = None
    average_heart_rate: float | None = None
    max_heart_rate: float | None = None
    elevation_gain_meters: float | None = None
    elevation_loss_meters: float | None = None
    average_cadence: float | None = None
    average_power_watts: float | None = None
    kilometers: list[Split] = field(default_factory=list)
    miles: list[Split] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    best_efforts: list[BestEffort] = field(default_factory=list)
    route: list[RoutePoint] = field(default_factory=list)

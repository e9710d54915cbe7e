"""A run cut into pieces: kilometres and miles, intervals, and the fastest stretch of each distance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import get_args

import numpy as np

from db.models import DistanceType
from services.running.track.clock import Clock, moment
from services.running.track.points import Floats, Samples
from services.running.track.result import METERS, BestEffort, Interval, Lap, Split

MIN_LAST_SPLIT = 10.0
"""Metres: what is left over at the end and shorter than this is no split."""
BEST_PACE_METERS = 100.0
LONGEST_SHARE = 10.0
"""Seconds that a sample may speak for: what came in a gap nobody knows."""
PLANNED = {"recovery", "warmup", "cooldown"}


class Course:
    """Where the athlete was when, and what the sensors said."""

    def __init__(
        self, samples: Samples, meters: Floats, clock: Clock, altitude: Floats | None = None
    ) -> None:
        self.samples = samples
        self.time = samples.time
        self.meters = meters
        self.clock = clock
        self.altitude = altitude
        self._shown = clock.at(samples.time)
        self._weights = np.minimum(np.diff(self._shown), LONGEST_SHARE)
        self._sums: dict[str, tuple[Floats, Floats]] = {}

    def when(self, meters: Floats, *, first: bool = True) -> Floats:
        """The moments at which the athlete had come `meters` far, the `first` or the last of them if they
        stood there. Between samples it is a straight line."""
        return _inverse(meters, self.meters, self.time, first=first)

    def where(self, time: Floats) -> Floats:
        """How far they had come at moments."""
        return np.asarray(np.interp(time, self.time, self.meters), np.float64)

    def mean(self, name: str, start: float | None = None, end: float | None = None) -> float | None:
        """The mean of a column between two moments, by time on the clock; None without any value."""
        if name not in self._sums:
            self._sums[name] = self._integrate(name)
        total, seconds = self._sums[name]
        edges = np.array([self.time[0] if start is None else start, self.time[-1] if end is None else end])
        weight = np.diff(np.interp(edges, self.time, seconds))[0]
        if weight <= 0:
            return None
        return float(np.diff(np.interp(edges, self.time, total))[0] / weight)

    def height(self, time: float) -> float | None:
        """The altitude at a moment."""
        return None if self.altitude is None else float(np.interp(time, self.time, self.altitude))

    def _integrate(self, name: str) -> tuple[Floats, Floats]:
        values = getattr(self.samples, name)
        if name == "cadence":  # whoever stands has none
            values = np.where(values > 0, values, np.nan)
        step = np.where(
            np.isnan(values[:-1]),
            values[1:],
            np.where(np.isnan(values[1:]), values[:-1], (values[:-1] + values[1:]) / 2),
        )
        weights = np.where(np.isnan(step), 0.0, self._weights)
        total = np.cumsum(np.nan_to_num(step) * weights)
        return np.concatenate(([0.0], total)), np.concatenate(([0.0], np.cumsum(weights)))


def splits(course: Course, length: float) -> list[Split]:
    """The run in pieces of `length` metres."""
    total = float(course.meters[-1])
    if total <= 0:
        return []
    marks = np.arange(0.0, total, length)
    if total - marks[-1] >= MIN_LAST_SPLIT or len(marks) == 1:
        marks = np.append(marks, total)
    at = course.when(marks)
    at[0] = course.clock.start
    if marks[-1] == total:
        at[-1] = course.clock.end
    shown = course.clock.at(at)
    return [
        _split(course, number, (float(at[number - 1]), float(at[number])), float(far), float(took))
        for number, (far, took) in enumerate(zip(np.diff(marks), np.diff(shown), strict=True), start=1)
    ]


def _split(course: Course, number: int, edges: tuple[float, float], meters: float, seconds: float) -> Split:
    heights = [course.height(edge) for edge in edges]
    return Split(
        number=number,
        distance_meters=meters,
        duration_seconds=seconds,
        pace_min_per_km=pace(meters, seconds),
        heart_rate=course.mean("heart_rate", *edges),
        elevation_change_meters=None if None in heights else heights[1] - heights[0],  # type: ignore[operator]
        cadence=course.mean("cadence", *edges),
        power_watts=course.mean("power_watts", *edges),
    )


def best_efforts(course: Course) -> list[BestEffort]:
    """The fastest stretch of each distance that records are kept of and that the run is long enough for."""
    found = ((kind, fastest(course, METERS[kind])) for kind in get_args(DistanceType))
    return [
        BestEffort(kind, edges[1] - edges[0], moment(edges[0]), moment(edges[1]))
        for kind, edges in found
        if edges is not None
    ]


def fastest(course: Course, length: float) -> tuple[float, float] | None:
    """From when to when the athlete ran `length` metres fastest, or None when they ran less.

    Between samples the time over a stretch changes in a straight line, so it is shortest where it begins or
    ends at a sample.
    """
    total = course.meters[-1]
    if total < length:
        return None
    from_here = course.meters[course.meters <= total - length]
    to_here = course.meters[course.meters >= length]
    begins = np.concatenate((from_here, to_here - length))
    starts = course.when(begins, first=False)
    ends = course.when(np.minimum(begins + length, total))
    best = int(np.argmin(ends - starts))
    if ends[best] <= starts[best]:
        return None
    return float(starts[best]), float(ends[best])


def best_pace(course: Course) -> float | None:
    """The pace of the fastest 100 m, or of all of it when that is less."""
    length = min(BEST_PACE_METERS, float(course.meters[-1]))
    edges = fastest(course, length) if length > 0 else None
    return pace(length, edges[1] - edges[0]) if edges else None


def intervals(course: Course, laps: Sequence[Lap]) -> list[Interval]:
    """The segments of an interval workout: laps of which some were meant to be more than running on."""
    if not any(lap.interval_type in PLANNED for lap in laps):
        return []
    return list(_intervals(course, laps))


def _intervals(course: Course, laps: Sequence[Lap]) -> Iterator[Interval]:
    for number, lap in enumerate(laps, start=1):
        edges = np.clip([_seconds(lap.start), _seconds(lap.end)], course.time[0], course.time[-1])
        far = lap.distance_meters
        if far is None:
            far = float(np.diff(course.where(edges))[0])
        took = lap.timer_seconds
        if took is None:
            took = float(np.diff(course.clock.at(edges))[0])
        yield Interval(
            number=number,
            interval_type=lap.interval_type or "work",
            distance_meters=far,
            duration_seconds=took,
            pace_min_per_km=pace(far, took),
            heart_rate=course.mean("heart_rate", float(edges[0]), float(edges[1])),
        )


def pace(meters: float, seconds: float) -> float | None:
    """Minutes a kilometre, or None for less than a metre."""
    return seconds / 60.0 / (meters / 1000.0) if meters >= 1.0 and seconds > 0 else None


def _seconds(at: datetime) -> float:
    return at.timestamp()


def _inverse(wanted: Floats, values: Floats, at: Floats, *, first: bool) -> Floats:
    """Where a line that never falls has the values `wanted`: the first or the last place."""
    place = np.searchsorted(values, wanted, side="left" if first else "right")
    index = np.clip(place, 1, len(values) - 1)
    low, high = values[index - 1], values[index]
    rise = np.where(high > low, high - low, 1.0)
    share = np.clip((wanted - low) / rise, 0.0, 1.0)
    if not first:
        share = np.where(wanted >= high, 1.0, share)
    return np.asarray(at[index - 1] + share * (at[index] - at[index - 1]), np.float64)

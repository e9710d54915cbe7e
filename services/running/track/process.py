"""The processor: points of a run in, everything that is computed of them out. Pure, and no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from services.running.track.clock import TIMED_SECONDS, Clock, gaps, moment
from services.running.track.elevation import climbed, level_meters, profile
from services.running.track.path import STILL_SECONDS, agrees, counted, measured, speeds, standing
from services.running.track.points import Flags, Floats, Samples, TrackPoint
from services.running.track.result import DeviceTotals, Lap, Pause, ProcessedRun
from services.running.track.route import route
from services.running.track.splits import Course, best_efforts, best_pace, intervals, pace, splits

KILOMETER = 1000.0
MILE = 1609.344
SAME_RUN = (0.98, 1.02)
CALIBRATED = (0.5, 2.0)
"""How far a device's total may be from the sum of its points: with positions, and on a treadmill, where
people put it right afterwards."""
FEW_METERS = 20.0
LIKE_ASCENT = 0.4
MIN_TIMED = 0.05
NEAR_TIMED = 0.05
TIMED_SHARE = 0.0005
LATE_SECONDS = 120.0
"""So long after the start the first point may come, and before the end the last."""


class NoRunInPoints(ValueError):
    """There is no run in these points. The text says why, as a clause without a full stop."""


def process(
    points: Sequence[TrackPoint] | Samples,
    *,
    pauses: Iterable[Pause] = (),
    laps: Sequence[Lap] = (),
    device: DeviceTotals | None = None,
) -> ProcessedRun:
    """Everything about the run of `points`, in whatever order they came.

    `pauses` are those that the athlete or the device made. When there are any, or the device's clock stood
    for a while, the athlete moved whenever the clock ran; otherwise they moved when they were faster than 30
    minutes a mile. `laps` become intervals when a workout gave them an intent. Totals that the `device` said
    are kept where they fit.

    Distance is what the device counted where that makes sense, else that of the positions on the ellipsoid
    without excursions, jitter and wandering about while standing. Splits take the clock without pauses, best
    efforts take the clock on the wall.

    Raises:
        NoRunInPoints: there are fewer than two moments, or they say neither where nor how far.
    """
    samples = points if isinstance(points, Samples) else Samples.of(points)
    if len(samples) < 2:
        raise NoRunInPoints("it has fewer than two points with a time")
    said = [(one.start.timestamp(), one.end.timestamp()) for one in pauses]
    meters = _scaled(_meters(samples, said), samples, device)
    start, end = _span(samples, device)
    paused = _paused_seconds(end - start, device)
    clock = Clock(start, end, said or _unsaid_pauses(samples, meters, end, paused))
    altitude = profile(samples, meters)
    course = Course(samples, meters, clock, altitude)
    total = float(meters[-1])
    timer = clock.seconds
    if (said or paused) and device and device.timer_seconds:
        timer = device.timer_seconds if not said or _is_near(device.timer_seconds, timer) else timer
    moving = timer if said or paused else min(timer, end - start - _stood_seconds(samples, meters))
    up, down = _climbed(altitude, device)
    level = level_meters(samples, meters, altitude) if altitude is not None else None
    heart_rates = samples.heart_rate[np.isfinite(samples.heart_rate)]
    return ProcessedRun(
        start=moment(start),
        end=moment(end),
        distance_meters=total,
        elapsed_seconds=end - start,
        timer_seconds=timer,
        moving_seconds=moving,
        pauses=clock.pauses_as_said(),
        clock_is_known=bool(said) or paused is not None,
        average_pace_min_per_km=pace(total, moving),
        best_pace_min_per_km=best_pace(course),
        grade_adjusted_pace_min_per_km=pace(level, moving) if level is not None else None,
        average_heart_rate=course.mean("heart_rate"),
        max_heart_rate=float(heart_rates.max()) if len(heart_rates) else None,
        elevation_gain_meters=up,
        elevation_loss_meters=down,
        average_cadence=course.mean("cadence"),
        average_power_watts=course.mean("power_watts"),
        kilometers=splits(course, KILOMETER),
        miles=splits(course, MILE),
        intervals=intervals(course, laps),
        best_efforts=best_efforts(course),
        route=route(samples, meters, altitude),
    )


def meters_of(samples: Samples, pauses: Iterable[Pause], total: float) -> Floats:
    """How far the athlete had come at each sample of a run of `total` metres."""
    said = [(one.start.timestamp(), one.end.timestamp()) for one in pauses]
    return _scaled(_meters(samples, said), samples, DeviceTotals(distance_meters=total))


def _meters(samples: Samples, pauses: list[tuple[float, float]]) -> Floats:
    paused = _mostly_within(samples.time, pauses)
    by_count = counted(samples)
    by_place = measured(samples, paused)
    if by_count is not None and agrees(by_count, by_place, float(np.ptp(samples.time))):
        return by_count
    if by_count is None and not by_place[-1] and not np.isfinite(samples.latitude).any():
        raise NoRunInPoints("its points say neither where the run went nor how far")
    return by_place


def _scaled(meters: Floats, samples: Samples, device: DeviceTotals | None) -> Floats:
    """`meters` that end with what the device said, if it means the same run."""
    said = device.distance_meters if device else None
    if not said or meters[-1] <= 0:
        return meters
    low, high = SAME_RUN if np.isfinite(samples.latitude).any() else CALIBRATED
    return meters * (said / meters[-1]) if low <= said / meters[-1] <= high else meters


def _span(samples: Samples, device: DeviceTotals | None) -> tuple[float, float]:
    """The first and the last moment: the device's, where points come a little later or end sooner."""
    first, last = float(samples.time[0]), float(samples.time[-1])
    start, end = first, last
    if device and device.start and 0 <= first - device.start.timestamp() <= LATE_SECONDS:
        start = device.start.timestamp()
    if device and device.elapsed_seconds and 0 <= start + device.elapsed_seconds - last <= LATE_SECONDS:
        end = start + device.elapsed_seconds
    return start, end


def _climbed(altitude: Floats | None, device: DeviceTotals | None) -> tuple[float | None, float | None]:
    """Metres up and down: as the device said, whose barometer knows more than its altitudes show, if that can
    be right."""
    said = (device.ascent_meters, device.descent_meters) if device else (None, None)
    if altitude is None:
        return said
    up, down = (
        theirs if theirs is not None and abs(theirs - ours) <= max(FEW_METERS, LIKE_ASCENT * ours) else ours
        for theirs, ours in zip(said, climbed(altitude), strict=True)
    )
    return up, down


def _paused_seconds(elapsed: float, device: DeviceTotals | None) -> float | None:
    """How long the device's clock stood, or None when it did not say or cannot be right."""
    if device is None or device.timer_seconds is None:
        return None
    paused = elapsed - device.timer_seconds
    if paused <= max(TIMED_SECONDS, TIMED_SHARE * elapsed):
        return 0.0
    return paused if device.timer_seconds >= MIN_TIMED * elapsed else None


def _unsaid_pauses(
    samples: Samples, meters: Floats, end: float, paused: float | None
) -> list[tuple[float, float]]:
    """The pauses that nobody noted; after the last point, if the device says that it was paused. What gaps do
    not account for are the longest times of standing: some devices go on recording while they are paused."""
    time, far = samples.time, meters
    if paused is not None and end > time[-1]:
        time, far = np.append(time, end), np.append(far, far[-1])
    found = gaps(time, far, paused)
    missing = (paused or 0.0) - sum(until - begin for begin, until in found)
    if missing <= max(TIMED_SECONDS, TIMED_SHARE * float(np.ptp(time))):
        return found
    stood = [(float(samples.time[a]), float(samples.time[b])) for a, b in _standing(samples, meters)]
    for begin, until in sorted(stood, key=lambda one: one[0] - one[1]):
        if until - begin <= missing * (1 + NEAR_TIMED) + STILL_SECONDS:
            found.append((begin, until))
            missing -= until - begin
    return found


def _is_near(said: float, found: float) -> bool:
    """Whether a device means the same by its clock as is found from its pauses."""
    return abs(said - found) <= max(TIMED_SECONDS, NEAR_TIMED * found)


def _mostly_within(time: Floats, pauses: list[tuple[float, float]]) -> Flags:
    """Which steps are paused for most of their time."""
    clock = Clock(float(time[0]), float(time[-1]), pauses)
    return np.asarray(np.diff(clock.at(time)) < 0.5 * np.diff(time), np.bool_)


def _stood_seconds(samples: Samples, meters: Floats) -> float:
    """Seconds in which the athlete was slower than 30 minutes a mile."""
    time = samples.time
    return sum(float(time[end] - time[start]) for start, end in _standing(samples, meters))


def _standing(samples: Samples, meters: Floats) -> list[tuple[int, int]]:
    """From which sample to which the athlete was slower than 30 minutes a mile."""
    time = samples.time
    known = np.isfinite(samples.speed)
    if known.mean() > 0.9:
        by_device = np.interp(time, time[known], samples.speed[known])
        speed = (by_device[:-1] + by_device[1:]) / 2
        # Across a gap the device's speed is only that of its edges.
        wide = np.diff(time) > STILL_SECONDS
        speed[wide] = (np.diff(meters) / np.diff(time))[wide]
    else:
        speed = speeds(time, meters, STILL_SECONDS)
    return list(standing(time, speed))

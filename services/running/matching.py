"""Planned segments found in what was run: where each effort and recovery began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from services.running.plans import Segment
from services.running.track import Pause, Samples
from services.running.track.clock import Clock, moment
from services.running.track.path import agrees, counted, measured
from services.running.track.points import Floats

LEAST_SHARE = 0.2
"""A segment that was broken off sooner was not run."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment as it was run; `is_whole` if it came to its end. It began `meters` far and at `seconds` on
    the clock without pauses; `ran_meters` and `ran_seconds` are its own."""

    segment: Segment
    start: datetime
    end: datetime
    meters: float
    seconds: float
    ran_meters: float
    ran_seconds: float
    heart_rate: int | None
    is_whole: bool


def matched(
    segments: Sequence[Segment], samples: Samples, pauses: Sequence[Pause], start: datetime
) -> list[Stretch]:
    """The segments that were run, in order, the last one perhaps not to its end.

    The first begins with the run. A segment ends when its distance is run, or its time is over on the clock
    without pauses; the next begins there.
    """
    if len(samples) < 2 or not segments:
        return []
    meters = _meters(samples)
    begin = min(start.timestamp(), float(samples.time[0]))
    said = [(one.start.timestamp(), one.end.timestamp()) for one in pauses]
    clock = Clock(begin, float(samples.time[-1]), said)
    time = np.concatenate([[begin], samples.time]) if begin < samples.time[0] else samples.time
    run = np.concatenate([[0.0], meters]) if begin < samples.time[0] else meters
    shown = clock.at(time)
    found: list[Stretch] = []
    at = begin
    for segment in segments:
        end = _end(segment, at, time, run, shown)
        until = float(time[-1]) if end is None else end
        meters, seconds = np.interp(at, time, run), np.interp(at, time, shown)
        found.append(
            Stretch(
                segment,
                moment(at),
                moment(until),
                meters=float(meters),
                seconds=float(seconds),
                ran_meters=float(np.interp(until, time, run) - meters),
                ran_seconds=float(np.interp(until, time, shown) - seconds),
                heart_rate=_heart_rate(samples, at, until),
                is_whole=end is not None,
            )
        )
        if end is None:
            break
        at = until
    return found


def worth_keeping(found: Sequence[Stretch]) -> list[Stretch]:
    """The stretches without a last one that was broken off soon after it began."""
    return [one for one in found if one.is_whole or _share(one) >= LEAST_SHARE]


def _share(one: Stretch) -> float:
    """How much of a stretch was run."""
    if one.segment.distance_meters is not None:
        return one.ran_meters / one.segment.distance_meters
    return one.ran_seconds / one.segment.duration_seconds if one.segment.duration_seconds else 0.0


def _heart_rate(samples: Samples, start: float, end: float) -> int | None:
    within = (samples.time >= start) & (samples.time <= end) & np.isfinite(samples.heart_rate)
    return round(float(samples.heart_rate[within].mean())) if within.any() else None


def _meters(samples: Samples) -> Floats:
    by_place = measured(samples, np.zeros(len(samples) - 1, np.bool_))
    by_count = counted(samples)
    seconds = float(np.ptp(samples.time))
    return by_count if by_count is not None and agrees(by_count, by_place, seconds) else by_place


def _end(segment: Segment, at: float, time: Floats, run: Floats, shown: Floats) -> float | None:
    """When a segment that began at `at` was over; None when it was not."""
    if segment.distance_meters is not None:
        column, wanted = run, float(np.interp(at, time, run)) + segment.distance_meters
    else:
        column, wanted = shown, float(np.interp(at, time, shown)) + (segment.duration_seconds or 0.0)
    if wanted > float(column[-1]):
        return None
    index = max(1, int(np.searchsorted(column, wanted)))
    before, after = float(column[index - 1]), float(column[index])
    share = (wanted - before) / (after - before) if after > before else 1.0
    return max(at, float(time[index - 1]) + share * float(time[index] - time[index - 1]))

"""How far the athlete had come at each sample."""

from __future__ import annotations

import numpy as np

from services.running.track.cleaning import FASTEST, jumps, places, smoothed
from services.running.track.clock import SLOWEST
from services.running.track.geodesy import distance
from services.running.track.points import Flags, Floats, Samples

MIN_COUNTED = 0.5
"""The share of samples that a device has to have counted for, to go by its count."""
LEAST, MOST = 0.7, 1.4
"""What a device counted is off if it is not within this of what its own positions say."""
FASTEST_RUN = 6.5
"""Metres a second, for longer (10,000 m: 6.38)."""
STILL_SECONDS = 5.0
"""How long somebody is slower than anybody runs before they stand."""
RESET_METERS = 20.0


def counted(samples: Samples) -> Floats | None:
    """Metres at each sample as the device counted them, or None when it did not or cannot be right.

    Devices know more than positions: they have filtered them, and pods on the foot count where there are
    none.
    """
    known = np.isfinite(samples.distance_meters)
    if len(samples) < 2 or known.sum() < max(2, MIN_COUNTED * len(samples)):
        return None
    count = _without_resets(samples.distance_meters[known])
    meters = np.asarray(np.interp(samples.time, samples.time[known], count), np.float64)
    total, seconds = float(meters[-1] - meters[0]), float(samples.time[-1] - samples.time[0])
    if not 0 < total <= FASTEST * max(seconds, 1.0):
        return None
    # What it had counted before the first sample belongs to the run, unless the first lap was left out.
    first = float(meters[0])
    return meters if first <= FASTEST * STILL_SECONDS else meters - first


def agrees(meters: Floats, placed: Floats, seconds: float) -> bool:
    """Whether a device's count can be that of the same run as its positions.

    It may be more if somebody can have run that far: on a treadmill positions stay where they are.
    """
    total = float(meters[-1] - meters[0])
    if total < LEAST * placed[-1]:
        return False
    return total <= MOST * placed[-1] or total <= FASTEST_RUN * seconds


def measured(samples: Samples, paused: Flags) -> Floats:
    """Metres at each sample by its position; `paused` are the steps to the next sample that do not count."""
    index = places(samples)
    if len(index) < 2:
        return _by_speed(samples, paused)
    placed = samples.take(index)
    latitude, longitude, steps = smoothed(placed)
    steps[jumps(placed)] = 0.0
    steps[np.logical_and.reduceat(np.append(paused, False), index)[:-1]] = 0.0
    steps = _without_wandering(placed, latitude, longitude, steps)
    meters = np.concatenate(([0.0], np.cumsum(steps)))
    return np.asarray(np.interp(samples.time, placed.time, meters), np.float64)


def speeds(time: Floats, meters: Floats, window: float) -> Floats:
    """Metres a second in the middle of each step, over `window` seconds around it."""
    middle = (time[:-1] + time[1:]) / 2
    half = np.maximum(window, np.diff(time)) / 2
    low, high = np.maximum(middle - half, time[0]), np.minimum(middle + half, time[-1])
    moved = np.interp(high, time, meters) - np.interp(low, time, meters)
    return np.asarray(moved / np.maximum(high - low, 1e-9), np.float64)


def stretches(flags: Flags) -> list[tuple[int, int]]:
    """Where `flags` are set without a break: from index, to index (exclusive)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def standing(time: Floats, speed: Floats) -> list[tuple[int, int]]:
    """The stretches of steps in which the athlete stood."""
    return [
        (start, end) for start, end in stretches(speed < SLOWEST) if time[end] - time[start] >= STILL_SECONDS
    ]


def _without_wandering(samples: Samples, latitude: Floats, longitude: Floats, steps: Floats) -> Floats:
    """`steps` without the wandering of the receiver while the athlete stood: of all that only how far away
    they were in the end."""
    meters = np.concatenate(([0.0], np.cumsum(steps)))
    steps = steps.copy()
    for start, end in standing(samples.time, speeds(samples.time, meters, STILL_SECONDS)):
        walked = float(steps[start:end].sum())
        if walked > 0:
            away = distance(latitude[start], longitude[start], latitude[end], longitude[end])
            steps[start:end] *= min(1.0, away / walked)
    return steps


def _by_speed(samples: Samples, paused: Flags) -> Floats:
    """Metres by speed alone, where there is nothing else."""
    speed = np.nan_to_num(samples.speed)
    steps = np.where(paused, 0.0, (speed[:-1] + speed[1:]) / 2 * np.diff(samples.time))
    return np.concatenate(([0.0], np.cumsum(steps)))


def _without_resets(count: Floats) -> Floats:
    """A count that begins anew with each lap, as one that goes on; one that falls a little stays."""
    falls = np.diff(count)
    resets = np.where(falls < -RESET_METERS, -falls, 0.0)
    return np.maximum.accumulate(count + np.concatenate(([0.0], np.cumsum(resets))))

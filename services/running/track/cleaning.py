"""Which of the places a receiver reported it can have been at, and how much they jitter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.running.track.geodesy import distances, on_plane
from services.running.track.points import Flags, Floats, Samples

FASTEST = 12.5
"""Metres a second: a little more than anybody ever ran (12.4, Berlin 2009)."""
WORST_ACCURACY = 100.0
"""Metres: a place that is no better known than this is none."""
BRIEF_SECONDS = 15.0
"""A stretch elsewhere that is shorter is an error of the receiver, a longer one is where the athlete is."""
DENSE_SECONDS = 2.5
"""Points at least this close in time show jitter; others are too far apart for it to matter."""
MUCH_JITTER = 0.04
"""The share by which jitter lengthens the way, above which places are smoothed. Less is subtracted: smoothing
would cut the corners."""
MAX_WINDOW = 11
NEIGHBOURS = 11
MIN_FOR_NOISE = 30


def places(samples: Samples) -> npt.NDArray[np.intp]:
    """The indexes of the samples that say where the athlete was, and can be right about it."""
    with np.errstate(invalid="ignore"):
        vague = samples.accuracy_meters > WORST_ACCURACY
    index = np.flatnonzero(np.isfinite(samples.latitude) & np.isfinite(samples.longitude) & ~vague)
    return index[_reachable(samples.take(index))]


def jumps(samples: Samples) -> Flags:
    """Between which neighbours nobody can have got in the time."""
    meters = distances(samples.latitude, samples.longitude)
    # Two times within a second may both be rounded.
    return meters > FASTEST * np.maximum(np.diff(samples.time), 1.0) + 5.0


def _reachable(samples: Samples) -> Flags:
    """Which samples are not brief excursions to where nobody can have got."""
    good = np.ones(len(samples), np.bool_)
    broken = np.flatnonzero(jumps(samples)) + 1
    if not len(broken):
        return good
    starts = np.concatenate(([0], broken))
    ends = np.concatenate((broken, [len(samples)]))
    seconds = samples.time[ends - 1] - samples.time[starts]
    longest = int(np.argmax(seconds))
    last: int | None = None
    for chain, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        fits = last is not None and not jumps(samples.take(np.array([last, start])))[0]
        if fits or chain == longest or seconds[chain] >= BRIEF_SECONDS:
            last = end - 1
        else:
            good[start:end] = False
    return good


def smoothed(samples: Samples) -> tuple[Floats, Floats, Floats]:
    """Latitudes, longitudes and the metres between neighbours, without the jitter of the receiver.

    Jitter lengthens each step: in the mean by its variance across the step over twice the step. That is
    taken off again, which leaves corners as they are. Of a receiver that jitters more, places are smoothed
    with parabolas (Savitzky & Golay 1964). Receivers that filter already are left alone.
    """
    latitude, longitude = samples.latitude, samples.longitude
    steps = distances(latitude, longitude)
    spread = _spread(samples)
    usual = float(np.median(steps[steps > 0])) if np.any(steps > 0) else 0.0
    if not spread or not usual:
        return latitude, longitude, steps
    excess = spread / (2 * usual**2)
    if excess <= MUCH_JITTER:
        around = np.convolve(
            np.pad(steps, NEIGHBOURS // 2, mode="edge"), np.full(NEIGHBOURS, 1 / NEIGHBOURS), "valid"
        )
        usual_there = np.maximum(around, np.sqrt(spread))
        return latitude, longitude, np.maximum(steps - spread / (2 * usual_there), 0.0)
    latitude, longitude = _parabolas(samples, _window(excess))
    return latitude, longitude, distances(latitude, longitude)


def _spread(samples: Samples) -> float:
    """The variance, in square metres and each direction, that jitter gives the steps between neighbours.

    Third differences show it, for a runner's own acceleration hardly changes within seconds. Jitter that is
    new at each point (s, its variance) gives them 20 s, at any distance in time; jitter that wanders (by q a
    point) gives them 6 q, and 12 q between every other point. Steps get 2 s + q.
    """
    gaps = np.diff(samples.time)
    if len(samples) < MIN_FOR_NOISE or np.median(gaps) > DENSE_SECONDS:
        return 0.0
    usual = np.isclose(gaps, np.median(gaps), atol=0.01)
    axes = on_plane(samples.latitude, samples.longitude)
    near, far = (_wiggle(axes, usual, stride) for stride in (1, 2))
    wandering = min(max((far - near) / 6.0, 0.0), near / 6.0)
    return 2.0 * (near - 6.0 * wandering) / 20.0 + wandering


def _wiggle(axes: tuple[Floats, Floats], usual: Flags, stride: int) -> float:
    """The variance of third differences between points `stride` apart that came at the `usual` pace."""
    length = 3 * stride
    even = np.convolve(usual, np.ones(length), "valid") == length
    if even.sum() < MIN_FOR_NOISE:
        return 0.0
    a, b, c = slice(stride, -2 * stride), slice(2 * stride, -stride), slice(3 * stride, None)
    third = [(axis[c] - 3 * axis[b] + 3 * axis[a] - axis[: -3 * stride])[even] for axis in axes]
    squares = np.concatenate(third) ** 2
    # Corners are in the upper parts. Of normal values capped at the 70th percentile the variance is 0.539.
    return float(np.minimum(squares, np.quantile(squares, 0.7)).mean() / 0.539)


def _parabolas(samples: Samples, window: int) -> tuple[Floats, Floats]:
    """The places, each on a parabola through the `window` around it; none across a break in time or place."""
    breaks = np.flatnonzero((np.diff(samples.time) > 2 * DENSE_SECONDS) | jumps(samples)) + 1
    latitude, longitude = samples.latitude.copy(), np.unwrap(samples.longitude, period=360.0)
    for part in np.split(np.arange(len(samples)), breaks):
        if len(part) > window:
            latitude[part] = _fit(latitude[part], window)
            longitude[part] = _fit(longitude[part], window)
    return latitude, (longitude + 180.0) % 360.0 - 180.0


def _window(excess: float) -> int:
    """How many places to fit at once: a parabola over n of them leaves about 9 / 4n of the variance."""
    windows = range(5, MAX_WINDOW, 2)
    return next((one for one in windows if excess * 9.0 / (4.0 * one) < MUCH_JITTER / 20), MAX_WINDOW)


def _fit(values: Floats, window: int) -> Floats:
    """`values`, each as the parabola through the `window` around it has it; ends are as they were."""
    half = window // 2
    powers = np.vander(np.arange(-half, half + 1, dtype=np.float64), 3, increasing=True)
    weights = np.linalg.pinv(powers)[0]
    middle = np.convolve(values - values[0], weights[::-1], mode="valid") + values[0]
    return np.concatenate((values[:half], middle, values[-half:]))

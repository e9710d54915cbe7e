"""The route as it is drawn: as few points as show it."""

from __future__ import annotations

import numpy as np

from services.running.track.cleaning import places
from services.running.track.clock import moment
from services.running.track.geodesy import on_plane
from services.running.track.points import Flags, Floats, Samples
from services.running.track.result import RoutePoint
from services.running.track.splits import pace

TOLERANCE_METERS = 3.0
MAX_POINTS = 1000
FARTHEST_APART = 60.0
"""Seconds: points are no further apart, for pace and heart rate are drawn along the route."""
PACE_SECONDS = 20.0


def route(samples: Samples, meters: Floats, altitude: Floats | None) -> list[RoutePoint]:
    """The points of the route that it needs to be within 3 m of what it was; less exact when those are more
    than 1,000."""
    index = places(samples)
    if len(index) < 2:
        return []
    placed = samples.take(index)
    east, north = on_plane(placed.latitude, placed.longitude)
    tolerance = TOLERANCE_METERS
    kept = simplified(east, north, tolerance)
    while kept.sum() > MAX_POINTS:
        tolerance *= 1.5
        kept = simplified(east, north, tolerance)
    index = index[_in_time(placed.time, kept)]
    half = PACE_SECONDS / 2
    time = samples.time[index]
    low, high = np.maximum(time - half, samples.time[0]), np.minimum(time + half, samples.time[-1])
    moved = np.interp(high, samples.time, meters) - np.interp(low, samples.time, meters)
    return [
        RoutePoint(
            time=moment(float(samples.time[i])),
            latitude=float(samples.latitude[i]),
            longitude=float(samples.longitude[i]),
            altitude_meters=None if altitude is None else float(altitude[i]),
            distance_meters=float(meters[i]),
            pace_min_per_km=pace(float(far), float(took)),
            heart_rate=float(samples.heart_rate[i]) if np.isfinite(samples.heart_rate[i]) else None,
        )
        for i, far, took in zip(index.tolist(), moved, high - low, strict=True)
    ]


def simplified(east: Floats, north: Floats, tolerance: float) -> Flags:
    """Which points of a line to keep for it to be nowhere further than `tolerance` from what it was
    (Douglas & Peucker 1973)."""
    kept = np.zeros(len(east), np.bool_)
    kept[[0, -1]] = True
    open_ = [(0, len(east) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        off = _off(east[first : last + 1], north[first : last + 1])
        farthest = int(np.argmax(off))
        if off[farthest] > tolerance:
            kept[first + farthest] = True
            open_ += [(first, first + farthest), (first + farthest, last)]
    return kept


def _off(east: Floats, north: Floats) -> Floats:
    """How far points are from the straight line between the first and the last of them."""
    x, y = east - east[0], north - north[0]
    length = x[-1] ** 2 + y[-1] ** 2
    share = np.clip((x * x[-1] + y * y[-1]) / length, 0.0, 1.0) if length > 0 else np.zeros(len(x))
    return np.asarray(np.hypot(x - share * x[-1], y - share * y[-1]), np.float64)


def _in_time(time: Floats, kept: Flags) -> Flags:
    """`kept`, and between them at least one each minute unless that makes too many."""
    apart = max(FARTHEST_APART, float(time[-1] - time[0]) / MAX_POINTS)
    result = kept.copy()
    last = time[0]
    for i in range(1, len(time)):
        if result[i]:
            last = time[i]
        elif time[i] - last >= apart:
            result[i] = True
            last = time[i]
    return result

"""Points of runs that nobody ran: straight north, at one speed after the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.running.track import TrackPoint

METERS_A_DEGREE = 111_261.5
"""Along the meridian at 52 degrees north."""


def track(
    start: datetime, legs: Iterable[tuple[float, float]], *, every: float = 2.0, from_meters: float = 0.0
) -> list[TrackPoint]:
    """A point every `every` seconds; `legs` are (seconds, metres a second). Ends with the last leg."""
    points = [_point(start, from_meters)]
    seconds, meters = 0.0, from_meters
    for length, speed in legs:
        for _ in range(round(length / every)):
            seconds += every
            meters += every * speed
            points.append(_point(start + timedelta(seconds=seconds), meters))
    return points


def _point(time: datetime, meters: float) -> TrackPoint:
    return TrackPoint(time, 52.0 + meters / METERS_A_DEGREE, 13.0, heart_rate=150.0)

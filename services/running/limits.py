"""What nobody runs: the limits beyond which VoiceFit asks instead of writing."""

from __future__ import annotations

MIN_METERS = 50.0
MAX_METERS = 500_000.0
MAX_SECONDS = 48 * 3600.0
SLOWEST = 0.5
"""Metres a second. Slower than this, all breaks included, no distance was run: something was misheard."""
FASTEST: tuple[tuple[float, float], ...] = (
    (42_195.0, 5.84),
    (21_097.5, 6.21),
    (10_000.0, 6.38),
    (5_000.0, 6.63),
    (1_000.0, 7.59),
    (0.0, 10.45),
)
"""(from metres, metres a second): the men's world records, rounded up (World Athletics, 2025)."""
MIN_PACE, MAX_PACE = 120.0, 1800.0
"""Seconds a kilometre that somebody can aim for."""
MAX_REPEATS = 100


def check_run(distance_meters: float | None, duration_seconds: float | None) -> str | None:
    """A question when a run of this distance and time cannot be right, else None."""
    if distance_meters is not None and not MIN_METERS <= distance_meters <= MAX_METERS:
        return "That distance can't be right. How far was it?"
    if duration_seconds is not None and not 0 < duration_seconds <= MAX_SECONDS:
        return "That time can't be right. How long did it take?"
    if distance_meters is None or duration_seconds is None:
        return None
    speed = distance_meters / duration_seconds
    fastest = next(limit for start, limit in FASTEST if distance_meters >= start)
    if speed > fastest:
        return "That would be a world record. How far was it, and in what time?"
    if speed < SLOWEST:
        return "That would be slower than a stroll. How far was it, and in what time?"
    return None

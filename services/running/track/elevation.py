"""What was climbed, and what a pace on a slope would have been on the flat."""

from __future__ import annotations

import numpy as np

from services.running.track.points import Floats, Samples

MIN_ALTITUDES = 0.5
"""The share of samples that need an altitude, to say anything of climbing."""
SMOOTHED_METERS = 80.0
"""Along the run. With this, and the hysteresis, barometers come near what their devices say was climbed."""
SPIKE_SAMPLES = 5
HYSTERESIS_METERS = 3.0
"""A climb counts when it has come this far above the last low, and then all of it."""
GRADE_METERS = 30.0
MAX_GRADE = 0.45
LEVEL_COST = 3.6
STANDING_METERS = 0.1
"""So much further along counts each second, for altitudes recorded while standing are averaged as well."""


def profile(samples: Samples, meters: Floats) -> Floats | None:
    """The altitude at each sample without spikes and steps of the sensor, or None where there is none."""
    known = np.isfinite(samples.altitude_meters)
    if len(samples) < 2 or known.sum() < max(2, MIN_ALTITUDES * len(samples)):
        return None
    altitude = np.interp(samples.time, samples.time[known], samples.altitude_meters[known])
    return _averaged(_along(samples, meters), _without_spikes(altitude), SMOOTHED_METERS)


def climbed(altitude: Floats, hysteresis: float = HYSTERESIS_METERS) -> tuple[float, float]:
    """Metres up and metres down, both positive: from each low to the next high, where they are at least
    `hysteresis` apart."""
    up = down = 0.0
    values = altitude.tolist()
    low = high = values[0]
    heading = 0
    for value in values:
        if heading > 0 and high - value >= hysteresis:
            up, low, heading = up + high - low, value, -1
        elif heading < 0 and value - low >= hysteresis:
            down, high, heading = down + high - low, value, 1
        elif heading == 0 and max(high, value) - min(low, value) >= hysteresis:
            heading = 1 if value > low and value - low >= hysteresis else -1
        if heading >= 0:
            high = max(high, value)
        if heading <= 0:
            low = min(low, value)
    return (up + high - low, down) if heading > 0 else (up, down + high - low if heading else 0.0)


def level_meters(samples: Samples, meters: Floats, altitude: Floats) -> float:
    """How far on the flat would have cost as much as the run did on its slopes.

    The cost of running on a slope is Minetti's polynomial (J. Appl. Physiol. 93:1039-1046, 2002), which holds
    between grades of -45 % and 45 %.
    """
    along = _along(samples, meters)
    middle = (along[:-1] + along[1:]) / 2
    low = np.maximum(middle - GRADE_METERS / 2, along[0])
    high = np.minimum(middle + GRADE_METERS / 2, along[-1])
    rise = np.interp(high, along, altitude) - np.interp(low, along, altitude)
    grade = rise / np.maximum(high - low, 1.0)
    return float(np.sum(np.diff(meters) * cost(grade)) / LEVEL_COST)


def cost(grade: Floats) -> Floats:
    """Joules a kilogram and metre at a grade (0.1 is 10 %)."""
    i = np.clip(grade, -MAX_GRADE, MAX_GRADE)
    return np.asarray(np.polyval([155.4, -30.4, -43.3, 46.3, 19.5, LEVEL_COST], i), np.float64)


def _along(samples: Samples, meters: Floats) -> Floats:
    return np.asarray(meters + STANDING_METERS * (samples.time - samples.time[0]), np.float64)


def _without_spikes(values: Floats) -> Floats:
    half = SPIKE_SAMPLES // 2
    padded = np.pad(values, half, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, SPIKE_SAMPLES)
    return np.asarray(np.median(around, axis=1), np.float64)


def _averaged(along: Floats, values: Floats, width: float) -> Floats:
    """The mean of `values` over `width` of `along` around each, less at the ends."""
    area = np.concatenate(([0.0], np.cumsum((values[:-1] + values[1:]) / 2 * np.diff(along))))
    half = np.minimum(width / 2, np.minimum(along - along[0], along[-1] - along))
    low, high = along - half, along + half
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (_integral(high, along, values, area) - _integral(low, along, values, area)) / (high - low)
    return np.asarray(np.where(high - low > 1e-6, mean, values), np.float64)


def _integral(at: Floats, along: Floats, values: Floats, area: Floats) -> Floats:
    """The integral of `values` from the beginning to `at`, exact for lines between the samples."""
    index = np.clip(np.searchsorted(along, at, side="right") - 1, 0, len(along) - 2)
    into = at - along[index]
    here = np.interp(at, along, values)
    return np.asarray(area[index] + (values[index] + here) / 2 * into, np.float64)

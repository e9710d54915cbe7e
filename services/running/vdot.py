"""Fitness out of a race: VDOT, training paces and predicted times.

Daniels and Gilbert, "Oxygen Power" (1979): the oxygen cost of a speed, and the share of VO2max that can be
held for a time. Riegel, "Athletic Records and Human Endurance" (1981): times grow with distance to the power
1.06.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

METERS_PER_KM = 1000.0
MARATHON = 42_195.0
RIEGEL_EXPONENT = 1.06
MIN_METERS, MAX_METERS = 800.0, 100_000.0
MIN_SECONDS = 60.0
EASY = (0.59, 0.74)
THRESHOLD, INTERVAL, REPETITION = 0.88, 0.975, 1.07
"""Shares of VDOT at which the kinds of training are run (Daniels, "Daniels' Running Formula")."""
Method = Literal["vdot", "riegel"]


def oxygen_cost(meters_per_minute: float) -> float:
    """The oxygen that running at a speed takes, in ml/kg/min."""
    v = meters_per_minute
    return -4.60 + 0.182258 * v + 0.000104 * v * v


def share_held(minutes: float) -> float:
    """The share of VO2max that can be held for so long."""
    return 0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)


def vdot(distance_meters: float, seconds: float) -> float:
    """The VDOT of a race. Raises `ValueError` for what is no race."""
    if not MIN_METERS <= distance_meters <= MAX_METERS or seconds < MIN_SECONDS:
        raise ValueError("A VDOT is told by a race of 800 m to 100 km.")
    minutes = seconds / 60
    return oxygen_cost(distance_meters / minutes) / share_held(minutes)


def time_at(value: float, distance_meters: float) -> float:
    """The seconds in which somebody of this VDOT races a distance."""
    low, high = 30.0, 200_000.0
    for _ in range(60):  # VDOT falls as the time grows
        middle = (low + high) / 2
        minutes = middle / 60
        if oxygen_cost(distance_meters / minutes) / share_held(minutes) > value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def riegel(distance_meters: float, seconds: float, to_meters: float) -> float:
    """The predicted seconds over another distance."""
    return seconds * math.pow(to_meters / distance_meters, RIEGEL_EXPONENT)


def speed_at(oxygen: float) -> float:
    """The speed in m/min that takes so much oxygen: Daniels' own curve."""
    return 29.54 + 5.000663 * oxygen - 0.007546 * oxygen * oxygen


def pace_at(oxygen: float) -> float:
    """The pace that takes so much oxygen, in seconds a kilometre."""
    return 60 * METERS_PER_KM / speed_at(oxygen)


@dataclass(frozen=True, slots=True)
class TrainingPaces:
    """Paces in seconds a kilometre; easy is a band, from slow to fast."""

    easy_slow: float
    easy_fast: float
    marathon: float
    threshold: float
    interval: float
    repetition: float


def training_paces(value: float) -> TrainingPaces:
    """The paces to train at with this VDOT."""
    return TrainingPaces(
        easy_slow=pace_at(EASY[0] * value),
        easy_fast=pace_at(EASY[1] * value),
        marathon=time_at(value, MARATHON) / MARATHON * METERS_PER_KM,
        threshold=pace_at(THRESHOLD * value),
        interval=pace_at(INTERVAL * value),
        repetition=pace_at(REPETITION * value),
    )


def predict(method: Method, distance_meters: float, seconds: float, to_meters: float) -> float:
    """The predicted seconds over another distance, by a named method."""
    if method == "riegel":
        return riegel(distance_meters, seconds, to_meters)
    return time_at(vdot(distance_meters, seconds), to_meters)

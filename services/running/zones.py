"""Heart-rate and power zones, each by a method that has a name.

`percent_max`: shares of the maximum (ACSM's five bands). `karvonen`: of the reserve between rest and maximum
(Karvonen, Kentala and Mustala 1957). `lthr`: of the heart rate at the lactate threshold (Friel). Power: of
critical power (Stryd's five zones).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HeartRateMethod = Literal["percent_max", "karvonen", "lthr"]
NAMES = ("recovery", "easy", "aerobic", "threshold", "maximum")
PERCENT_MAX = (0.50, 0.60, 0.70, 0.80, 0.90, 1.00)
LTHR = (0.65, 0.85, 0.90, 0.95, 1.00, 1.06)
POWER = (0.65, 0.80, 0.90, 1.00, 1.15, 1.30)
POWER_NAMES = ("easy", "moderate", "threshold", "interval", "repetition")
MIN_HEART_RATE, MAX_HEART_RATE = 25, 250
TANAKA = (208.0, 0.7)
"""The maximum by age: 208 - 0.7 years (Tanaka, Monahan and Seals 2001). One person's may be 10 beats off."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone, numbered from 1, from `low` to below `high`: beats a minute, or watts."""

    number: int
    name: str
    low: int
    high: int


def heart_rate_zones(
    method: HeartRateMethod,
    *,
    maximum: float | None = None,
    resting: float | None = None,
    threshold: float | None = None,
) -> list[Zone]:
    """Five zones in beats a minute. Raises `ValueError` for what is missing or impossible."""
    for value in (maximum, resting, threshold):
        if value is not None and not MIN_HEART_RATE <= value <= MAX_HEART_RATE:
            raise ValueError(f"A heart rate of {value:g} can't be right.")
    if method == "lthr":
        if threshold is None:
            raise ValueError("Zones by threshold need the heart rate at the lactate threshold.")
        return _zones(LTHR, NAMES, 0.0, threshold)
    if maximum is None:
        raise ValueError("These zones need the maximum heart rate.")
    if method == "percent_max":
        return _zones(PERCENT_MAX, NAMES, 0.0, maximum)
    if resting is None or resting >= maximum:
        raise ValueError("Karvonen's zones need a resting heart rate below the maximum.")
    return _zones(PERCENT_MAX, NAMES, resting, maximum - resting)


def power_zones(critical_power: float) -> list[Zone]:
    """Five zones in watts. Raises `ValueError` for what is no critical power."""
    if not 50 <= critical_power <= 700:
        raise ValueError(f"A critical power of {critical_power:g} watts can't be right.")
    return _zones(POWER, POWER_NAMES, 0.0, critical_power)


def maximum_by_age(years: int) -> int:
    """The expected maximum heart rate."""
    return round(TANAKA[0] - TANAKA[1] * years)


def _zones(shares: tuple[float, ...], names: tuple[str, ...], base: float, span: float) -> list[Zone]:
    edges = [round(base + share * span) for share in shares]
    return [Zone(i + 1, name, edges[i], edges[i + 1]) for i, name in enumerate(names)]

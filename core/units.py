"""Units of weight and distance, and their conversions (NIST Handbook 44: 1 lb = 0.45359237 kg exactly)."""

from __future__ import annotations

from typing import Literal

WeightUnit = Literal["lbs", "kg"]

KG_PER_LB = 0.45359237
METERS_PER_MILE = 1609.344
METERS_PER_YARD = 0.9144
METERS_PER_FOOT = 0.3048


def convert_weight(weight: float, unit: WeightUnit, to: WeightUnit) -> float:
    """`weight`, given in `unit`, in the unit `to`."""
    if unit == to:
        return weight
    return weight * KG_PER_LB if to == "kg" else weight / KG_PER_LB


def spoken_number(value: float) -> str:
    """A number as short as it can be written: `225`, `222.5`."""
    return f"{value:.2f}".rstrip("0").rstrip(".")

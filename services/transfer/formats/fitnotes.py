"""FitNotes: one row a set, a workout a day. Android says the unit in a heading or a column of its own.

The one for iPhone has a column for each unit and fills the one that is used.
"""

from __future__ import annotations

from services.transfer.formats.base import Format, ReadSet, Row
from services.transfer.values import meters_in, weight_unit


def read(row: Row) -> ReadSet:
    """The set of `row`."""
    kilograms, pounds = row.number("weight_kg"), row.number("weight_lbs")
    weight = row.number("weight")
    unit = weight_unit(row.text("weight_unit"))
    if pounds is not None:
        weight, unit = pounds, "lbs"
    if kilograms is not None and (pounds is None or _is_rounder(kilograms, pounds)):
        weight, unit = kilograms, "kg"
    return ReadSet(
        reps=row.integer("reps"),
        weight=weight,
        unit=unit,
        duration_seconds=row.seconds("time"),
        distance=row.number("distance"),
        meters_per_unit=meters_in(row.text("distance_unit")) or meters_in(row.unit("distance")),
        notes=row.optional("comment"),
    )


def _is_rounder(one: float, other: float) -> bool:
    """Of a weight in two units the one that was typed has fewer digits than its conversion."""
    return len(f"{one:.6g}") <= len(f"{other:.6g}")


FORMAT = Format(
    app="fitnotes",
    label="FitNotes",
    names={
        "starts_at": "Date",
        "exercise": "Exercise",
        "category": "Category",
        "weight": "Weight",
        "weight_kg": "Weight (kg)|Weight (kgs)",
        "weight_lbs": "Weight (lb)|Weight (lbs)",
        "weight_unit": "Weight Unit",
        "reps": "Reps",
        "distance": "Distance",
        "distance_unit": "Distance Unit",
        "time": "Time",
        "comment": "Comment|Notes",
    },
    required=frozenset({"starts_at", "exercise", "reps"}),
    telling=frozenset({"exercise", "category"}),
    read=read,
)

"""Fitbod: one row a set, kilograms and metres always, times with their zone.

`multiplier` says how many of the weight were held, for the volume. VoiceFit, too, logs one dumbbell's weight,
so the weight is taken as it is.
"""

from __future__ import annotations

from services.transfer.errors import BadRow
from services.transfer.formats.base import Format, ReadSet, Row
from services.transfer.values import METERS, shown

WARMUP = {"": False, "false": False, "0": False, "true": True, "1": True}


def read(row: Row) -> ReadSet:
    """The set of `row`."""
    warmup = row.text("is_warmup").casefold()
    if warmup not in WARMUP:
        raise BadRow(f"isWarmup {shown(warmup)} is neither true nor false")
    row.number("multiplier")
    return ReadSet(
        set_type="warmup" if WARMUP[warmup] else "working",
        reps=row.integer("reps"),
        weight=row.number("weight"),
        unit="kg",
        duration_seconds=row.seconds("duration"),
        distance=row.number("distance"),
        meters_per_unit=METERS["m"],
        notes=row.optional("note"),
    )


FORMAT = Format(
    app="fitbod",
    label="Fitbod",
    names={
        "starts_at": "Date",
        "exercise": "Exercise",
        "reps": "Reps",
        "weight": "Weight(kg)",
        "duration": "Duration(s)",
        "distance": "Distance(m)",
        "incline": "Incline",
        "resistance": "Resistance",
        "is_warmup": "isWarmup",
        "note": "Note",
        "multiplier": "multiplier",
    },
    required=frozenset({"starts_at", "exercise", "reps", "weight"}),
    telling=frozenset({"exercise", "is_warmup", "duration"}),
    read=read,
)

"""Hevy (https://www.hevyapp.com): one row a set, newest workout first, units in the names of the columns."""

from __future__ import annotations

from db.models import SetType
from services.transfer.errors import BadRow
from services.transfer.formats.base import Format, ReadSet, ReadWorkout, Row, plain
from services.transfer.values import METERS, shown

SET_TYPES: dict[str, SetType] = {
    "": "working",
    "normal": "working",
    "warmup": "warmup",
    "dropset": "drop",
    "drop": "drop",
    "failure": "failure",
}


def read(row: Row) -> ReadSet:
    """The set of `row`."""
    kind = plain(row.text("set_type"))
    if kind not in SET_TYPES:
        raise BadRow(f"set_type {shown(row.text('set_type'))} is not known here")
    row.integer("set_index")
    kilograms, miles = row.number("weight_kg"), row.number("distance_miles")
    return ReadSet(
        set_type=SET_TYPES[kind],
        reps=row.integer("reps"),
        weight=row.number("weight_lbs") if kilograms is None else kilograms,
        unit="lbs" if kilograms is None else "kg",
        rpe=row.number("rpe"),
        duration_seconds=row.seconds("duration_seconds"),
        distance=row.number("distance_km") if miles is None else miles,
        meters_per_unit=METERS["km" if miles is None else "miles"],
        superset=_superset(row),
        notes=row.optional("exercise_notes"),
    )


def read_workout(row: Row) -> ReadWorkout:
    """The workout of `row`."""
    return ReadWorkout(
        name=row.optional("title"),
        notes=row.optional("description"),
        ends_at=row.moment("ends_at") if row.text("ends_at") else None,
    )


def _superset(row: Row) -> int | None:
    """The number of the superset, which counts from 0."""
    return None if not row.text("superset_id") else row.integer("superset_id") or 0


FORMAT = Format(
    app="hevy",
    label="Hevy",
    names={
        "title": "title",
        "starts_at": "start_time",
        "ends_at": "end_time",
        "description": "description",
        "exercise": "exercise_title",
        "superset_id": "superset_id",
        "exercise_notes": "exercise_notes",
        "set_index": "set_index",
        "set_type": "set_type",
        "weight_kg": "weight_kg",
        "weight_lbs": "weight_lbs",
        "reps": "reps",
        "distance_km": "distance_km",
        "distance_miles": "distance_miles",
        "duration_seconds": "duration_seconds",
        "rpe": "rpe",
    },
    required=frozenset({"starts_at", "exercise", "set_type", "reps"}),
    telling=frozenset({"exercise", "starts_at", "set_index", "set_type"}),
    read=read,
    read_workout=read_workout,
    repeats_notes=True,
)

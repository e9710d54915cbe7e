"""Strong (https://www.strong.app): one row a set, in dialects by platform, version and language.

The classic one says no unit; later ones have a unit column, or units in the headings. The order of a set
is a number, or a letter for a set that is not a working set. Rest timers are rows of their own.
"""

from __future__ import annotations

from db.models import SetType
from services.transfer.errors import BadRow
from services.transfer.formats.base import Format, ReadSet, ReadWorkout, Row, plain
from services.transfer.values import meters_in, shown, weight_unit

RESTS = frozenset(map(plain, ("Rest Timer", "Ruhetimer", "Ruhe-Timer", "Pausentimer", "Erholungstimer")))
SET_TYPES: dict[str, SetType] = {
    **dict.fromkeys(
        map(plain, ("W", "Warm-up", "Warm Up Set", "Warmup", "Aufwärmen", "Aufwärmsatz")), "warmup"
    ),
    **dict.fromkeys(map(plain, ("D", "Drop Set", "Drop", "Dropset", "Dropsatz")), "drop"),
    **dict.fromkeys(map(plain, ("F", "Failure", "Failure Set", "Versagen", "Muskelversagen")), "failure"),
}


def read(row: Row) -> ReadSet:
    """The set of `row`."""
    return ReadSet(
        set_type=_set_type(plain(row.text("set_order"))),
        reps=row.integer("reps"),
        weight=row.number("weight"),
        unit=weight_unit(row.text("weight_unit")) or weight_unit(row.unit("weight")),
        rpe=row.number("rpe"),
        duration_seconds=row.seconds("seconds"),
        distance=row.number("distance"),
        meters_per_unit=meters_in(row.text("distance_unit")) or meters_in(row.unit("distance")),
        notes=row.optional("notes"),
    )


def read_workout(row: Row) -> ReadWorkout:
    """The workout of `row`."""
    return ReadWorkout(
        name=row.optional("workout"),
        notes=row.optional("workout_notes"),
        duration_seconds=row.seconds("duration"),
    )


def is_rest(row: Row) -> bool:
    """Whether `row` is a rest timer."""
    return plain(row.text("set_order")) in RESTS


def _set_type(order: str) -> SetType:
    if not order or order.isdecimal():
        return "working"
    if order not in SET_TYPES:
        raise BadRow(f"the set order {shown(order)} is neither a number nor a kind of set that is known here")
    return SET_TYPES[order]


FORMAT = Format(
    app="strong",
    label="Strong",
    names={
        "number": "Workout #|Workout No|Workout Nr.|Trainingsnummer",
        "starts_at": "Date|Datum",
        "workout": "Workout Name|Workout-Name|Name des Workouts|Trainingsname|Name des Trainings|Workoutname",
        "duration": "Duration|Workout Duration|Dauer|Workout-Dauer|Trainingsdauer",
        "exercise": "Exercise Name|Name der Übung|Übungsname|Übung",
        "set_order": "Set Order|Satzreihenfolge|Satz-Reihenfolge|Reihenfolge der Sätze|Satz|Satznummer",
        "weight": "Weight|Gewicht",
        "weight_unit": "Weight Unit|Gewichtseinheit|Gewicht Einheit",
        "reps": "Reps|Wiederholungen|Wdh.|Wdhl.",
        "rpe": "RPE",
        "distance": "Distance|Distanz|Entfernung|Strecke",
        "distance_unit": "Distance Unit|Distanzeinheit|Entfernungseinheit|Distanz Einheit",
        "seconds": "Seconds|Sekunden|Zeit",
        "notes": "Notes|Notizen|Anmerkungen",
        "workout_notes": "Workout Notes|Workout-Notizen|Trainingsnotizen",
    },
    required=frozenset({"starts_at", "exercise", "set_order", "weight", "reps"}),
    telling=frozenset({"exercise", "set_order", "workout"}),
    read=read,
    read_workout=read_workout,
    is_rest=is_rest,
)

"""What a set must say, and what it cannot say: the same for a set that is spoken and one that is sent."""

from __future__ import annotations

from typing import Unpack

from core.errors import Invalid
from services.exercises.catalogue import Exercise
from services.limits import Quantities, bearing, first_impossible


class ImpossibleSet(Invalid):
    """A set that nobody has done. The text is the question to ask, `field` the value that it is about."""


def check_measured(**values: Unpack[Quantities]) -> None:
    """Raises `ImpossibleSet` unless the set says how many, how long or how far."""
    if all(values.get(name) is None for name in ("reps", "duration_seconds", "distance_meters")):
        raise ImpossibleSet("How many reps?", "reps")


def check_done(exercise: Exercise, **values: Unpack[Quantities]) -> None:
    """Raises `ImpossibleSet` unless the set says how much was done, and somebody can have done it."""
    check_measured(**values)
    bears = bearing(exercise.equipment)
    values["machine"], values["handheld"] = bears["machine"], bears["handheld"]
    if found := first_impossible(**values):
        field, question = found
        raise ImpossibleSet(question, field)

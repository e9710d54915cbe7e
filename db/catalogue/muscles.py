"""The muscles of the catalogue, and which of them each exercise works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from db.catalogue.entries import Row, hashed

if TYPE_CHECKING:
    from db.catalogue.exercises import Exercise

Muscle = Literal[
    "chest",
    "front_delts",
    "side_delts",
    "rear_delts",
    "biceps",
    "triceps",
    "forearms",
    "lats",
    "upper_back",
    "traps",
    "lower_back",
    "abs",
    "obliques",
    "hip_flexors",
    "glutes",
    "quads",
    "hamstrings",
    "adductors",
    "abductors",
    "calves",
    "neck",
    "full_body",
    "cardio",
]
"""`full_body` and `cardio` stand for exercises that no single muscle limits."""


def muscle_rows(exercises: Iterable[Exercise]) -> list[Row]:
    """Rows of `exercise_muscles`: the primary muscle and the secondary ones."""
    return [
        hashed({"exercise_id": str(exercise.id), "muscle_group": muscle, "activation_level": level})
        for exercise in exercises
        for level, muscles in (
            ("primary", (exercise.primary_muscle,)),
            ("secondary", exercise.secondary_muscles),
        )
        for muscle in muscles
    ]

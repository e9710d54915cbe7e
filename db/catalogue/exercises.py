"""The exercises: `exercises.csv`. Lists within a cell are separated by `|`; an empty cell is no value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID, uuid5

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass

from db.catalogue.entries import Identifier, Row, hashed, note_twice
from db.catalogue.faults import Faults
from db.catalogue.files import PACKAGED, Cells, read_table, split_cell, table_lines
from db.catalogue.muscles import Muscle
from db.models.exercises import Measure

EXERCISE_NAMESPACE = UUID("6f2a6c1e-6a0b-5b0e-9a53-6d3c1f0e7a11")
"""Identifiers of catalogue exercises are uuid5(namespace, slug): the same in every database."""

FILE = "exercises.csv"
COLUMNS = (
    "slug",
    "name",
    "aliases",
    "equipment",
    "primary_muscle",
    "secondary_muscles",
    "movement_pattern",
    "base_movement",
    "parent_slug",
    "progression_order",
    "is_compound",
    "is_unilateral",
    "measure",
)
LISTS = ("aliases", "equipment", "secondary_muscles")

NOT_LETTER_OR_DIGIT = re.compile(r"[^a-z0-9]+")

Equipment = Literal[
    "barbell",
    "dumbbell",
    "kettlebell",
    "bodyweight",
    "machine",
    "cable",
    "band",
    "smith_machine",
    "ez_bar",
    "trap_bar",
    "plate",
    "medicine_ball",
    "box",
    "rings",
    "suspension",
    "jump_rope",
    "ab_wheel",
    "sled",
    "stone",
    "cardio_machine",
    "none",
]
MovementPattern = Literal[
    "horizontal_push",
    "horizontal_pull",
    "vertical_push",
    "vertical_pull",
    "squat",
    "hinge",
    "lunge",
    "carry",
    "rotation",
    "core",
    "jump",
    "olympic",
    "isolation_push",
    "isolation_pull",
    "isolation_lower",
    "conditioning",
    "cardio",
    "mobility",
]
Alias = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^A-Z]+$")]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Exercise:
    """One exercise of the catalogue. `aliases` are the ways people say it, lower case."""

    slug: Identifier
    name: Annotated[str, StringConstraints(min_length=2, max_length=80)]
    aliases: tuple[Alias, ...]
    equipment: Annotated[tuple[Equipment, ...], Field(min_length=1)]
    primary_muscle: Muscle
    secondary_muscles: tuple[Muscle, ...]
    movement_pattern: MovementPattern
    base_movement: Annotated[str, StringConstraints(min_length=1)]
    parent_slug: str | None
    progression_order: Annotated[int, Field(ge=1)] | None
    is_compound: bool
    is_unilateral: bool
    measure: Measure

    @property
    def id(self) -> UUID:
        """The exercise's row in any database."""
        return exercise_id(self.slug)

    @property
    def is_assisted(self) -> bool:
        """Whether a weight is help, as on an assisting machine: less of it is more."""
        return "assisted" in self.slug.split("-")


EXERCISE = TypeAdapter(Exercise)


@lru_cache(maxsize=4096)
def exercise_id(slug: str) -> UUID:
    """The identifier of the exercise `slug` in any database."""
    return uuid5(EXERCISE_NAMESPACE, slug)


def read_exercises(lines: Iterable[str]) -> tuple[Exercise, ...]:
    """Exercises from CSV lines in the columns of `db/catalogue/exercises.csv`.

    Raises:
        ContentError: a line is not what it must be.
    """
    faults = Faults()
    exercises = _read(table_lines("\n".join(lines), COLUMNS, FILE, faults), faults)
    faults.raise_if_any()
    return exercises


def load_exercises(folder: Path, faults: Faults) -> tuple[Exercise, ...]:
    """The exercises of a content folder, in the order of the file."""
    return _read(read_table(folder, FILE, COLUMNS, faults), faults)


@lru_cache
def packaged_exercises() -> tuple[Exercise, ...]:
    """The exercises that come with VoiceFit, in the order of the file."""
    return read_exercises((PACKAGED / FILE).read_text(encoding="utf-8").splitlines())


def exercise_rows(exercises: Iterable[Exercise]) -> list[Row]:
    """Rows of `exercises`."""
    return [hashed(_row(exercise)) for exercise in exercises]


def _read(lines: Iterable[tuple[str, Cells]], faults: Faults) -> tuple[Exercise, ...]:
    found: list[tuple[str, Exercise]] = []
    for entry, cells in lines:
        value = {**cells, **{column: tuple(split_cell(cells[column])) for column in LISTS}}
        if (exercise := faults.validated(EXERCISE, value, FILE, entry)) is not None:
            found.append((entry, exercise))
    _check(found, faults)
    return tuple(exercise for _, exercise in found)


def _check(found: list[tuple[str, Exercise]], faults: Faults) -> None:
    note_twice(((FILE, entry, exercise.slug) for entry, exercise in found), faults)
    note_twice(
        (
            (FILE, entry, said)
            for entry, exercise in found
            for said in {_squeezed(name) for name in (exercise.name, *exercise.aliases)}
        ),
        faults,
    )
    parents = {exercise.slug: exercise.parent_slug for _, exercise in found}
    for entry, exercise in found:
        if exercise.primary_muscle in exercise.secondary_muscles:
            faults.add(FILE, entry, f"secondary_muscles: {exercise.primary_muscle!r} is the primary muscle")
        if exercise.parent_slug is not None and exercise.parent_slug not in parents:
            faults.add(FILE, entry, f"parent_slug: there is no exercise {exercise.parent_slug!r}")
        elif _descends_from_itself(exercise.slug, parents):
            faults.add(FILE, entry, "parent_slug: the exercise would be a variation of itself")


def _descends_from_itself(slug: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    ancestor = parents.get(slug)
    while ancestor is not None and ancestor not in seen:
        if ancestor == slug:
            return True
        seen.add(ancestor)
        ancestor = parents.get(ancestor)
    return False


def _squeezed(name: str) -> str:
    return NOT_LETTER_OR_DIGIT.sub("", name.lower())


def _row(exercise: Exercise) -> Row:
    return {
        "id": str(exercise.id),
        "slug": exercise.slug,
        "name": exercise.name,
        "synonyms": exercise.aliases,
        "equipment": exercise.equipment,
        "primary_muscle": exercise.primary_muscle,
        "secondary_muscles": exercise.secondary_muscles,
        "movement_pattern": exercise.movement_pattern,
        "base_movement": exercise.base_movement,
        "parent_exercise_id": str(exercise_id(exercise.parent_slug)) if exercise.parent_slug else None,
        "progression_order": exercise.progression_order,
        "is_compound": exercise.is_compound,
        "is_unilateral": exercise.is_unilateral,
        "measure": exercise.measure,
        "normalized_name": _squeezed(exercise.name),
    }

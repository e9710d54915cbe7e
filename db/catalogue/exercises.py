"""Reading `exercises.csv`. Lists within a cell are separated by `|`; an empty cell is no value."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import cast
from uuid import UUID, uuid5

from db.models.exercises import Measure

EXERCISE_NAMESPACE = UUID("6f2a6c1e-6a0b-5b0e-9a53-6d3c1f0e7a11")
"""Identifiers of catalogue exercises are uuid5(namespace, slug): the same in every database."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the catalogue. `aliases` are the ways people say it, lower case."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    equipment: tuple[str, ...]
    primary_muscle: str
    secondary_muscles: tuple[str, ...]
    movement_pattern: str
    base_movement: str
    parent_slug: str | None
    progression_order: int | None
    is_compound: bool
    is_unilateral: bool
    measure: Measure

    @property
    def id(self) -> UUID:
        """The exercise's row in any database."""
        return exercise_id(self.slug)


@lru_cache(maxsize=4096)
def exercise_id(slug: str) -> UUID:
    """The identifier of the exercise `slug` in any database."""
    return uuid5(EXERCISE_NAMESPACE, slug)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


def read_exercises(lines: Iterable[str]) -> tuple[Exercise, ...]:
    """Exercises from CSV lines in the columns of `db/catalogue/exercises.csv`."""
    return tuple(
        Exercise(
            slug=row["slug"],
            name=row["name"],
            aliases=_split(row["aliases"]),
            equipment=_split(row["equipment"]),
            primary_muscle=row["primary_muscle"],
            secondary_muscles=_split(row["secondary_muscles"]),
            movement_pattern=row["movement_pattern"],
            base_movement=row["base_movement"],
            parent_slug=row["parent_slug"] or None,
            progression_order=int(row["progression_order"]) if row["progression_order"] else None,
            is_compound=row["is_compound"] == "true",
            is_unilateral=row["is_unilateral"] == "true",
            measure=cast(Measure, row["measure"]),
        )
        for row in csv.DictReader(lines)
    )


@lru_cache
def packaged_exercises() -> tuple[Exercise, ...]:
    """The exercises that come with VoiceFit, in the order of the file."""
    text = files("db").joinpath("catalogue/exercises.csv").read_text(encoding="utf-8")
    return read_exercises(text.splitlines())

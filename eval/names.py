"""Exercise names of scenarios and of calls, resolved to the catalogue by exact name, slug or alias."""

from __future__ import annotations

import re
from functools import lru_cache

from services.exercises.catalogue import Exercise, packaged_catalogue


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@lru_cache(maxsize=1)
def _index() -> dict[str, Exercise]:
    index: dict[str, Exercise] = {}
    for exercise in packaged_catalogue():
        for name in (exercise.name, exercise.slug, *exercise.aliases):
            index.setdefault(_squeezed(name), exercise)
    return index


def find_exercise(name: str) -> Exercise | None:
    """The exercise called `name`, whatever its case, spacing and punctuation; None if there is none.

    Nothing is guessed: a harness that matched loosely would forgive the very mistakes it is there to find.
    """
    return _index().get(_squeezed(name))


def exercise_slug(name: str) -> str | None:
    """The slug of the exercise called `name`; None if there is none."""
    exercise = find_exercise(name)
    return exercise.slug if exercise else None

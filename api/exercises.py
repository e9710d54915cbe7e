"""Exercises as requests name them: by id, by slug, or in somebody's words."""

from __future__ import annotations

from http import HTTPStatus

from api.problems import TYPE, ExerciseChoice, FieldError, RequestRefused
from services.exercises.catalogue import Exercise
from services.exercises.matcher import packaged_matcher
from services.exercises.resolve import Unresolved, find_exercise


def meant_exercise(reference: str | None, current: str | None = None) -> Exercise:
    """The exercise of a body; left out, the slug `current`.

    Raises `RequestRefused` (422) with the exercises that may be meant as `alternatives`.
    """
    if reference is None and current is None:
        raise _unclear(Unresolved("Which exercise?"))
    try:
        return find_exercise(packaged_matcher(), reference or current or "", current)
    except Unresolved as unresolved:
        raise _unclear(unresolved) from None


def _unclear(unresolved: Unresolved) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        str(unresolved),
        [FieldError(in_="body", pointer="/exercise", detail=str(unresolved))],
        type=TYPE + "unclear-exercise",
        alternatives=[
            ExerciseChoice(id=one.id, slug=one.slug, name=one.name).model_dump(mode="json")
            for one in unresolved.choices
        ],
    )

"""The catalogue as lists: by muscle, equipment and movement, or by what people call an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Exercise, Measure
from services.exercises.catalogue import UnknownExercise
from services.exercises.matcher import ExerciseMatcher, squeeze
from services.paging import InvalidCursor, PageRequest, Slice, Sort, fetch_slice

SORTS = {"name": Sort((Exercise.name,)), "-name": Sort((Exercise.name,), descending=True)}
STARTS, CONTAINS, SOUNDS_LIKE = 0.95, 0.85, 0.8
"""How good a match is in which a word starts so, which has the words in it, or which is only near."""


@dataclass(frozen=True, slots=True)
class ExerciseFilter:
    """Which exercises. `muscle` is trained first or second; `equipment` is among what is needed."""

    words: str | None = None
    muscle: str | None = None
    equipment: str | None = None
    pattern: str | None = None
    measure: Measure | None = None
    is_compound: bool | None = None


async def list_exercises(
    db: AsyncSession, matcher: ExerciseMatcher, wanted: ExerciseFilter, page: PageRequest
) -> Slice[tuple[Exercise]]:
    """Exercises by name; with `wanted.words` the best matches, best first: there are no further pages then.

    Raises `InvalidCursor`.
    """
    query = _filtered(wanted)
    if wanted.words is None:
        return await fetch_slice(db, query, SORTS, page)
    if page.cursor is not None:
        raise InvalidCursor
    scores = rank(matcher, wanted.words)
    rows = await db.scalars(query.where(Exercise.id.in_(list(scores))))
    best_first = sorted(rows, key=lambda row: (-scores[row.id], row.name))
    return Slice([(row,) for row in best_first[: page.limit]], None)


async def get_exercise(db: AsyncSession, reference: str) -> Exercise:
    """The exercise with this slug or identifier. Raises `UnknownExercise`."""
    row = await db.scalar(select(Exercise).where(_is(reference)))
    if row is None:
        raise UnknownExercise
    return row


def _is(reference: str) -> ColumnElement[bool]:
    try:
        return or_(Exercise.slug == reference, Exercise.id == UUID(reference))
    except ValueError:
        return Exercise.slug == reference


def _filtered(wanted: ExerciseFilter) -> Select[Exercise]:
    query = select(Exercise)
    if wanted.muscle is not None:
        also = Exercise.secondary_muscles.contains([wanted.muscle])
        query = query.where(or_(Exercise.primary_muscle == wanted.muscle, also))
    if wanted.equipment is not None:
        query = query.where(Exercise.equipment.contains([wanted.equipment]))
    if wanted.pattern is not None:
        query = query.where(Exercise.movement_pattern == wanted.pattern)
    if wanted.measure is not None:
        query = query.where(Exercise.measure == wanted.measure)
    if wanted.is_compound is not None:
        query = query.where(Exercise.is_compound.is_(wanted.is_compound))
    return query


def rank(matcher: ExerciseMatcher, words: str) -> dict[UUID, float]:
    """What `words`, perhaps only begun, may mean: exercises by identifier, each with a score from 0 to 1."""
    scores = {found.exercise.id: found.score * SOUNDS_LIKE for found in matcher.match(words, limit=20)}
    if found := matcher.match(words, limit=1, floor=1.0):
        scores[found[0].exercise.id] = found[0].score
    key = squeeze(words)
    for exercise_id, names in _names(matcher) if key else ():
        score = max((_similarity(key, name) for name in names), default=0.0)
        if score > scores.get(exercise_id, 0.0):
            scores[exercise_id] = score
    return scores


@lru_cache(maxsize=4)
def _names(matcher: ExerciseMatcher) -> tuple[tuple[UUID, tuple[tuple[str, ...], ...]], ...]:
    """Of every exercise, for each of its names: the name squeezed together from each of its words on."""
    return tuple(
        (
            one.id,
            tuple(
                tuple(squeeze("".join(parts[i:])) for i in range(len(parts)))
                for parts in (name.lower().split() for name in (one.name, *one.aliases))
            ),
        )
        for one in matcher.catalogue
    )


def _similarity(key: str, tails: tuple[str, ...]) -> float:
    """How well `key` fits a name: more when it begins with it, and the more of it there is."""
    whole = tails[0]
    share = len(key) / max(len(whole), len(key))
    if whole.startswith(key):
        return STARTS + 0.04 * share
    if any(tail.startswith(key) for tail in tails):
        return STARTS - 0.04 + 0.04 * share
    return CONTAINS * share if key in whole and len(key) > 2 else 0.0

"""The search for an exercise by one athlete: their own names, what they do today and did lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Workout, WorkoutSet
from services.cache import Cache, cache_key, content_version
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import packaged_matcher
from services.exercises.own_names import own_names
from services.exercises.search import NameAnswer, NameContext, decided, packaged_search
from services.exercises.spelling import words
from services.exercises.weighing import Alike

LATELY = timedelta(days=60)
KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the athlete who asks: their own names (words: slug), and what they do and did."""

    names: Mapping[str, str]
    context: NameContext


async def known_of(db: AsyncSession, user_id: UUID, equipment: str | None = None) -> Known:
    """What is known of `user_id`, who says that they use `equipment`."""
    return Known(await own_names(db, user_id), await _context(db, user_id, equipment))


async def find_exercises(cache: Cache, name: str, known: Known, limit: int = 5) -> NameAnswer:
    """Which exercise the athlete means by `name`.

    What takes long, comparing with every name, is kept in `cache`: it is the same for everybody.
    """
    matcher = packaged_matcher().personal(known.names)
    answer = packaged_search().at_once(matcher, name, known.context, limit)
    return answer or decided(name, await _ranked(cache, name), known.context, limit)


async def _ranked(cache: Cache, name: str) -> list[Alike]:
    said = " ".join(words(name))

    async def rank() -> Any:
        ranked = packaged_search().rank(said)
        return [[a.exercise.slug, a.likeness, a.strange, a.unsaid, a.geared] for a in ranked]

    key = cache_key("exercise_names", None, said, version=_version())
    found = cast(list[list[Any]], await cache.get_or_make(key, KEPT, rank))
    by_slug = packaged_catalogue().by_slug
    return [Alike(by_slug[slug], *rest) for slug, *rest in found]


@lru_cache
def _version() -> str:
    """Changes with the names of the catalogue."""
    return content_version([[e.slug, e.name, *e.aliases, *e.equipment] for e in packaged_catalogue()])


async def _context(db: AsyncSession, user_id: UUID, equipment: str | None) -> NameContext:
    now = datetime.now(UTC)
    workout = (
        await db.execute(
            select(Workout.id, Workout.current_exercise_id).where(
                Workout.user_id == user_id, Workout.status == "active"
            )
        )
    ).one_or_none()
    done = await db.execute(
        select(WorkoutSet.exercise_id, WorkoutSet.workout_id)
        .where(WorkoutSet.user_id == user_id, WorkoutSet.completed_at > now - LATELY)
        .distinct()
    )
    today: set[str] = set()
    lately: set[str] = set()
    by_id = packaged_catalogue().by_id
    for exercise_id, workout_id in done:
        if exercise_id in by_id:
            slugs = today if workout is not None and workout_id == workout.id else lately
            slugs.add(by_id[exercise_id].slug)
    current = by_id.get(workout.current_exercise_id) if workout and workout.current_exercise_id else None
    return NameContext(current.slug if current else None, today, lately, equipment)

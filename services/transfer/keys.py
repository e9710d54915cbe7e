"""What an import is recognised by when it comes again, and what of it is here already.

A workout is named by its app and its start, as the file has it; a set besides by the exercise's name there
and its position among the sets of that exercise. The database lets neither in twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Workout, WorkoutSet
from services.transfer.history import HistorySet, HistoryWorkout, start_key

NAMESPACE = UUID("0d9a3c52-51c7-5f0e-8a52-0e6b8f1f7c11")
ASKED_AT_ONCE = 5_000

T = TypeVar("T")


def set_key(app: str, workout: HistoryWorkout, one: HistorySet) -> UUID:
    """What a set of `app` is recognised by when it comes again."""
    return uuid5(NAMESPACE, f"{app}\n{start_key(workout.starts_at)}\n{one.exercise}\n{one.position}")


async def sets_here(db: AsyncSession, user_id: UUID, keys: Sequence[UUID]) -> set[UUID]:
    """Those of `keys` that a set of the athlete has."""
    found: set[UUID] = set()
    for some in batches(keys, ASKED_AT_ONCE):
        query = select(WorkoutSet.import_key).where(
            WorkoutSet.user_id == user_id, WorkoutSet.import_key.in_(some)
        )
        found.update(key for key in await db.scalars(query) if key)
    return found


async def workouts_here(db: AsyncSession, user_id: UUID, app: str, starts: Sequence[str]) -> dict[str, UUID]:
    """The athlete's workouts of `app` that began at `starts`, as `start_key` has them."""
    found: dict[str, UUID] = {}
    for some in batches(starts, ASKED_AT_ONCE):
        query = select(Workout.external_id, Workout.id).where(
            Workout.user_id == user_id, Workout.source == app, Workout.external_id.in_(some)
        )
        found |= {row.external_id: row.id for row in await db.execute(query)}
    return found


async def begun_elsewhere(
    db: AsyncSession, user_id: UUID, app: str, first: datetime, last: datetime
) -> set[datetime]:
    """The minutes from `first` to `last` in which a workout of the athlete began that is not from `app`."""
    query = select(Workout.started_at).where(
        Workout.user_id == user_id, Workout.source != app, Workout.started_at.between(minute(first), last)
    )
    return {minute(at) for at in await db.scalars(query)}


def minute(at: datetime) -> datetime:
    """The beginning of the minute of `at`, in UTC."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some

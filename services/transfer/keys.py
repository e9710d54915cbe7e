"""The keys of an import, and which of them are here already."""

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


def workout_key(app: str, workout: HistoryWorkout) -> UUID:
    """What a workout of `app` is recognised by when it comes again."""
    return uuid5(NAMESPACE, f"{app}\n{start_key(workout.starts_at)}")


def set_key(app: str, workout: HistoryWorkout, one: HistorySet) -> UUID:
    """What a set of `app` is recognised by when it comes again."""
    return uuid5(NAMESPACE, f"{app}\n{start_key(workout.starts_at)}\n{one.exercise}\n{one.position}")


async def keys_here(
    db: AsyncSession, user_id: UUID, model: type[Workout] | type[WorkoutSet], keys: Sequence[UUID]
) -> set[UUID]:
    """Those of `keys` that a row of the athlete has."""
    found: set[UUID] = set()
    for some in batches(keys, ASKED_AT_ONCE):
        query = select(model.import_key).where(model.user_id == user_id, model.import_key.in_(some))
        found.update(key for key in await db.scalars(query) if key)
    return found


async def starts_here(
    db: AsyncSession, user_id: UUID, first: datetime, last: datetime, keys: set[UUID]
) -> set[datetime]:
    """The minutes from `first` to `last` in which a workout of the athlete began that has none of `keys`."""
    query = select(Workout.started_at, Workout.import_key).where(
        Workout.user_id == user_id, Workout.started_at.between(minute(first), last)
    )
    return {minute(at) for at, key in await db.execute(query) if key not in keys}


def minute(at: datetime) -> datetime:
    """The beginning of the minute of `at`, in UTC."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some

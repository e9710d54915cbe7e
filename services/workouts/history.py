"""Workouts and sets as lists: what was done, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Workout, WorkoutSet, WorkoutStatus
from services.exercises.catalogue import packaged_catalogue
from services.paging import PageRequest, Slice, Sort, fetch_slice
from services.workouts.sessions import get_workout

WORKOUT_SORTS = {
    "-started_at": Sort((Workout.started_at, Workout.id), descending=True),
    "started_at": Sort((Workout.started_at, Workout.id)),
}
SET_SORTS = {
    "sequence": Sort((WorkoutSet.sequence,)),
    "-sequence": Sort((WorkoutSet.sequence,), descending=True),
}


@dataclass(frozen=True, slots=True)
class WorkoutFilter:
    """Which workouts: those in `status` that started in [`started_from`, `started_before`)."""

    status: WorkoutStatus | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None


async def list_workouts(
    db: AsyncSession, user_id: UUID, wanted: WorkoutFilter, page: PageRequest
) -> Slice[tuple[Workout, int]]:
    """Workouts, each with its number of sets."""
    count = (
        select(func.count())
        .select_from(WorkoutSet)
        .where(WorkoutSet.workout_id == Workout.id)
        .correlate(Workout)
        .scalar_subquery()
    )
    query = select(Workout, count).where(Workout.user_id == user_id)
    if wanted.status is not None:
        query = query.where(Workout.status == wanted.status)
    if wanted.started_from is not None:
        query = query.where(Workout.started_at >= wanted.started_from)
    if wanted.started_before is not None:
        query = query.where(Workout.started_at < wanted.started_before)
    return await fetch_slice(db, query, WORKOUT_SORTS, page)


async def list_sets(
    db: AsyncSession, user_id: UUID, workout_id: UUID, exercise: str | None, page: PageRequest
) -> Slice[tuple[WorkoutSet]]:
    """The sets of a workout in the order of logging; of one exercise, if its slug or identifier is given.

    Raises `UnknownWorkout`.
    """
    await get_workout(db, user_id, workout_id)
    query = select(WorkoutSet).where(WorkoutSet.workout_id == workout_id, WorkoutSet.user_id == user_id)
    if exercise is not None:
        known = packaged_catalogue().by_reference(exercise)
        query = query.where(WorkoutSet.exercise_id == known.id if known else false())
    return await fetch_slice(db, query, SET_SORTS, page)

"""Workouts that were left open: finished after a long silence, with the end of their last set."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Workout, WorkoutSet
from services.images import Images
from services.ledger import lock_calls
from services.workouts.sessions import active_workout, finish_workout


def _last_sign(workout: type[Workout]) -> ColumnElement[object]:
    """When the athlete was last heard of in the workout: its last set, or its beginning."""
    last_set = (
        select(func.max(WorkoutSet.completed_at))
        .where(WorkoutSet.workout_id == workout.id)
        .correlate(workout)
        .scalar_subquery()
    )
    return func.greatest(workout.started_at, last_set)


def _idle(idle: timedelta) -> ColumnElement[bool]:
    return and_(Workout.status == "active", _last_sign(Workout) < func.now() - idle)


async def idle_workouts(db: AsyncSession, idle: timedelta, limit: int) -> list[tuple[UUID, UUID]]:
    """Open workouts of all athletes without a sign for `idle`, longest first: athlete and workout."""
    query: Select[UUID, UUID] = (
        select(Workout.user_id, Workout.id).where(_idle(idle)).order_by(Workout.started_at).limit(limit)
    )
    return [(row[0], row[1]) for row in await db.execute(query)]


async def close_if_idle(
    db: AsyncSession, athlete_id: UUID, workout_id: UUID, idle: timedelta
) -> Workout | None:
    """Finishes the workout if it is still open and idle, as of its last set; one without a set is cancelled.

    Returns the workout, or None when there was nothing to do. It is not the athlete's doing: it cannot be
    taken back with "scratch that".
    """
    # A set that is being logged at this moment counts: its call holds this lock.
    await lock_calls(db, athlete_id)
    found = await db.scalar(select(Workout.id).where(Workout.id == workout_id, _idle(idle)))
    workout = await active_workout(db, athlete_id) if found else None
    if workout is None or workout.id != workout_id:
        return None
    last_set = await db.scalar(
        select(func.max(WorkoutSet.completed_at)).where(WorkoutSet.workout_id == workout_id)
    )
    if last_set is None:
        workout.status = "cancelled"
        await db.flush()
    else:
        await finish_workout(db, athlete_id, Images(), last_set)
    return workout

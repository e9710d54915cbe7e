"""Training sessions: opened by the first set or by name, finished by voice or by the app."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Workout, WorkoutSet
from services.images import Images


async def active_workout(db: AsyncSession, user_id: UUID) -> Workout | None:
    """The open workout of `user_id`, locked until the transaction ends, or None."""
    return await db.scalar(
        select(Workout).where(Workout.user_id == user_id, Workout.status == "active").with_for_update()
    )


async def open_workout(db: AsyncSession, user_id: UUID) -> Workout:
    """The open workout of `user_id`; one is opened when there is none."""
    workout = await active_workout(db, user_id)
    if workout is None:
        workout = Workout(user_id=user_id)
        db.add(workout)
        await db.flush()
    return workout


async def start_workout(
    db: AsyncSession, user_id: UUID, name: str | None, images: Images
) -> tuple[Workout, bool]:
    """Opens a workout. One that is open already goes on, under the new name if one was said.

    Returns the workout and whether it is new.
    """
    workout = await active_workout(db, user_id)
    if workout is None:
        workout = Workout(user_id=user_id, name=name)
        db.add(workout)
        await db.flush()
        images.made(workout)
        return workout, True
    if name:
        images.before(workout, "name")
        workout.name = name
        await db.flush()
    return workout, False


async def finish_workout(
    db: AsyncSession, user_id: UUID, images: Images, now: datetime | None = None
) -> tuple[Workout, int] | None:
    """Finishes the open workout; its duration is in seconds. None when no workout is open.

    Returns the workout and its number of sets.
    """
    workout = await active_workout(db, user_id)
    if workout is None:
        return None
    images.before(workout, "status", "completed_at", "duration")
    now = now or datetime.now(UTC)
    workout.status = "completed"
    workout.completed_at = now
    workout.duration = max(0, round((now - workout.started_at).total_seconds()))
    count = await db.scalar(
        select(func.count()).select_from(WorkoutSet).where(WorkoutSet.workout_id == workout.id)
    )
    await db.flush()
    return workout, count or 0

"""Training sessions: opened by the first set or by name, finished by voice or by the app."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict, Invalid, NotFound
from db.models import Workout, WorkoutSet
from services import records
from services.images import Images

EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
"""Nobody has logged a workout from before; a date that is earlier is a slip."""
LEEWAY = timedelta(minutes=5)
"""How far a client's clock may be ahead of ours."""
MAX_LENGTH = timedelta(hours=24)
"""A workout that is entered afterwards is no longer than a day; one that was left open may be."""


class UnknownWorkout(NotFound):
    """No such workout of this athlete."""


class NotOpen(Conflict):
    """The workout is finished or cancelled."""


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


async def get_workout(db: AsyncSession, user_id: UUID, workout_id: UUID) -> Workout:
    """One workout. Raises `UnknownWorkout`."""
    row = await db.scalar(select(Workout).where(Workout.id == workout_id, Workout.user_id == user_id))
    if row is None:
        raise UnknownWorkout("There is no such workout.")
    return row


async def start_workout(
    db: AsyncSession, user_id: UUID, name: str | None, images: Images, started_at: datetime | None = None
) -> tuple[Workout, bool]:
    """Opens a workout. One that is open already goes on, under the new name if one was said.

    Returns the workout and whether it is new. Raises `Invalid` when it cannot have begun at `started_at`.
    """
    if started_at:
        _check_times(started_at, None)
    workout = await active_workout(db, user_id)
    if workout is None:
        began = {"started_at": started_at} if started_at else {}
        workout = Workout(user_id=user_id, name=name, **began)
        db.add(workout)
        await db.flush()
        images.made(workout)
        return workout, True
    if name:
        images.before(workout, "name")
        workout.name = name
        await db.flush()
    return workout, False


async def add_past_workout(
    db: AsyncSession,
    user_id: UUID,
    name: str | None,
    started_at: datetime,
    completed_at: datetime,
    images: Images,
) -> Workout:
    """Enters a workout that is over; one that is open is left alone. Raises `Invalid`."""
    _check_times(started_at, completed_at)
    workout = Workout(
        user_id=user_id,
        name=name,
        status="completed",
        started_at=started_at,
        completed_at=completed_at,
        duration=_seconds(started_at, completed_at),
    )
    db.add(workout)
    await db.flush()
    images.made(workout)
    return workout


async def finish(db: AsyncSession, workout: Workout, images: Images, now: datetime | None = None) -> Workout:
    """Finishes `workout`; its duration is in seconds. Raises `NotOpen`."""
    if workout.status != "active":
        raise NotOpen(f"This workout is {workout.status} already.")
    images.before(workout, "status", "completed_at", "duration")
    now = now or datetime.now(UTC)
    workout.status = "completed"
    workout.completed_at = now
    workout.duration = _seconds(workout.started_at, now)
    await db.flush()
    return workout


async def finish_workout(
    db: AsyncSession, user_id: UUID, images: Images, now: datetime | None = None
) -> tuple[Workout, int] | None:
    """Finishes the open workout. None when no workout is open.

    Returns the workout and its number of sets.
    """
    workout = await active_workout(db, user_id)
    if workout is None:
        return None
    await finish(db, workout, images, now)
    count = await db.scalar(
        select(func.count()).select_from(WorkoutSet).where(WorkoutSet.workout_id == workout.id)
    )
    return workout, count or 0


async def change_workout(
    db: AsyncSession, workout: Workout, changes: Mapping[str, Any], images: Images
) -> Workout:
    """Sets `name`, `started_at`, `completed_at` or `status` of a workout; its duration follows.

    A finished workout may be opened again (`active`) when no other is open; any may be `cancelled`.
    Raises `Invalid` for impossible times, `Conflict` for a second open workout.
    """
    if not changes:
        return workout
    if changes.get("status") == "active":
        await _check_none_other_is_open(db, workout)
    images.before(workout, "name", "status", "started_at", "completed_at", "duration")
    counted = workout.status != "cancelled"
    for name, value in changes.items():
        setattr(workout, name, value)
    if workout.status == "active":
        if changes.get("completed_at") is not None:
            raise Invalid("An open workout has no end yet. Finish it first.", "completed_at")
        workout.completed_at = workout.duration = None
    if "started_at" in changes or "completed_at" in changes:
        _check_times(workout.started_at, workout.completed_at)
    if workout.completed_at is not None:
        workout.duration = _seconds(workout.started_at, workout.completed_at)
    await db.flush()
    if counted != (workout.status != "cancelled"):
        await records.recompute(
            db, workout.user_id, await records.places_of(db, WorkoutSet.workout_id == workout.id)
        )
    return workout


async def delete_workout(db: AsyncSession, workout: Workout, images: Images) -> None:
    """Deletes a workout and its sets."""
    images.before(workout)
    places = await records.places_of(db, WorkoutSet.workout_id == workout.id)
    for row in await db.scalars(select(WorkoutSet).where(WorkoutSet.workout_id == workout.id)):
        images.before(row)
        db.expunge(row)  # the database deletes them with their workout
    await db.delete(workout)
    await db.flush()
    await records.recompute(db, workout.user_id, places)


async def _check_none_other_is_open(db: AsyncSession, workout: Workout) -> None:
    other = await active_workout(db, workout.user_id)
    if other is not None and other.id != workout.id:
        raise Conflict("Another workout is open. Finish it first.")


def check_time(field: str, value: datetime | None) -> None:
    """Raises `Invalid` when nothing can have been done at `value`."""
    if value is not None and not EARLIEST <= value <= datetime.now(UTC) + LEEWAY:
        raise Invalid(f"{value:%Y-%m-%d %H:%M} can't be right. When was it?", field)


def _check_times(started_at: datetime, completed_at: datetime | None) -> None:
    check_time("started_at", started_at)
    check_time("completed_at", completed_at)
    if completed_at is None:
        return
    if completed_at < started_at:
        raise Invalid("A workout can't end before it starts.", "completed_at")
    if completed_at - started_at > MAX_LENGTH:
        raise Invalid("A workout can't be longer than a day.", "completed_at")


def _seconds(began: datetime, ended: datetime) -> int:
    return max(0, round((ended - began).total_seconds()))

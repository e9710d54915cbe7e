"""Sets: logged, changed and deleted. The newest set of the open workout is the one that is talked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.units import WeightUnit
from db.models import SetType, Workout, WorkoutSet
from services.exercises.catalogue import Exercise
from services.images import Images
from services.workouts.sessions import active_workout, open_workout


class NothingToChange(Exception):
    """No workout is open, or it has no set."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A set as it was said, with what the record keeps of where it came from.

    `workout` is the open one, if the caller has just read it; otherwise it is looked up, or opened.
    """

    exercise: Exercise
    unit: WeightUnit
    reps: int | None = None
    weight: float | None = None
    rpe: float | None = None
    rir: int | None = None
    set_type: SetType = "working"
    duration_seconds: float | None = None
    distance_meters: float | None = None
    transcript: str | None = None
    voice_command_id: UUID | None = None
    tool_call_id: UUID | None = None
    workout: Workout | None = None


async def log_sets(
    db: AsyncSession, user_id: UUID, entry: Entry, count: int, images: Images
) -> tuple[Workout, list[WorkoutSet]]:
    """Logs `count` sets alike in the open workout, opening one if need be; their exercise becomes current."""
    workout = entry.workout or await open_workout(db, user_id)
    first = await _next_number(db, workout.id, entry.exercise.id)
    rows = [
        WorkoutSet(
            workout_id=workout.id,
            exercise_id=entry.exercise.id,
            user_id=user_id,
            set_number=first + i,
            reps=entry.reps,
            weight=entry.weight,
            weight_unit=entry.unit,
            rpe=entry.rpe,
            rir=entry.rir,
            set_type=entry.set_type,
            duration_seconds=entry.duration_seconds,
            distance_meters=entry.distance_meters,
            voice_transcript=entry.transcript,
            voice_command_id=entry.voice_command_id,
            tool_call_id=entry.tool_call_id,
        )
        for i in range(count)
    ]
    for row in rows:  # one by one: `sequence` must follow the order of the sets
        db.add(row)
        await db.flush()
        images.made(row)
    await _make_current(db, workout, entry.exercise.id, images)
    return workout, rows


async def last_set(db: AsyncSession, user_id: UUID) -> WorkoutSet:
    """The newest set of the open workout. Raises `NothingToChange`."""
    row = await db.scalar(
        select(WorkoutSet)
        .join(Workout, Workout.id == WorkoutSet.workout_id)
        .where(Workout.user_id == user_id, Workout.status == "active")
        .order_by(WorkoutSet.sequence.desc())
        .limit(1)
    )
    if row is None:
        raise NothingToChange
    return row


async def change_last_set(
    db: AsyncSession, user_id: UUID, changes: dict[str, Any], exercise: Exercise | None, images: Images
) -> WorkoutSet:
    """Sets the columns `changes` on the newest set, and its exercise when given. Raises `NothingToChange`."""
    row = await last_set(db, user_id)
    images.before(row)
    for name, value in changes.items():
        setattr(row, name, value)
    if exercise is not None and exercise.id != row.exercise_id:
        row.set_number = await _next_number(db, row.workout_id, exercise.id)
        row.exercise_id = exercise.id
        workout = await active_workout(db, user_id)
        if workout is not None:
            await _make_current(db, workout, exercise.id, images)
    await db.flush()
    return row


async def delete_last_set(db: AsyncSession, user_id: UUID, images: Images) -> WorkoutSet:
    """Deletes the newest set and returns what it was. Raises `NothingToChange`."""
    row = await last_set(db, user_id)
    images.before(row)
    await db.delete(row)
    await db.flush()
    return row


async def _next_number(db: AsyncSession, workout_id: UUID, exercise_id: UUID) -> int:
    highest = await db.scalar(
        select(func.max(WorkoutSet.set_number)).where(
            WorkoutSet.workout_id == workout_id, WorkoutSet.exercise_id == exercise_id
        )
    )
    return (highest or 0) + 1


async def _make_current(db: AsyncSession, workout: Workout, exercise_id: UUID, images: Images) -> None:
    if workout.current_exercise_id == exercise_id:
        return
    # Before the first exercise there was none to go back to: the athlete stays on this one.
    if workout.current_exercise_id is not None:
        images.before(workout, "current_exercise_id")
    workout.current_exercise_id = exercise_id
    await db.flush()

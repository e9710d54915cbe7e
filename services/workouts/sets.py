"""Sets: logged, changed and deleted. The newest set of the open workout is the one that is talked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import ExecutableReturnsRows

from core.errors import NotFound
from core.units import WeightUnit
from db.models import SetType, Workout, WorkoutSet
from services import records
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.images import Images
from services.records import Record
from services.workouts.rules import check_done
from services.workouts.sessions import check_time, open_workout
from services.workouts.supersets import join_superset


class NothingToChange(Exception):
    """No workout is open, or it has no set."""


class UnknownSet(NotFound):
    """No such set in this workout of this athlete."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A set as it was said or sent, with what the record keeps of where it came from.

    `workout` is the one it belongs to, if the caller has just read it; otherwise the open one is looked up,
    or opened. `completed_at` is when it was done; left out, now. `superset_group` left out is found out from
    the sets before (`supersets`). `prescribed_reps` and `prescribed_weight` are what a program asked for.
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
    notes: str | None = None
    is_per_side: bool = False
    superset_group: int | None = None
    prescribed_reps: int | None = None
    prescribed_weight: float | None = None
    completed_at: datetime | None = None
    transcript: str | None = None
    voice_command_id: UUID | None = None
    tool_call_id: UUID | None = None
    workout: Workout | None = None


class Logged(NamedTuple):
    """What logging came to: the workout, its new sets, and the records among them that are news."""

    workout: Workout
    sets: list[WorkoutSet]
    records: list[Record]


def _insert() -> ExecutableReturnsRows:
    """Writes one set, numbered after those of its exercise, and reads it as it is then."""
    table = cast(Table, WorkoutSet.__table__)
    given: dict[str, ColumnElement[Any]] = {name: bindparam(name, type_=table.c[name].type) for name in GIVEN}
    number = select(func.coalesce(func.max(table.c.set_number), 0) + 1).where(
        table.c.workout_id == given["workout_id"], table.c.exercise_id == given["exercise_id"]
    )
    given["completed_at"] = func.coalesce(given["completed_at"], func.now())
    statement = insert(table).values({**given, "set_number": number.scalar_subquery()})
    return select(WorkoutSet).from_statement(statement.returning(table))


GIVEN = (
    *("workout_id", "exercise_id", "user_id", "reps", "weight", "weight_unit", "rpe", "rir", "set_type"),
    *("duration_seconds", "distance_meters", "notes", "completed_at", "is_per_side", "superset_group"),
    *("was_prescribed", "prescribed_reps", "prescribed_weight"),
    *("voice_transcript", "voice_command_id", "tool_call_id"),
)
# Built once: it is in the way of every answer.
INSERT = _insert()


async def log_sets(db: AsyncSession, user_id: UUID, entry: Entry, count: int, images: Images) -> Logged:
    """Logs `count` sets alike in the entry's workout, opening one if need be; their exercise becomes current.

    Raises `ImpossibleSet`, and `Invalid` for a time at which nothing can have been done.
    """
    check_done(
        entry.exercise,
        reps=entry.reps,
        weight=entry.weight,
        unit=entry.unit,
        rpe=entry.rpe,
        rir=entry.rir,
        duration_seconds=entry.duration_seconds,
        distance_meters=entry.distance_meters,
    )
    check_time("completed_at", entry.completed_at)
    workout = entry.workout or await open_workout(db, user_id)
    values = {
        "workout_id": workout.id,
        "exercise_id": entry.exercise.id,
        "user_id": user_id,
        "reps": entry.reps,
        "weight": entry.weight,
        "weight_unit": entry.unit,
        "rpe": entry.rpe,
        "rir": entry.rir,
        "set_type": entry.set_type,
        "duration_seconds": entry.duration_seconds,
        "distance_meters": entry.distance_meters,
        "notes": entry.notes,
        "completed_at": entry.completed_at,
        "is_per_side": entry.is_per_side,
        "superset_group": entry.superset_group,
        "was_prescribed": entry.prescribed_reps is not None or entry.prescribed_weight is not None,
        "prescribed_reps": entry.prescribed_reps,
        "prescribed_weight": entry.prescribed_weight,
        "voice_transcript": entry.transcript,
        "voice_command_id": entry.voice_command_id,
        "tool_call_id": entry.tool_call_id,
    }
    rows = []
    for _ in range(count):  # one by one: `sequence` must follow the order of the sets
        row = (await db.scalars(INSERT, values)).one()
        images.made(row)
        rows.append(row)
    if entry.superset_group is None and workout.current_exercise_id not in {None, entry.exercise.id}:
        await join_superset(db, rows, images)
    await _make_current(db, workout, entry.exercise.id, images)
    return Logged(workout, rows, await records.logged(db, workout, rows))


async def get_set(db: AsyncSession, user_id: UUID, workout_id: UUID, set_id: UUID) -> WorkoutSet:
    """One set. Raises `UnknownSet`."""
    row = await db.scalar(
        select(WorkoutSet).where(
            WorkoutSet.id == set_id, WorkoutSet.workout_id == workout_id, WorkoutSet.user_id == user_id
        )
    )
    if row is None:
        raise UnknownSet("There is no such set in this workout.")
    return row


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


async def change_set(
    db: AsyncSession, row: WorkoutSet, changes: Mapping[str, Any], exercise: Exercise | None, images: Images
) -> WorkoutSet:
    """Sets the columns `changes` on a set, and its exercise when given. Raises `ImpossibleSet`."""
    if not changes and exercise is None:
        return row
    images.before(row)
    was = (row.exercise_id, row.completed_at)
    for name, value in changes.items():
        setattr(row, name, value)
    check_done(
        exercise or packaged_catalogue().by_id[row.exercise_id],
        reps=row.reps,
        weight=row.weight,
        unit=row.weight_unit,
        rpe=row.rpe,
        rir=row.rir,
        duration_seconds=row.duration_seconds,
        distance_meters=row.distance_meters,
    )
    if exercise is not None and exercise.id != row.exercise_id:
        number = row.set_number
        row.set_number = await _next_number(db, row.workout_id, exercise.id)
        row.exercise_id = exercise.id
        await db.flush()
        await _close_gap(db, row.workout_id, was[0], number, images)
        workout = await db.get_one(Workout, row.workout_id)
        if workout.status == "active":
            await _make_current(db, workout, exercise.id, images)
    await db.flush()
    if exercise is not None or records.RELEVANT & changes.keys():
        places = records.earliest([was, (row.exercise_id, row.completed_at)])
        records.mark([row], await records.recompute(db, row.user_id, places))
    return row


async def change_last_set(
    db: AsyncSession, user_id: UUID, changes: dict[str, Any], exercise: Exercise | None, images: Images
) -> WorkoutSet:
    """Sets the columns `changes` on the newest set, and its exercise when given.

    Raises `NothingToChange` and `ImpossibleSet`.
    """
    return await change_set(db, await last_set(db, user_id), changes, exercise, images)


async def delete_set(db: AsyncSession, row: WorkoutSet, images: Images) -> None:
    """Deletes a set; those after it, of the same exercise, move up."""
    images.before(row)
    await db.delete(row)
    await db.flush()
    await _close_gap(db, row.workout_id, row.exercise_id, row.set_number, images)
    await records.recompute(db, row.user_id, {row.exercise_id: row.completed_at})


async def delete_last_set(db: AsyncSession, user_id: UUID, images: Images) -> WorkoutSet:
    """Deletes the newest set and returns what it was. Raises `NothingToChange`."""
    row = await last_set(db, user_id)
    await delete_set(db, row, images)
    return row


async def _next_number(db: AsyncSession, workout_id: UUID, exercise_id: UUID) -> int:
    highest = await db.scalar(
        select(func.max(WorkoutSet.set_number)).where(
            WorkoutSet.workout_id == workout_id, WorkoutSet.exercise_id == exercise_id
        )
    )
    return (highest or 0) + 1


async def _close_gap(
    db: AsyncSession, workout_id: UUID, exercise_id: UUID, number: int, images: Images
) -> None:
    """Numbers the sets that come after `number` anew, as that one has gone."""
    later = await db.scalars(
        select(WorkoutSet).where(
            WorkoutSet.workout_id == workout_id,
            WorkoutSet.exercise_id == exercise_id,
            WorkoutSet.set_number > number,
        )
    )
    for row in later:
        images.before(row, "set_number")
        row.set_number -= 1
    await db.flush()


async def _make_current(db: AsyncSession, workout: Workout, exercise_id: UUID, images: Images) -> None:
    if workout.current_exercise_id == exercise_id:
        return
    # Before the first exercise there was none to go back to: the athlete stays on this one.
    if workout.current_exercise_id is not None:
        images.before(workout, "current_exercise_id")
    workout.current_exercise_id = exercise_id
    await db.flush()

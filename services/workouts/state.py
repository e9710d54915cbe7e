"""What an athlete is in the middle of: read before every turn and drawn by every client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ARRAY, Select, Text, and_, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.units import WeightUnit
from db.models import (
    BodyPart,
    DistanceUnit,
    InjuryLog,
    Run,
    SetType,
    User,
    UserProfile,
    Workout,
    WorkoutSet,
    WorkoutStatus,
)
from services.exercises.catalogue import packaged_catalogue
from services.workouts.sessions import UnknownWorkout


class SetView(BaseModel):
    """A set as clients draw it. `exercise` is the catalogue name; `weight` is in `unit`.

    `is_pr`: it beat a record when it was done. Sets with one `superset_group` were done in turn.
    """

    id: UUID
    exercise: str
    slug: str
    set_number: int
    reps: int | None = None
    weight: float | None = None
    unit: WeightUnit
    rpe: float | None = None
    rir: int | None = None
    set_type: SetType
    duration_seconds: float | None = None
    distance_meters: float | None = None
    is_per_side: bool = False
    superset_group: int | None = None
    is_pr: bool = False


class CurrentWorkout(BaseModel):
    """The open workout and its sets, in the order of logging. `exercise` is the slug it is on."""

    id: UUID
    name: str | None
    status: WorkoutStatus
    started_at: datetime
    exercise: str | None
    sets: list[SetView]

    @property
    def exercise_names(self) -> list[str]:
        """The exercises of the workout, the current one first, then the newest."""
        current = [packaged_catalogue().by_slug[self.exercise].name] if self.exercise else []
        return [*current, *(one.exercise for one in reversed(self.sets))]


@dataclass(frozen=True, slots=True)
class LiveRun:
    """The run that is on: whether it is paused, by the athlete or by itself, and since when it is run."""

    id: UUID
    status: Literal["active", "paused"]
    start_time: datetime
    is_auto_paused: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The little that understanding a sentence needs: units, open workout, its exercise and newest set, and
    the run that is on.

    `injuries` are the parts of the body that hurt, the newest injury first. `newest` is the row of the set.
    """

    unit: WeightUnit
    workout: Workout | None
    exercise: str | None
    last_set: SetView | None
    injuries: tuple[BodyPart, ...] = ()
    newest: WorkoutSet | None = None
    run: LiveRun | None = None
    distance_unit: DistanceUnit = "mi"


def view(row: WorkoutSet) -> SetView:
    """The set `row` as clients draw it."""
    exercise = packaged_catalogue().by_id[row.exercise_id]
    return SetView(
        id=row.id,
        exercise=exercise.name,
        slug=exercise.slug,
        set_number=row.set_number,
        reps=row.reps,
        weight=row.weight,
        unit=row.weight_unit,
        rpe=row.rpe,
        rir=row.rir,
        set_type=row.set_type,
        duration_seconds=row.duration_seconds,
        distance_meters=row.distance_meters,
        is_per_side=row.is_per_side,
        superset_group=row.superset_group,
        is_pr=row.is_pr,
    )


def slug_of(exercise_id: UUID | None) -> str | None:
    """The slug of a catalogue exercise, or None."""
    return packaged_catalogue().by_id[exercise_id].slug if exercise_id else None


def _snapshot_query() -> Select[*tuple[Any, ...]]:
    newest = (
        select(WorkoutSet)
        .where(WorkoutSet.workout_id == Workout.id)
        .order_by(WorkoutSet.sequence.desc())
        .limit(1)
        .lateral()
    )
    newest_set = aliased(WorkoutSet, newest)
    active = and_(Workout.user_id == User.id, Workout.status == "active")
    hurting = (
        select(InjuryLog.body_part)
        .where(InjuryLog.user_id == User.id, InjuryLog.is_active)
        .order_by(InjuryLog.created_at.desc(), InjuryLog.id)
        .correlate(User)
    )
    injuries = func.array(hurting.scalar_subquery(), type_=ARRAY(Text))
    return (
        select(
            UserProfile.preferred_unit,
            Workout,
            newest_set,
            injuries,
            UserProfile.distance_unit,
            *(Run.id, Run.status, Run.start_time, Run.auto_paused_at),
        )
        .select_from(User)
        .outerjoin(UserProfile, UserProfile.user_id == User.id)
        .outerjoin(Workout, active)
        .outerjoin(newest_set, true())
        .outerjoin(Run, and_(Run.user_id == User.id, Run.status != "completed"))
        .where(User.id == bindparam("user_id"))
    )


# Built once: it runs twice a turn, and building it takes longer than running it.
SNAPSHOT = _snapshot_query()


async def snapshot(db: AsyncSession, user_id: UUID) -> Snapshot:
    """What `user_id` is in the middle of, in one query."""
    row = (await db.execute(SNAPSHOT, {"user_id": user_id})).one()
    unit, workout, last, injuries, distance_unit, run_id, status, start_time, auto_paused_at = row
    return Snapshot(
        unit=unit or "lbs",
        workout=workout,
        exercise=slug_of(workout.current_exercise_id) if workout else None,
        last_set=view(last) if last else None,
        injuries=cast(tuple[BodyPart, ...], tuple(dict.fromkeys(injuries))),
        newest=last,
        run=LiveRun(run_id, status, start_time, auto_paused_at is not None) if run_id else None,
        distance_unit=distance_unit or "mi",
    )


WORKOUT_AND_UNIT = (
    select(Workout, UserProfile.preferred_unit)
    .outerjoin(UserProfile, UserProfile.user_id == Workout.user_id)
    .where(Workout.id == bindparam("workout_id"), Workout.user_id == bindparam("user_id"))
)


async def workout_and_unit(db: AsyncSession, user_id: UUID, workout_id: UUID) -> tuple[Workout, WeightUnit]:
    """A workout and the unit its athlete prefers, in one query. Raises `UnknownWorkout`."""
    row = (await db.execute(WORKOUT_AND_UNIT, {"workout_id": workout_id, "user_id": user_id})).one_or_none()
    if row is None:
        raise UnknownWorkout("There is no such workout.")
    return row[0], row[1] or "lbs"


async def open_workout_with_sets(db: AsyncSession, user_id: UUID) -> tuple[Workout, list[WorkoutSet]] | None:
    """The open workout of `user_id` and its sets in the order of logging, or None."""
    workout = await db.scalar(select(Workout).where(Workout.user_id == user_id, Workout.status == "active"))
    if workout is None:
        return None
    rows = await db.scalars(
        select(WorkoutSet).where(WorkoutSet.workout_id == workout.id).order_by(WorkoutSet.sequence)
    )
    return workout, list(rows)


async def open_sets(db: AsyncSession, user_id: UUID, ids: Sequence[UUID]) -> list[SetView]:
    """Those of the sets `ids` that are in the open workout of `user_id`, as clients draw them."""
    if not ids:
        return []
    rows = await db.scalars(
        select(WorkoutSet)
        .join(Workout, Workout.id == WorkoutSet.workout_id)
        .where(WorkoutSet.id.in_(ids), Workout.user_id == user_id, Workout.status == "active")
        # What was read earlier in the transaction may have been restored since.
        .execution_options(populate_existing=True)
    )
    return [view(row) for row in rows]


async def current_workout(db: AsyncSession, user_id: UUID) -> CurrentWorkout | None:
    """The open workout of `user_id` as clients draw it, or None."""
    found = await open_workout_with_sets(db, user_id)
    if found is None:
        return None
    workout, rows = found
    return CurrentWorkout(
        id=workout.id,
        name=workout.name,
        status=workout.status,
        started_at=workout.started_at,
        exercise=slug_of(workout.current_exercise_id),
        sets=[view(row) for row in rows],
    )

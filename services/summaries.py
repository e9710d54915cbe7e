"""Daily summaries: what an athlete did on a day of their own time zone, in one row.

A workout belongs to the day on which it began, with all its sets. Warm-up sets do not count. Volume is
repetitions times weight in kilograms; what is counted of each side counts twice.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, distinct, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, Text

from core.units import KG_PER_LB
from db.models import DailySummary, Exercise, PrHistory, UserProfile, Workout, WorkoutSet

LOOK_BACK = timedelta(days=8)
"""How old a day may be and still be summed up late: a server at home may have been off for a week."""


def _day_of(moment: Any) -> ColumnElement[date]:
    """The athlete's own date of a moment."""
    return func.app.day_of(moment, UserProfile.timezone, type_=Date)


async def summarise_day(db: AsyncSession, athlete_id: UUID, day: date) -> None:
    """Writes the summary of `day`, or brings it up to date. Columns that others fill are left alone.

    A day without a workout has no summary; one whose workouts are gone says so with zeros.
    """
    workouts = _workouts(athlete_id, day).subquery()
    row = {
        "workouts_completed": await db.scalar(select(func.count()).select_from(workouts)) or 0,
        "prs_hit": await _records(db, athlete_id, day),
        **await _sets(db, workouts),
    }
    known = await db.scalar(
        select(DailySummary.id).where(DailySummary.user_id == athlete_id, DailySummary.date == day)
    )
    if known is None and not any(row.values()):
        return
    statement = insert(DailySummary).values(user_id=athlete_id, date=day, **row)
    await db.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "date"], set_={**row, "updated_at": func.clock_timestamp()}
        )
    )


async def days_to_summarise(db: AsyncSession, limit: int) -> list[tuple[UUID, date]]:
    """Days of all athletes that are over and have finished workouts, but no summary or one from before.

    The oldest first: athlete and day.
    """
    day = _day_of(Workout.started_at)
    summed_up = exists().where(
        DailySummary.user_id == Workout.user_id,
        DailySummary.date == day,
        DailySummary.updated_at >= Workout.updated_at,
    )
    rows = await db.execute(
        select(Workout.user_id, day)
        .join(UserProfile, UserProfile.user_id == Workout.user_id)
        .where(
            Workout.status == "completed",
            Workout.started_at > func.now() - LOOK_BACK,
            day < _day_of(func.now()),
            ~summed_up,
        )
        .group_by(Workout.user_id, day)
        .order_by(day)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def day_of_workout(db: AsyncSession, workout: Workout) -> date | None:
    """The athlete's own date on which the workout began; None without a profile that says the time zone."""
    day: date | None = await db.scalar(
        select(_day_of(workout.started_at)).where(UserProfile.user_id == workout.user_id)
    )
    return day


def _workouts(athlete_id: UUID, day: date) -> Any:
    return (
        select(Workout.id)
        .join(UserProfile, UserProfile.user_id == Workout.user_id)
        .where(
            Workout.user_id == athlete_id,
            Workout.status == "completed",
            # A day of any time zone lies within these: so the index is of use.
            Workout.started_at > day - timedelta(days=1),
            Workout.started_at < day + timedelta(days=2),
            _day_of(Workout.started_at) == day,
        )
    )


async def _sets(db: AsyncSession, workouts: Any) -> dict[str, Any]:
    kilograms = WorkoutSet.weight * case((WorkoutSet.weight_unit == "lbs", KG_PER_LB), else_=1.0)
    sides = case((WorkoutSet.is_per_side, 2), else_=1)
    muscle = Exercise.primary_muscle
    found = (
        await db.execute(
            select(
                func.count(WorkoutSet.id),
                func.coalesce(func.sum(WorkoutSet.reps * kilograms * sides), 0.0),
                func.array_agg(aggregate_order_by(distinct(muscle), muscle), type_=ARRAY(Text)),
            )
            .join(workouts, workouts.c.id == WorkoutSet.workout_id)
            .join(Exercise, Exercise.id == WorkoutSet.exercise_id)
            .where(WorkoutSet.set_type != "warmup")
        )
    ).one()
    return {"total_sets": found[0], "total_volume": found[1], "muscles_trained": found[2]}


async def _records(db: AsyncSession, athlete_id: UUID, day: date) -> int:
    query = (
        select(func.count())
        .select_from(PrHistory)
        .join(UserProfile, UserProfile.user_id == PrHistory.user_id)
        .where(PrHistory.user_id == athlete_id, _day_of(PrHistory.achieved_at) == day)
    )
    return await db.scalar(query) or 0

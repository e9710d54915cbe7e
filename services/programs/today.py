"""What a program has for a day.

The weeks of a program run from Monday, the first being that in which it was started. Where a day was moved,
its row of `program_adherence` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    AdherenceStatus,
    GeneratedProgram,
    ProgramAdherence,
    ProgramDay,
    ProgramExercise,
    ProgramWeek,
    WorkoutType,
)
from services.exercises.catalogue import Exercise, packaged_catalogue

ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    """An exercise that a day asks for."""

    exercise: Exercise
    sets: int
    reps_min: int | None
    reps_max: int | None
    reps_target: str | None
    rpe: float | None
    percent_of_max: float | None


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day's workout, on the date it is planned for. `status` is what has become of it."""

    id: UUID
    day: date
    name: str | None
    workout_type: WorkoutType | None
    status: AdherenceStatus = "pending"
    exercises: tuple[PlannedExercise, ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """What is planned: by which program, for the day itself, and for the next day with a workout."""

    program: str | None = None
    planned: PlannedDay | None = None
    following: PlannedDay | None = None


async def planned_for(db: AsyncSession, user_id: UUID, today: date, zone: ZoneInfo) -> Today:
    """What the athlete's active program has for `today`, a date on their own clock."""
    program = await db.scalar(
        select(GeneratedProgram)
        .where(GeneratedProgram.user_id == user_id, GeneratedProgram.is_active)
        .order_by(GeneratedProgram.started_at.desc().nulls_last(), GeneratedProgram.created_at.desc())
        .limit(1)
    )
    if program is None:
        return Today()
    start = (program.started_at or program.created_at).astimezone(zone).date()
    days = await _days(db, program, start, today)
    planned = next((one for one in days if one.day == today), None)
    if planned is not None:
        planned = await _with_exercises(db, planned)
    following = next((one for one in days if one.day > today and one.status == "pending"), None)
    return Today(program.name, planned, following)


async def _days(db: AsyncSession, program: GeneratedProgram, start: date, today: date) -> list[PlannedDay]:
    """The days of this week and the next, from `today` on, in order."""
    monday = start - timedelta(days=start.weekday())
    week = (today - monday).days // 7 + 1
    found = await db.execute(
        select(ProgramDay, ProgramWeek.week_number, ProgramAdherence.scheduled_date, ProgramAdherence.status)
        .join(ProgramWeek, ProgramWeek.id == ProgramDay.program_week_id)
        .outerjoin(ProgramAdherence, ProgramAdherence.program_day_id == ProgramDay.id)
        .where(ProgramWeek.program_id == program.id, ProgramWeek.week_number.between(week - 1, week + 1))
    )
    days = []
    for day, number, moved_to, status in found:
        regular = monday + (number - 1) * ONE_WEEK + timedelta(days=day.day_of_week - 1)
        when = moved_to or regular
        if when >= max(start, today):
            days.append(PlannedDay(day.id, when, day.workout_name, day.workout_type, status or "pending"))
    return sorted(days, key=lambda one: one.day)


async def _with_exercises(db: AsyncSession, day: PlannedDay) -> PlannedDay:
    rows = await db.scalars(
        select(ProgramExercise)
        .where(ProgramExercise.program_day_id == day.id)
        .order_by(ProgramExercise.exercise_order, ProgramExercise.id)
    )
    known = packaged_catalogue().by_id
    exercises = tuple(
        PlannedExercise(
            known[row.exercise_id],
            row.sets,
            row.reps_min,
            row.reps_max,
            row.reps_target,
            row.rpe_target,
            row.percentage_of_1rm,
        )
        for row in rows
    )
    return PlannedDay(day.id, day.day, day.name, day.workout_type, day.status, exercises)

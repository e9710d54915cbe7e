"""Looking back: what was done the last time, what a workout has come to, and what is done on such a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.units import WeightUnit, convert_weight
from db.models import Workout, WorkoutSet
from services.exercises.catalogue import Exercise, packaged_catalogue

LOOKED_BACK = timedelta(weeks=8)
"""How far back a habit shows."""
HABIT = 3
"""So many of the last eight such weekdays must have had a workout for it to be usual."""


Done = tuple[str | None, Sequence[UUID]]
"""A workout by its name and its exercises."""


@dataclass(frozen=True, slots=True)
class Performance:
    """The sets of one exercise in one workout, in the order of logging; `at` is when the first was done."""

    workout: Workout
    sets: list[WorkoutSet]

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.sets[0].completed_at


@dataclass(frozen=True, slots=True)
class Summary:
    """What a workout has come to. `volume` is weight times reps in `unit`; `seconds` it has taken so far.

    Warm-ups are among the sets and not in the volume; added weight counts, the body's own does not.
    """

    sets: int
    warmups: int
    exercises: list[Exercise]
    volume: float
    unit: WeightUnit
    seconds: int


@dataclass(frozen=True, slots=True)
class Habit:
    """What an athlete usually does on a weekday: by the workout's name, else by its exercises."""

    name: str | None
    exercises: list[Exercise]


async def last_performance(db: AsyncSession, user_id: UUID, exercise_id: UUID) -> Performance | None:
    """The last finished workout's sets of an exercise; None when it has none."""
    newest = (
        select(Workout)
        .join(WorkoutSet, WorkoutSet.workout_id == Workout.id)
        .where(
            WorkoutSet.user_id == user_id,
            WorkoutSet.exercise_id == exercise_id,
            Workout.status == "completed",
        )
        .order_by(WorkoutSet.completed_at.desc(), WorkoutSet.sequence.desc())
        .limit(1)
    )
    workout = await db.scalar(newest)
    return await performance_in(db, workout, exercise_id) if workout else None


async def performance_in(db: AsyncSession, workout: Workout, exercise_id: UUID) -> Performance | None:
    """A workout's sets of an exercise; None when it has none."""
    rows = await db.scalars(
        select(WorkoutSet)
        .where(WorkoutSet.workout_id == workout.id, WorkoutSet.exercise_id == exercise_id)
        .order_by(WorkoutSet.sequence)
    )
    sets = list(rows)
    return Performance(workout, sets) if sets else None


async def last_workout(db: AsyncSession, user_id: UUID) -> Workout | None:
    """The last workout that was finished."""
    return await db.scalar(
        select(Workout)
        .where(Workout.user_id == user_id, Workout.status == "completed")
        .order_by(Workout.started_at.desc())
        .limit(1)
    )


async def summarize(db: AsyncSession, workout: Workout, unit: WeightUnit, now: datetime) -> Summary:
    """What `workout` has come to, its volume in `unit`."""
    rows = list(
        await db.scalars(
            select(WorkoutSet).where(WorkoutSet.workout_id == workout.id).order_by(WorkoutSet.sequence)
        )
    )
    known = packaged_catalogue().by_id
    exercises = list(dict.fromkeys(row.exercise_id for row in rows))
    taken = workout.duration
    if taken is None:
        taken = round(((workout.completed_at or now) - workout.started_at).total_seconds())
    return Summary(
        sets=len(rows),
        warmups=sum(row.set_type == "warmup" for row in rows),
        exercises=[known[one] for one in exercises],
        volume=sum(volume_of(row, unit) for row in rows),
        unit=unit,
        seconds=max(0, taken),
    )


def volume_of(row: WorkoutSet, unit: WeightUnit) -> float:
    """Weight times reps of a set in `unit`, as its weight was said; nothing for warm-ups and help."""
    exercise = packaged_catalogue().by_id[row.exercise_id]
    if row.set_type == "warmup" or exercise.is_assisted:
        return 0.0
    return convert_weight(row.weight or 0, row.weight_unit, unit) * (row.reps or 0)


async def usual_on(db: AsyncSession, user_id: UUID, today: date, zone: ZoneInfo) -> Habit | None:
    """What the athlete usually does on the weekday of `today`, by the last eight weeks; None if nothing."""
    since = datetime.combine(today - LOOKED_BACK, datetime.min.time(), zone)
    exercises = func.array_agg(WorkoutSet.exercise_id.distinct())
    rows = await db.execute(
        select(Workout.started_at, Workout.name, exercises)
        .join(WorkoutSet, WorkoutSet.workout_id == Workout.id)
        .where(Workout.user_id == user_id, Workout.status == "completed", Workout.started_at >= since)
        .group_by(Workout.id)
        .order_by(Workout.started_at)
    )
    days: dict[date, Done] = {}
    for started_at, name, done in rows:
        day = started_at.astimezone(zone).date()
        if day < today and day.isoweekday() == today.isoweekday():
            days[day] = (name, done)
    return _habit(list(days.values())) if len(days) >= HABIT else None


def _habit(workouts: Sequence[Done]) -> Habit | None:
    names = Counter(name.casefold() for name, _ in workouts if name)
    exercises = Counter(one for _, done in workouts for one in done)
    often = len(workouts) / 2
    name = next((name for name, count in names.most_common(1) if count >= often), None)
    known = packaged_catalogue().by_id
    usual = [known[one] for one, count in exercises.most_common() if count >= often]
    return Habit(name, usual) if name or usual else None

"""What is here already, and what an import is recognised by when it comes again.

A workout is named by its app and its start, as the file has it; a set besides by the exercise's name there
and its position among the sets of that exercise. The database lets neither in twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.units import WeightUnit
from db.models import UserProfile, Workout, WorkoutSet
from services.transfer.history import HistorySet, HistoryWorkout, start_key

NAMESPACE = UUID("0d9a3c52-51c7-5f0e-8a52-0e6b8f1f7c11")


@dataclass(slots=True)
class Here:
    """What an athlete has: workouts from one app by their starts, the keys of all imported sets.

    `elsewhere` are the minutes in which workouts began that are not from the app.
    """

    zone: ZoneInfo
    unit: WeightUnit
    workouts: dict[str, UUID]
    sets: set[UUID]
    elsewhere: set[datetime]

    def utc(self, at: datetime) -> datetime:
        """`at` in UTC; without a zone of its own it is a time of the athlete's."""
        return (at if at.tzinfo else at.replace(tzinfo=self.zone)).astimezone(UTC)

    def day(self, at: datetime) -> datetime:
        """`at` on the athlete's own clock."""
        return self.utc(at).astimezone(self.zone)


async def look_around(db: AsyncSession, user_id: UUID, app: str) -> Here:
    """What the athlete has that an import from `app` must know of."""
    profile = select(UserProfile.timezone, UserProfile.preferred_unit).where(UserProfile.user_id == user_id)
    zone, unit = (await db.execute(profile)).one_or_none() or ("UTC", "lbs")
    workouts = select(Workout.id, Workout.source, Workout.external_id, Workout.started_at)
    sets = select(WorkoutSet.import_key).where(WorkoutSet.import_key.is_not(None))
    here = Here(ZoneInfo(zone), unit, {}, set(), set())
    for row in await db.execute(workouts.where(Workout.user_id == user_id)):
        if row.source == app and row.external_id:
            here.workouts[row.external_id] = row.id
        else:
            here.elsewhere.add(minute(row.started_at))
    for key in await db.scalars(sets.where(WorkoutSet.user_id == user_id)):
        if key:
            here.sets.add(key)
    return here


def set_key(app: str, workout: HistoryWorkout, one: HistorySet) -> UUID:
    """What a set of `app` is recognised by when it comes again."""
    return uuid5(NAMESPACE, f"{app}\n{start_key(workout.starts_at)}\n{one.exercise}\n{one.position}")


def minute(at: datetime) -> datetime:
    """The beginning of the minute of `at`, in UTC."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)

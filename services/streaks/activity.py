"""What an athlete has done, as streaks see it: each thing with its time and the zone in which it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.streaks.days import EVERY_DAY, UTC_NAME, Moment, Plan, Schedule

Kind = Literal["workout", "run", "wod", "log"]

RAN = "status = 'completed' and (distance_meters > 0 or duration_seconds >= 60)"
"""What counts as a run: one that was finished as soon as it was begun does not."""
# What is not a workout, a run or a WOD counts as logged, if the athlete logged it: what a wearable sends
# keeps no streak.
ACTIVITIES = text(
    f"""
    select 'workout' as kind, started_at as at, timezone, null::date as day,
           status = 'completed' as is_finished, false as is_part
    from workouts
    where user_id = :user_id
      and (status = 'completed'
           or status = 'active' and exists (select from workout_sets where workout_id = workouts.id))
    union all
    select 'run', start_time, timezone, null, true, workout_id is not null
    from runs where user_id = :user_id and {RAN}
    union all
    select 'wod', logged_at, timezone, null, true, workout_id is not null
    from wod_logs where user_id = :user_id
    union all
    select 'log', coalesce(end_time, start_time), timezone, null, true, true
    from sleep_sessions where user_id = :user_id and source = 'manual'
    union all
    select distinct 'log', null::timestamptz, null, log_date, true, true
    from nutrition_logs where user_id = :user_id
    union all
    select distinct 'log', null::timestamptz, null, date, true, true
    from health_metrics where user_id = :user_id and source = 'manual'
    """
).bindparams(bindparam("user_id", type_=UUID_TYPE()))
PROFILE = text("select timezone, schedules from user_profiles where user_id = :user_id").bindparams(
    bindparam("user_id", type_=UUID_TYPE())
)


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that was done. A workout may still be open, and have a set: then it is not `finished`.

    What is `part` of a workout is no session of its own.
    """

    kind: Kind
    moment: Moment
    finished: bool = True
    part: bool = False


@dataclass(frozen=True, slots=True)
class Diary:
    """All that an athlete has done, what they meant to do, and where they are now."""

    activities: Sequence[Activity] = ()
    schedule: Schedule = EVERY_DAY
    zone: str = UTC_NAME

    def moments(self, *kinds: Kind) -> list[Moment]:
        """When something of these kinds was done; of none given, anything."""
        return [one.moment for one in self.activities if not kinds or one.kind in kinds]

    @property
    def sessions(self) -> list[Moment]:
        """The training sessions."""
        return [one.moment for one in self.activities if one.kind != "log" and not one.part]


async def read_diary(db: AsyncSession, user_id: UUID) -> Diary:
    """All that an athlete has done that streaks hang on."""
    whose = {"user_id": user_id}
    profile = (await db.execute(PROFILE, whose)).one_or_none()
    here = profile.timezone if profile else UTC_NAME
    activities = [
        Activity(kind, Moment.of(at, zone or here) if day is None else Moment(day), is_finished, is_part)
        for kind, at, zone, day, is_finished, is_part in await db.execute(ACTIVITIES, whose)
    ]
    return Diary(activities, Schedule(tuple(map(_plan, profile.schedules if profile else ()))), here)


def _plan(kept: Mapping[str, Any]) -> Plan:
    since = date.fromisoformat(kept["since"]) if kept["since"] else date.min
    return Plan(since, frozenset(kept["training_days"]), kept["weekly_goal"])

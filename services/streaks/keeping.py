"""Streaks as they stand, computed from all that was done, and the rows that keep them (`user_streaks`).

They are not counted up: whatever was logged, changed, deleted, brought back or imported, computing them again
makes them right. Of two that do it at once the second waits, and sees what the first saw and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import StreakType, UserStreak
from services.streaks.activity import Diary, read_diary
from services.streaks.days import EVERY_DAY, Moment, Streak, streak_of
from services.streaks.weeks import Week, this_week, weeks_of

Unit = Literal["days", "weeks"]
UNITS: Mapping[StreakType, Unit] = {
    "workout": "days",
    "running": "days",
    "logging": "days",
    "weekly": "weeks",
}
KEPT = ("current_streak", "longest_streak", "last_activity_date", "started_on")
LOCK_SPACE = 1
"""Not that of `services.ledger`: nobody who logs a set waits for this."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An athlete's streaks at a moment, with what they were computed from."""

    diary: Diary
    now: Moment
    streaks: Mapping[StreakType, Streak]
    week: Week


def standing(diary: Diary, now: datetime) -> Standing:
    """The streaks that `diary` comes to."""
    here = Moment.of(now, diary.zone)
    schedule, sessions = diary.schedule, diary.sessions
    streaks: dict[StreakType, Streak] = {
        "workout": streak_of(diary.moments("workout", "run", "wod"), schedule, here),
        "running": streak_of(diary.moments("run"), schedule, here),
        "logging": streak_of(diary.moments(), EVERY_DAY, here),
        "weekly": weeks_of(sessions, schedule, here.day),
    }
    return Standing(diary, here, streaks, this_week(sessions, schedule, here.day))


async def refresh(db: AsyncSession, user_id: UUID, now: datetime | None = None) -> Standing:
    """The streaks of an athlete as they are now, written to their rows where those say something else."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(user_id), LOCK_SPACE))))
    found = standing(await read_diary(db, user_id), now or datetime.now(UTC))
    rows = [
        {
            "user_id": user_id,
            "streak_type": kind,
            "current_streak": one.current,
            "longest_streak": one.longest,
            "last_activity_date": one.last_day,
            "started_on": one.started_on,
        }
        for kind, one in found.streaks.items()
    ]
    statement = insert(UserStreak).values(rows)
    new = statement.excluded
    await db.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "streak_type"],
            set_={
                **{name: new[name] for name in KEPT},
                # Milestones of a new streak are news again.
                "told": case((new.started_on <= UserStreak.last_activity_date, UserStreak.told), else_=0),
                "updated_at": func.now(),
            },
            where=or_(*(getattr(UserStreak, name).is_distinct_from(new[name]) for name in KEPT)),
        )
    )
    return found

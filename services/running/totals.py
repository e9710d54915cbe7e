"""How much was run in a while: today, this week, this month, this year, ever, by the athlete's own days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Run

Period = Literal["today", "week", "month", "year", "all"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Runs that are over, added up."""

    runs: int
    distance_meters: float
    moving_seconds: int


async def totals(db: AsyncSession, user_id: UUID, period: Period, today: date, zone: ZoneInfo) -> Totals:
    """What was run since the period began. A week begins on Monday."""
    query = select(
        func.count(),
        func.coalesce(func.sum(Run.distance_meters), 0.0),
        func.coalesce(func.sum(func.coalesce(Run.moving_seconds, Run.duration_seconds)), 0),
    ).where(Run.user_id == user_id, Run.status == "completed")
    if (since := first_day(period, today)) is not None:
        query = query.where(Run.start_time >= datetime.combine(since, time(), zone))
    count, meters, seconds = (await db.execute(query)).one()
    return Totals(count, float(meters or 0.0), int(seconds))


def first_day(period: Period, today: date) -> date | None:
    """The first day of the period that `today` is in; None for all time."""
    if period == "today":
        return today
    if period == "week":
        return today - timedelta(days=today.weekday())
    if period == "month":
        return today.replace(day=1)
    return today.replace(month=1, day=1) if period == "year" else None

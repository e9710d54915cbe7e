"""The athlete's own clock: what day it is where they live."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import UserProfile

UTC_ZONE = ZoneInfo("UTC")


async def athletes_zone(db: AsyncSession, user_id: UUID) -> ZoneInfo:
    """The time zone of `user_id`'s profile; UTC when there is none, or none that this machine knows."""
    name = await db.scalar(select(UserProfile.timezone).where(UserProfile.user_id == user_id))
    try:
        return ZoneInfo(name) if name else UTC_ZONE
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC_ZONE


def today_in(zone: ZoneInfo) -> date:
    """The date in `zone` now."""
    return datetime.now(zone).date()

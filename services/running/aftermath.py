"""What hangs on runs, put right after some were changed, deleted or brought in: records and shoes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.running import mileage, records


async def settle(db: AsyncSession, user_id: UUID) -> None:
    """Looks at all the athlete's runs again."""
    await records.recompute(db, user_id)
    await mileage.count(db, user_id)

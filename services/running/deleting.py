"""Runs deleted with all that they are made of, so that they can be brought back as they were."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Run, RunInterval, RunPoints, RunSplit
from services.images import Images
from services.running import receiving
from services.running.aftermath import settle

PARTS = (RunSplit, RunInterval, RunPoints)


async def delete_run(db: AsyncSession, run: Run, images: Images) -> None:
    """Deletes a run, on or over, with its points, splits and intervals. Records and shoes follow."""
    images.before(run)
    for model in PARTS:
        for row in await db.scalars(select(model).where(model.run_id == run.id)):
            images.before(row)
            db.expunge(row)  # the database deletes them with their run
    await db.delete(run)
    await db.flush()
    receiving.forget(run.id)
    await settle(db, run.user_id)


async def newest_run(db: AsyncSession, user_id: UUID, run_id: UUID | None = None) -> Run | None:
    """The run `run_id`, or the one that was entered last, if it is over; locked. None when there is none.

    Of several that were entered at once (a file), the last that was run.
    """
    query = select(Run).where(Run.user_id == user_id, Run.status == "completed")
    if run_id is not None:
        query = query.where(Run.id == run_id)
    newest = query.order_by(Run.created_at.desc(), Run.start_time.desc()).limit(1)
    return await db.scalar(newest.with_for_update())


async def runs_of_day(db: AsyncSession, user_id: UUID, day: date, zone: ZoneInfo) -> list[Run]:
    """The runs that began on `day` in `zone` and are over, the earliest first; locked."""
    begins = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    query = select(Run).where(Run.user_id == user_id, Run.status == "completed")
    query = query.where(Run.start_time >= begins, Run.start_time < ends)
    return list(await db.scalars(query.order_by(Run.start_time).with_for_update()))

"""How far shoes have been run: counted with each run, and added up anew when runs change."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Run, RunningShoe

KILOMETER = 1000.0


async def wear(db: AsyncSession, user_id: UUID, distance_meters: float | None) -> RunningShoe | None:
    """The default pair, with the distance of a run counted; None when there is none, or it is retired."""
    statement = (
        update(RunningShoe)
        .where(RunningShoe.user_id == user_id, RunningShoe.is_default, ~RunningShoe.is_retired)
        .values(current_mileage_km=RunningShoe.current_mileage_km + (distance_meters or 0.0) / KILOMETER)
        .returning(RunningShoe)
    )
    return (await db.scalars(statement)).one_or_none()


async def count(db: AsyncSession, user_id: UUID, shoe_ids: Collection[UUID] | None = None) -> None:
    """Adds up the mileage of shoes again, of all unless some are named: what they had, and their runs."""
    run_in = (
        select(func.coalesce(func.sum(Run.distance_meters), 0.0) / KILOMETER)
        .where(Run.shoe_id == RunningShoe.id, Run.status == "completed")
        .correlate(RunningShoe)
        .scalar_subquery()
    )
    statement = update(RunningShoe).where(RunningShoe.user_id == user_id)
    if shoe_ids is not None:
        statement = statement.where(RunningShoe.id.in_(shoe_ids))
    await db.execute(
        statement.values(current_mileage_km=RunningShoe.initial_mileage_km + run_in),
        execution_options={"synchronize_session": False},
    )


def is_worn(row: RunningShoe) -> bool:
    """Whether it is time for new ones."""
    return row.current_mileage_km >= row.max_mileage_km

"""Running shoes: how far each pair has been run, when it is worn, which one is worn by default."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, NotFound
from db.models import Run, RunningShoe
from services.images import Images
from services.paging import PageRequest, Slice, Sort, fetch_slice
from services.running.mileage import count

SORTS = {
    "-created_at": Sort((RunningShoe.created_at, RunningShoe.id), descending=True),
    "created_at": Sort((RunningShoe.created_at, RunningShoe.id)),
}


class UnknownShoes(NotFound):
    """No such pair of this athlete."""


async def list_shoes(
    db: AsyncSession, user_id: UUID, page: PageRequest, *, retired: bool | None = None
) -> Slice[tuple[RunningShoe]]:
    """Pairs of shoes. Raises `InvalidCursor`."""
    query = select(RunningShoe).where(RunningShoe.user_id == user_id)
    if retired is not None:
        query = query.where(RunningShoe.is_retired == retired)
    return await fetch_slice(db, query, SORTS, page)


async def get_shoes(db: AsyncSession, user_id: UUID, shoe_id: UUID) -> RunningShoe:
    """One pair. Raises `UnknownShoes`."""
    row = await db.scalar(
        select(RunningShoe).where(RunningShoe.id == shoe_id, RunningShoe.user_id == user_id)
    )
    if row is None:
        raise UnknownShoes("There are no such shoes.")
    return row


async def add_shoes(db: AsyncSession, user_id: UUID, values: dict[str, Any], images: Images) -> RunningShoe:
    """Adds a pair. As the default it takes the place of the one before. Raises `Invalid`."""
    row = RunningShoe(user_id=user_id, **values)
    _check(row)
    row.current_mileage_km = row.initial_mileage_km or 0.0
    if row.is_default:
        await _no_other_default(db, user_id, images)
    db.add(row)
    await db.flush()
    images.made(row)
    return row


async def change_shoes(
    db: AsyncSession, row: RunningShoe, changes: dict[str, Any], images: Images
) -> RunningShoe:
    """Changes a pair; its mileage follows what it had before its first run here. Retired, it is no default.
    Raises `Invalid`."""
    if changes.get("is_default"):
        await _no_other_default(db, row.user_id, images, besides=row.id)
    images.before(row)
    for name, value in changes.items():
        setattr(row, name, value)
    _check(row)
    if row.is_retired:
        row.is_default = False
    await db.flush()
    if "initial_mileage_km" in changes:
        await count(db, row.user_id, {row.id})
        await db.refresh(row)
    return row


async def delete_shoes(db: AsyncSession, row: RunningShoe, images: Images) -> None:
    """Deletes a pair. Runs in it stay, and are in none."""
    for run in await db.scalars(select(Run).where(Run.shoe_id == row.id)):
        images.before(run, "shoe_id")
        run.shoe_id = None
    await db.flush()
    images.before(row)
    await db.delete(row)
    await db.flush()


async def _no_other_default(
    db: AsyncSession, user_id: UUID, images: Images, besides: UUID | None = None
) -> None:
    query = select(RunningShoe).where(RunningShoe.user_id == user_id, RunningShoe.is_default)
    for row in await db.scalars(query):
        if row.id != besides:
            images.before(row, "is_default")
            row.is_default = False
    await db.flush()


def _check(row: RunningShoe) -> None:
    if row.is_retired and row.is_default and row.id is None:
        raise Invalid("Retired shoes can't be the default.", "is_default")

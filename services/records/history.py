"""Records as lists: when they were set, and those that stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import PersonalRecord, PrHistory, PrType
from services.exercises.catalogue import packaged_catalogue
from services.paging import PageRequest, Slice, Sort, fetch_slice

HISTORY_SORTS = {
    "-achieved_at": Sort((PrHistory.achieved_at, PrHistory.id), descending=True),
    "achieved_at": Sort((PrHistory.achieved_at, PrHistory.id)),
}
STANDING_SORTS = {
    "-achieved_at": Sort((PersonalRecord.achieved_at, PersonalRecord.id), descending=True),
    "achieved_at": Sort((PersonalRecord.achieved_at, PersonalRecord.id)),
}


MOST = 100


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records: of an exercise (slug or identifier), of a type, set in [`from`, `before`)."""

    exercise: str | None = None
    pr_type: PrType | None = None
    achieved_from: datetime | None = None
    achieved_before: datetime | None = None

    def conditions(self, table: type[PrHistory] | type[PersonalRecord]) -> Iterator[ColumnElement[bool]]:
        """What a row of `table` must fulfil."""
        if self.exercise is not None:
            known = packaged_catalogue().by_reference(self.exercise)
            yield table.exercise_id == known.id if known else false()
        if self.pr_type is not None:
            yield table.pr_type == self.pr_type
        if self.achieved_from is not None:
            yield table.achieved_at >= self.achieved_from
        if self.achieved_before is not None:
            yield table.achieved_at < self.achieved_before


async def list_history(
    db: AsyncSession, user_id: UUID, wanted: RecordFilter, page: PageRequest
) -> Slice[tuple[PrHistory]]:
    """Records by when they were set. Raises `InvalidCursor`."""
    query = select(PrHistory).where(PrHistory.user_id == user_id, *wanted.conditions(PrHistory))
    return await fetch_slice(db, query, HISTORY_SORTS, page)


async def standing(db: AsyncSession, user_id: UUID, exercise_id: UUID | None) -> list[PersonalRecord]:
    """The standing records that are talked about, newest first: of an exercise, or the heaviest of each.

    Of the reps at a weight only those at body weight alone: there may be one for every weight.
    """
    wanted = [PersonalRecord.user_id == user_id]
    at_body_weight = and_(PersonalRecord.pr_type == "reps_at_weight", PersonalRecord.weight.is_(None))
    if exercise_id is None:
        wanted.append(or_(PersonalRecord.pr_type == "1rm", at_body_weight))
    else:
        wanted.append(PersonalRecord.exercise_id == exercise_id)
        wanted.append(or_(PersonalRecord.pr_type != "reps_at_weight", at_body_weight))
    newest = PersonalRecord.achieved_at.desc()
    return list(await db.scalars(select(PersonalRecord).where(*wanted).order_by(newest).limit(MOST)))


async def list_standing(
    db: AsyncSession, user_id: UUID, wanted: RecordFilter, page: PageRequest
) -> Slice[tuple[PersonalRecord]]:
    """The standing records by when they were set. Raises `InvalidCursor`."""
    query = select(PersonalRecord).where(
        PersonalRecord.user_id == user_id, *wanted.conditions(PersonalRecord)
    )
    return await fetch_slice(db, query, STANDING_SORTS, page)

"""Personal records: those that stand, and when each was set."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.calls import AthleteCall, Etags
from api.models import Moment, Output, Page, PageQuery
from api.routing import api_router
from core.units import WeightUnit
from db.models import PersonalRecord, PrHistory, PrType
from services import records
from services.exercises.catalogue import packaged_catalogue
from services.records import RecordFilter

router = api_router("", "records")

DIGITS = 2
"""Records are kept in single precision: more would be noise."""


class StandingRecordOut(Output):
    """A record that stands. `value` is a weight, weight times reps, or reps, by `pr_type`.

    Weights are in `unit`. `exercise` is the catalogue's name and `slug` its slug. `weight` is null for body
    weight alone, `estimated_1rm` where no number would be honest. `workout_set_id` is the set that set it.
    """

    id: UUID
    exercise_id: UUID
    exercise: str
    slug: str
    pr_type: PrType
    value: float
    weight: float | None
    unit: WeightUnit
    reps: int | None
    estimated_1rm: float | None
    workout_set_id: UUID | None
    achieved_at: datetime

    @classmethod
    def of(cls, row: PersonalRecord | PrHistory) -> StandingRecordOut:
        """The record `row`."""
        exercise = packaged_catalogue().by_id[row.exercise_id]
        return cls(
            id=row.id,
            exercise_id=row.exercise_id,
            exercise=exercise.name,
            slug=exercise.slug,
            pr_type=row.pr_type,
            value=round(row.value, DIGITS),
            weight=_rounded(row.weight),
            unit=row.weight_unit,
            reps=row.reps,
            estimated_1rm=_rounded(row.estimated_1rm),
            workout_set_id=row.workout_set_id,
            achieved_at=row.achieved_at,
        )


class RecordOut(StandingRecordOut):
    """A record when it was set, and the one that it beat, if there was one, by how many percent."""

    previous_pr_id: UUID | None
    improvement_percent: float | None

    @classmethod
    def of_row(cls, row: PrHistory) -> RecordOut:
        """The record `row`."""
        return cls(
            **dict(StandingRecordOut.of(row)),
            previous_pr_id=row.previous_pr_id,
            improvement_percent=_rounded(row.improvement_percent),
        )


class StandingRecordPage(Page[StandingRecordOut]):
    """Records that stand, a page of them."""


class RecordPage(Page[RecordOut]):
    """Records in the order in which they were set, a page of them."""


class RecordQuery(PageQuery):
    """Which records, in which order."""

    sort: Literal["-achieved_at", "achieved_at"] = Field("-achieved_at", description="`-` is newest first.")
    exercise: str | None = Field(None, max_length=120, description="Only this exercise: its id or slug.")
    type: PrType | None = Field(None, description="Only this type.")
    achieved_from: Moment | None = Field(None, description="Set then or later.")
    achieved_before: Moment | None = Field(None, description="Set earlier.")

    def wanted(self) -> RecordFilter:
        """The records that are asked for."""
        return RecordFilter(self.exercise, self.type, self.achieved_from, self.achieved_before)


@router.get("/pr-history")
async def list_pr_history(
    call: AthleteCall, query: Annotated[RecordQuery, Query()], etags: Etags
) -> RecordPage:
    """Every record when it was set, also those that have been beaten since."""
    async with call.transaction() as db:
        found = await records.list_history(db, call.athlete_id, query.wanted(), query.page())
    return etags.of(RecordPage.of(found, lambda row: RecordOut.of_row(row[0])))


@router.get("/personal-records")
async def list_personal_records(
    call: AthleteCall, query: Annotated[RecordQuery, Query()], etags: Etags
) -> StandingRecordPage:
    """The records that stand."""
    async with call.transaction() as db:
        found = await records.list_standing(db, call.athlete_id, query.wanted(), query.page())
    return etags.of(StandingRecordPage.of(found, lambda row: StandingRecordOut.of(row[0])))


def _rounded(value: float | None) -> float | None:
    return round(value, DIGITS) if value is not None else None

"""Running shoes and their mileage."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.calls import AthleteCall, ChangeCall, Etags, PostCall, Write
from api.models import Input, Name, Note, Nothing, Output, Page, PageQuery, not_given
from api.routing import api_router
from db.models import RunningShoe
from services.running import shoes
from services.running.mileage import is_worn

router = api_router("/shoes", "running")

MAX_KM = 20_000
Kilometers = Annotated[float, Field(ge=0, le=MAX_KM)]


class ShoesOut(Output):
    """A pair of shoes. `is_worn`: it has been run as far as it was to be (`max_mileage_km`)."""

    id: UUID
    brand: str
    model: str
    nickname: str | None
    purchase_date: date | None
    initial_mileage_km: float
    current_mileage_km: float
    max_mileage_km: float
    is_worn: bool
    is_retired: bool
    is_default: bool
    notes: str | None
    created_at: datetime

    @classmethod
    def of(cls, row: RunningShoe) -> ShoesOut:
        """The pair `row`."""
        kilometers = ("initial_mileage_km", "current_mileage_km", "max_mileage_km")
        others = cls.model_fields.keys() - {"is_worn", *kilometers}
        return cls(
            is_worn=is_worn(row),
            **{name: round(getattr(row, name), 2) for name in kilometers},
            **{name: getattr(row, name) for name in others},
        )


class ShoesPage(Page[ShoesOut]):
    """Pairs of shoes, a page of them."""


class ShoesQuery(PageQuery):
    """Which shoes, in which order."""

    sort: Literal["-created_at", "created_at"] = Field("-created_at", description="`-` is newest first.")
    retired: bool | None = Field(None, description="Only those that are retired, or that are not.")


class NewShoes(Input):
    """A pair to keep count of."""

    brand: Name
    model: Name
    nickname: Name | None = None
    purchase_date: Annotated[date | None, Field(strict=False)] = None
    initial_mileage_km: Kilometers = 0.0
    max_mileage_km: Annotated[Kilometers, Field(gt=0)] = 800.0
    is_default: bool = Field(
        False, description="Runs are in this pair unless they are said to be in another."
    )
    notes: Note | None = None


class ShoesChange(Input):
    """What to change of a pair; what is left out stays."""

    brand: Name = Field(default_factory=not_given)
    model: Name = Field(default_factory=not_given)
    nickname: Name | None = None
    purchase_date: Annotated[date | None, Field(strict=False)] = None
    initial_mileage_km: Kilometers = Field(default_factory=not_given)
    max_mileage_km: Annotated[Kilometers, Field(gt=0)] = Field(default_factory=not_given)
    is_default: bool = Field(default_factory=not_given)
    is_retired: bool = Field(default_factory=not_given)
    notes: Note | None = None


@router.get("")
async def list_shoes(call: AthleteCall, query: Annotated[ShoesQuery, Query()]) -> ShoesPage:
    """The athlete's shoes."""
    async with call.transaction() as db:
        found = await shoes.list_shoes(db, call.athlete_id, query.page(), retired=query.retired)
    return ShoesPage.of(found, lambda row: ShoesOut.of(row[0]))


@router.post("", status_code=HTTPStatus.CREATED)
async def add_shoes(new: NewShoes, call: PostCall) -> ShoesOut:
    """Adds a pair. As the default it takes the place of the one before."""

    async def add(write: Write) -> ShoesOut:
        return ShoesOut.of(await shoes.add_shoes(write.db, write.athlete_id, new.model_dump(), write.images))

    return await call.once("add_shoes", new, ShoesOut, add)


@router.get("/{shoe_id}")
async def get_shoes(shoe_id: UUID, call: AthleteCall, etags: Etags) -> ShoesOut:
    """One pair."""
    async with call.transaction() as db:
        row = await shoes.get_shoes(db, call.athlete_id, shoe_id)
    return etags.of(ShoesOut.of(row))


@router.patch("/{shoe_id}")
async def change_shoes(shoe_id: UUID, change: ShoesChange, call: ChangeCall) -> ShoesOut:
    """Changes a pair, retires it, or makes it the default."""

    async def apply(write: Write) -> ShoesOut:
        row = await shoes.get_shoes(write.db, write.athlete_id, shoe_id)
        call.check_is(ShoesOut.of(row))
        changes = {name: getattr(change, name) for name in change.model_fields_set}
        return ShoesOut.of(await shoes.change_shoes(write.db, row, changes, write.images))

    return await call.once_changed("change_shoes", change, ShoesOut, apply)


@router.delete("/{shoe_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_shoes(shoe_id: UUID, call: ChangeCall) -> None:
    """Deletes a pair; the runs in it stay. "Undo" brings it back."""

    async def delete(write: Write) -> Nothing:
        row = await shoes.get_shoes(write.db, write.athlete_id, shoe_id)
        call.check_is(ShoesOut.of(row))
        await shoes.delete_shoes(write.db, row, write.images)
        return Nothing()

    await call.once("delete_shoes", None, Nothing, delete)

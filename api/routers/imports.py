"""Training logs of other apps, and exports of VoiceFit: previewed, brought in, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from pathlib import PurePath
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.calls import AthleteCall, Call, ChangeCall, Etags
from api.models import Nothing, Output, Page, PageQuery
from api.problems import FieldError, RequestRefused, pointer
from api.routing import api_router
from core.errors import NotFound
from core.units import WeightUnit
from db.models import Import, ImportApp
from services.paging import Sort, fetch_slice
from services.transfer import (
    Choices,
    Contents,
    FileRefused,
    FileTooLarge,
    Preview,
    Receipt,
    Restored,
    look_at,
    take_back,
    take_in,
)

router = api_router("/imports", "imports")

MAX_MAPPING = 256 * 1024
MAX_FILE_NAME = 200
MAPPING = TypeAdapter(dict[str, str])
SORTS = {
    "-created_at": Sort((Import.created_at, Import.id), descending=True),
    "created_at": Sort((Import.created_at, Import.id)),
}


class ImportOut(Output):
    """A file of another app that was imported, and how many workouts and sets came of it."""

    id: UUID
    app: ImportApp
    file_name: str | None
    unit: WeightUnit | None
    workouts: int
    sets: int
    created_at: datetime

    @classmethod
    def of(cls, row: Import) -> ImportOut:
        """The import `row`."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ImportPage(Page[ImportOut]):
    """Imports, a page of them."""


class ImportQuery(PageQuery):
    """In which order."""

    sort: Literal["-created_at", "created_at"] = Field("-created_at", description="`-` is newest first.")


class UnknownImport(NotFound):
    """No such import of this athlete."""


class ImportForm(BaseModel):
    """A file, and what it does not say itself."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile = Field(
        description="A CSV of Strong, Hevy, FitNotes or Fitbod, or an export of VoiceFit."
    )
    unit: WeightUnit | None = Field(None, description="The unit of weights, for a file that does not say it.")
    mapping: str | None = Field(
        None,
        max_length=MAX_MAPPING,
        description="A JSON object: the file's names of exercises as slugs of the catalogue, or `skip`.",
        examples=['{"My Bench": "barbell-bench-press"}'],
    )
    skip_bad_rows: bool = Field(
        False, description="Leaves out rows that cannot be used, instead of refusing the file."
    )

    def choices(self) -> Choices:
        """What was said. Raises `RequestRefused`."""
        try:
            names = MAPPING.validate_json(self.mapping, strict=True) if self.mapping else {}
        except ValidationError:
            raise _refusal("The mapping must be a JSON object of names and slugs.", ["mapping"]) from None
        return Choices(self.unit, names, self.skip_bad_rows)


GivenForm = Annotated[ImportForm, Form(media_type="multipart/form-data")]


@router.post("/preview")
async def preview_import(form: GivenForm, call: AthleteCall) -> Preview | Contents:
    """What a file holds and what importing it would write. Nothing is."""
    with refusing():
        return await look_at(call.database, call.athlete_id, form.file.file, form.choices())


@router.post("")
async def import_file(form: GivenForm, call: AthleteCall) -> Receipt | Restored:
    """Imports a file: all of it or nothing. The same file again, or a longer one, writes nothing twice."""
    name = shown_name(form.file.filename)
    with refusing():
        return await take_in(call.database, call.athlete_id, form.file.file, form.choices(), name)


@router.get("")
async def list_imports(call: AthleteCall, query: Annotated[ImportQuery, Query()]) -> ImportPage:
    """The files of other apps that were imported."""
    async with call.transaction() as db:
        rows = select(Import).where(Import.user_id == call.athlete_id)
        found = await fetch_slice(db, rows, SORTS, query.page())
        return ImportPage.of(found, lambda row: ImportOut.of(row[0]))


@router.get("/{import_id}")
async def get_import(import_id: UUID, call: AthleteCall, etags: Etags) -> ImportOut:
    """One import."""
    async with call.transaction() as db:
        return etags.of(ImportOut.of(await _import(db, call, import_id)))


@router.delete("/{import_id}")
async def take_back_import(import_id: UUID, call: ChangeCall) -> Nothing:
    """Deletes what an import wrote. A workout that has got other sets since stays, with those."""
    async with call.transaction() as db:
        call.check_is(ImportOut.of(await _import(db, call, import_id)))
        await take_back(db, call.athlete_id, import_id)
    return Nothing()


async def _import(db: AsyncSession, call: Call, import_id: UUID) -> Import:
    row = await db.get(Import, import_id)
    if row is None or row.user_id != call.athlete_id:
        raise UnknownImport("There is no such import.")
    return row


def shown_name(name: str | None) -> str | None:
    """The name of a file without its folders, if it can be shown."""
    last = PurePath((name or "").replace("\\", "/")).name[:MAX_FILE_NAME]
    return last if last and last.isprintable() else None


@contextmanager
def refusing() -> Iterator[None]:
    """Answers a file that is refused with a problem that names its field, and its rows by their lines."""
    try:
        yield
    except FileRefused as error:
        status = (
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            if isinstance(error, FileTooLarge)
            else HTTPStatus.UNPROCESSABLE_ENTITY
        )
        field, _, name = (error.field or "file").partition("/")
        lines = [str(one) for one in error.problems]
        raise _refusal(str(error), [field, name] if name else [field], status, lines) from error


def _refusal(
    detail: str,
    field: list[str],
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
    lines: list[str] | None = None,
) -> RequestRefused:
    errors = [FieldError(in_="body", pointer=pointer(field), detail=one) for one in lines or [detail]]
    return RequestRefused(status, detail, errors)

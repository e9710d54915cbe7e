"""Runs: listed, read with their splits and intervals, brought from files, recorded, taken along as files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.calls import AthleteCall, ChangeCall, Etags, Write
from api.models import Nothing
from api.routers.imports import refusing, shown_name
from api.routing import api_router
from api.schemas.runs import (
    ExportQuery,
    ImportedRunsOut,
    IntervalOut,
    NewPoints,
    ProgressOut,
    RunItem,
    RunOut,
    RunPage,
    RunPartsQuery,
    RunQuery,
    SplitOut,
    imported,
)
from services.running import deleting
from services.running.export import MEDIA_TYPES, export_run
from services.running.importing import import_runs
from services.running.reading import RunFilter, WholeRun, list_runs, whole_run
from services.running.receiving import add_points
from services.running.store import get_run

router = api_router("/runs", "runs")

MAX_FILES = 20


class RunFilesForm(BaseModel):
    """Files of runs."""

    model_config = ConfigDict(extra="forbid")

    file: list[UploadFile] = Field(
        min_length=1,
        max_length=MAX_FILES,
        description="GPX, TCX or FIT, as it is or packed (.gz, .zip). Repeat it for several.",
    )


GivenFiles = Annotated[RunFilesForm, Form(media_type="multipart/form-data")]


@router.get("")
async def list_all(call: AthleteCall, query: Annotated[RunQuery, Query()]) -> RunPage:
    """The athlete's runs, without their routes."""
    wanted = RunFilter(query.status, query.started_from, query.started_before)
    async with call.transaction() as db:
        found = await list_runs(db, call.athlete_id, wanted, query.page())
    return RunPage.of(found, lambda row: RunItem.of(row[0]))


@router.post(
    "/import",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": ImportedRunsOut, "description": "All of it was here already, or is no run."}},
)
async def import_run_files(form: GivenFiles, call: AthleteCall, response: Response) -> ImportedRunsOut:
    """Brings runs from files: all of them or, when a file cannot be used, none.

    A run that is here already, from whatever device or app, is answered as the `duplicate` that it is; other
    sports are `skipped`. 200 when nothing was written.
    """
    files = [(shown_name(one.filename), one.file) for one in form.file]
    with refusing():
        found = await import_runs(call.database, call.athlete_id, files)
    async with call.transaction() as db:
        runs = [_whole(await whole_run(db, call.athlete_id, one.run.id)) for one in found.runs]
    if all(one.is_duplicate for one in found.runs):
        response.status_code = HTTPStatus.OK
    return imported(found, runs)


@router.get("/{run_id}")
async def get_one(
    run_id: UUID, call: AthleteCall, query: Annotated[RunPartsQuery, Query()], etags: Etags
) -> RunOut:
    """One run with its route, splits and intervals."""
    async with call.transaction() as db:
        found = await whole_run(db, call.athlete_id, run_id, query.unit)
    return etags.of(_whole(found))


@router.delete("/{run_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_run(run_id: UUID, call: ChangeCall) -> None:
    """Deletes a run with its points. "Undo that" to the voice brings it back."""

    async def delete(write: Write) -> Nothing:
        if call.if_match is not None:
            call.check_is(_whole(await whole_run(write.db, write.athlete_id, run_id)))
        run = await get_run(write.db, write.athlete_id, run_id, lock=True)
        await deleting.delete_run(write.db, run, write.images)
        return Nothing()

    await call.once("delete_run", None, Nothing, delete)


@router.post("/{run_id}/points")
async def add_run_points(run_id: UUID, new: NewPoints, call: AthleteCall) -> ProgressOut:
    """Takes in points of a run that is on, and says how it goes. Batches may come late, twice, in any order.

    Points for a run that is over are taken in as well, and it is computed anew.
    """
    async with call.transaction() as db:
        return ProgressOut.of(
            await add_points(db, call.athlete_id, run_id, [one.point() for one in new.points])
        )


@router.get("/{run_id}/splits")
async def list_splits(
    run_id: UUID, call: AthleteCall, query: Annotated[RunPartsQuery, Query()]
) -> list[SplitOut]:
    """The kilometres or miles of a run."""
    async with call.transaction() as db:
        found = await whole_run(db, call.athlete_id, run_id, query.unit)
    return [SplitOut.of(one) for one in found.splits]


@router.get("/{run_id}/intervals")
async def list_intervals(run_id: UUID, call: AthleteCall) -> list[IntervalOut]:
    """The segments of an interval workout."""
    async with call.transaction() as db:
        found = await whole_run(db, call.athlete_id, run_id)
    return [IntervalOut.of(one) for one in found.intervals]


@router.get(
    "/{run_id}/export",
    response_class=Response,
    responses={200: {"description": "The file.", "content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
async def export_one(run_id: UUID, call: AthleteCall, query: Annotated[ExportQuery, Query()]) -> Response:
    """A run as GPX, TCX or FIT, with all its points; 404 when it was told and not recorded."""
    async with call.transaction() as db:
        file = await export_run(db, call.athlete_id, run_id, query.format)
    headers = {"Content-Disposition": f'attachment; filename="{file.file_name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _whole(found: WholeRun) -> RunOut:
    return RunOut.of(
        found.run,
        splits=[SplitOut.of(one) for one in found.splits],
        intervals=[IntervalOut.of(one) for one in found.intervals],
    )

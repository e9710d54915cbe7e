"""Everything an athlete has, to take along."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, BinaryIO, Literal, cast

from fastapi import Query as QueryParameter
from starlette.responses import StreamingResponse

from api.calls import AthleteCall
from api.routing import api_router
from services.transfer import export_csv, export_json

router = api_router("/export", "export")

IN_MEMORY_BYTES = 1024 * 1024
CHUNK_BYTES = 64 * 1024
MEDIA_TYPES = {"json": "application/json", "csv": "application/zip"}
SUFFIXES = {"json": "json", "csv": "zip"}


@router.get(
    "",
    response_class=StreamingResponse,
    responses={200: {"description": "The export.", "content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
async def export(
    call: AthleteCall,
    form: Annotated[
        Literal["json", "csv"],
        QueryParameter(alias="format", description="`json` can be imported again; `csv` is a zip of tables."),
    ] = "json",
) -> StreamingResponse:
    """Everything the athlete has."""
    # Laid out first: no connection of the database waits while a client fetches it, however slowly.
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES))  # noqa: SIM115
    try:
        write = export_json if form == "json" else export_csv
        await write(call.database, call.athlete_id, file)
        size = file.tell()
    except BaseException:
        file.close()
        raise
    name = f"voicefit-{datetime.now(UTC):%Y-%m-%d}.{SUFFIXES[form]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(size)}
    return StreamingResponse(_chunks(file), media_type=MEDIA_TYPES[form], headers=headers)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk

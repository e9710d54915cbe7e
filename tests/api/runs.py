"""Runs over HTTP, for tests: bringing them, and looking at what is there."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import func, select

from db.models import Run, RunPoints, RunSplit
from tests.api.conftest import Athlete


async def bring(ana: Athlete, *contents: bytes) -> httpx.Response:
    """The answer to an import of files with these contents."""
    files = [("file", (f"run{i}.bin", content)) for i, content in enumerate(contents)]
    return await ana.client.post("/api/runs/import", files=files)


async def brought(ana: Athlete, content: bytes) -> dict[str, Any]:
    """The only run of a file."""
    response = await bring(ana, content)
    assert response.status_code == 201, response.text
    (run,) = response.json()["runs"]
    return dict(run)


async def listed(ana: Athlete) -> list[dict[str, Any]]:
    """The first page of the runs."""
    return list((await ana.get("/api/runs")).json()["items"])


async def rows(ana: Athlete) -> tuple[int, ...]:
    """How many rows of runs, splits and points there are, whoever has them."""
    async with ana.database.transaction(None) as db:
        counts = [select(func.count()).select_from(table) for table in (Run, RunSplit, RunPoints)]
        return tuple([await db.scalar(one) or 0 for one in counts])

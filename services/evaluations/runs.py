"""The table of saved runs. It is the server's own: read it in transactions that are no athlete's."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from services.evaluations.comparing import Report
from services.retention import Expired

SAVE = text(
    """
    insert into internal.eval_runs (series, router, commit_id, settings, figures, report, page)
    values (:series, :router, :commit_id, cast(:settings as jsonb), cast(:figures as jsonb), :report, :page)
    returning id
    """
)
SHOWN = "id, taken_at, series, router, commit_id, settings, figures"
NEWEST = text(f"select {SHOWN} from internal.eval_runs order by taken_at desc, id desc limit :limit")
PREVIOUS = text(
    f"""
    select {SHOWN} from internal.eval_runs
    where series = :series and router = :router and id <> :id
    order by taken_at desc, id desc limit 1
    """
)
REPORT = text("select report from internal.eval_runs where id = :id")
PAGE = text("select page from internal.eval_runs where id = :id")
EXPIRED = Expired("internal.eval_runs", "taken_at < now() - interval '800 days'")
"""Kept for a little more than two years."""


class NoRun(NotFound):
    """No run was saved under this id."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be saved. Runs of one `series` by one `router` played the same set in the same way.

    `figures` is what is shown of it over time; `report` is all of it, and `page` what people read, as HTML.
    """

    series: str
    router: str
    commit_id: str | None
    settings: Mapping[str, Any]
    figures: Mapping[str, Any]
    report: Report
    page: str


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run as lists have it."""

    id: UUID
    taken_at: datetime
    series: str
    router: str
    commit_id: str | None
    settings: dict[str, Any]
    figures: dict[str, Any]


async def save(db: AsyncSession, run: NewRun) -> UUID:
    """Keeps a run; returns its id."""
    values = {
        "series": run.series,
        "router": run.router,
        "commit_id": run.commit_id,
        "settings": json.dumps(run.settings),
        "figures": json.dumps(run.figures),
        "report": zlib.compress(json.dumps(run.report).encode()),
        "page": zlib.compress(run.page.encode()),
    }
    found: UUID = (await db.execute(SAVE, values)).scalar_one()
    return found


async def newest(db: AsyncSession, limit: int) -> list[SavedRun]:
    """The last runs of all series, the newest first."""
    return [SavedRun(*row) for row in await db.execute(NEWEST, {"limit": limit})]


async def previous(db: AsyncSession, run_id: UUID, series: str, router: str) -> SavedRun | None:
    """The newest other run of a series."""
    asked = {"id": run_id, "series": series, "router": router}
    row = (await db.execute(PREVIOUS, asked)).one_or_none()
    return None if row is None else SavedRun(*row)


async def report_of(db: AsyncSession, run_id: UUID) -> Report:
    """All that was measured. Raises `NoRun`."""
    found: Report = json.loads(zlib.decompress(await _kept(db, REPORT, run_id)))
    return found


async def page_of(db: AsyncSession, run_id: UUID) -> str:
    """The page of a run. Raises `NoRun`."""
    return zlib.decompress(await _kept(db, PAGE, run_id)).decode()


async def _kept(db: AsyncSession, query: Any, run_id: UUID) -> bytes:
    found = await db.scalar(query, {"id": run_id})
    if found is None:
        raise NoRun("There is no such run. It may have been deleted: load the list again.")
    return bytes(found)

"""Jobs that are due by the clock."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from db.session import Database
from services.jobs import Registry
from tests.jobs.conftest import Note, Working, until, written
from tests.jobs.writing import writes

pytestmark = pytest.mark.usefixtures("notes")


async def test_what_is_due_by_the_clock_is_done(
    database: Database, registry: Registry, work: Working
) -> None:
    writes(registry)
    registry.every("* * * * * */1", Note(text="tick"))  # with a sixth field: every second
    async with work():
        await until(lambda: written(database))
    assert set(await written(database)) == {"tick"}


async def test_a_tick_that_nobody_was_there_for_is_made_up_for_once(
    database: Database, registry: Registry, work: Working
) -> None:
    writes(registry)
    registry.every("0 3 * * *", Note(text="night"))
    async with work():
        await until(lambda: _planned(database))
    async with database.transaction(None) as db:
        await db.execute(text("update internal.job_schedules set next_run = now() - interval '3 days'"))
    async with work():
        await until(lambda: written(database))
    assert await written(database) == ["night"]


async def _planned(database: Database) -> int:
    async with database.transaction(None) as db:
        return await db.scalar(text("select count(*) from internal.job_schedules")) or 0

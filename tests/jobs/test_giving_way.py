"""Jobs give way to whoever is attended to."""

from __future__ import annotations

import asyncio

import pytest

from core.foreground import Foreground
from db.session import Database
from services.jobs import Registry
from tests.jobs.conftest import Note, Working, emptied, in_queue, put, until, written
from tests.jobs.writing import writes

pytestmark = pytest.mark.usefixtures("notes")


async def test_jobs_begin_when_nobody_is_attended_to(
    database: Database, registry: Registry, work: Working
) -> None:
    writes(registry)
    foreground = Foreground()
    async with work(foreground=foreground):
        foreground.hold()
        await put(database, Note(text="a"))
        await until(lambda: _claimed(database))
        await asyncio.sleep(0.3)
        assert await written(database) == []
        foreground.release()
        await emptied(database)
    assert await written(database) == ["a"]


async def _claimed(database: Database) -> bool:
    return [one.status for one in await in_queue(database)] == ["picked"]


async def test_somebody_who_is_always_attended_to_does_not_hold_jobs_up_for_ever(
    database: Database, registry: Registry, work: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.jobs.worker.PATIENCE_SECONDS", 0.05)
    writes(registry)
    foreground = Foreground()
    with foreground.held():
        await put(database, Note(text="a"))
        async with work(foreground=foreground):
            await emptied(database)
    assert await written(database) == ["a"]


async def test_a_worker_with_a_small_share_rests_and_stops_at_once(
    database: Database, registry: Registry, work: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.jobs.worker.MAX_REST_SECONDS", 3600)
    writes(registry)
    await put(database, Note(text="a"), Note(text="b"))
    async with work(1, share=0.000_000_1):
        await until(lambda: written(database))
        await asyncio.sleep(0.2)
    assert await written(database) == ["a"]
    assert [(one.status, one.count) for one in await in_queue(database)] == [("queued", 1)]

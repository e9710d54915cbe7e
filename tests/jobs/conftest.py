"""A worker on a database of the test's own, and jobs to give it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.settings import Settings
from db.session import Database
from services.jobs import Job, Registry, Worker, enqueue, working
from services.jobs.letters import Count, DeadLetter, counts, dead_letters
from tests.db.fixtures import run_on_server

PATIENCE = 30.0

Working = Callable[..., AbstractAsyncContextManager[Worker]]


class Note(Job):
    """Writes a line into the table `notes`."""

    name = "note"
    text: str
    once_only: bool = False

    @property
    def key(self) -> str | None:
        return f"note:{self.text}" if self.once_only else None


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, jobs_heartbeat_seconds=600)


@pytest.fixture
async def notes(database: Database, database_url: str) -> None:
    """The table `notes`, where nothing keeps a line from being there twice."""
    await make_notes(database_url)


@pytest.fixture
def work(database: Database, settings: Settings, registry: Registry) -> Working:
    """Does jobs during a block."""

    @asynccontextmanager
    async def block(concurrency: int = 2, **options: Any) -> AsyncIterator[Worker]:
        async with working(database, settings, registry, concurrency=concurrency, **options) as worker:
            yield worker

    return block


async def make_notes(owner_url: str) -> None:
    await run_on_server(owner_url, "create table internal.notes (text text)")
    await run_on_server(owner_url, "grant select, insert on internal.notes to voicefit_service")


async def put(database: Database, *jobs: Job, after: timedelta | None = None) -> list[int | None]:
    async with database.transaction(None) as db:
        return await enqueue(db, *jobs, after=after)


async def written(database: Database) -> list[str]:
    async with database.transaction(None) as db:
        return sorted(await db.scalars(text("select text from internal.notes")))


async def in_queue(database: Database) -> list[Count]:
    async with database.transaction(None) as db:
        return await counts(db)


async def letters(database: Database) -> list[DeadLetter]:
    async with database.transaction(None) as db:
        return await dead_letters(db)


async def until(condition: Callable[[], Any]) -> None:
    """Waits until `condition`, which may be asynchronous, is true."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = condition()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)


async def emptied(database: Database) -> None:
    """Waits until nothing is left to do."""

    async def nothing_left() -> bool:
        return all(one.status == "failed" for one in await in_queue(database))

    await until(nothing_left)

"""The job of tests: a line in a table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.jobs import Registry, Run
from tests.jobs.conftest import Note

SOON = timedelta(milliseconds=1)


async def note(db: AsyncSession, words: str) -> None:
    await db.execute(text("insert into internal.notes values (:text)"), {"text": words})


def writes(registry: Registry) -> None:
    @registry.handles(Note)
    async def write(run: Run, job: Note) -> None:
        async with run.once() as db:
            await note(db, job.text)

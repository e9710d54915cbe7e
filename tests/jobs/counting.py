"""A worker in a process of its own, to be killed: its jobs write a line each, slowly.

`python -m tests.jobs.counting DATABASE_URL HEARTBEAT_SECONDS`
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import text

from core.settings import Settings
from db.session import Database
from services.jobs import Registry, Run, working
from tests.jobs.conftest import Note

SECONDS = 0.02
"""How long a job takes, before and after it writes: a kill meets it anywhere."""

slow = Registry()


@slow.handles(Note)
async def write(run: Run, job: Note) -> None:
    await asyncio.sleep(SECONDS)
    async with run.once() as db:
        await db.execute(text("insert into internal.notes values (:text)"), {"text": job.text})
        await asyncio.sleep(SECONDS)


async def main(url: str, heartbeat_seconds: float) -> None:
    database = Database(url)
    async with working(database, Settings(jobs_heartbeat_seconds=heartbeat_seconds), slow, concurrency=4):
        print("working", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))

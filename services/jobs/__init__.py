"""Background work: jobs that are put into the queue with what causes them, and done once, later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.settings import Settings
from db.session import Database
from services.jobs.queue import enqueue
from services.jobs.registry import Job, Registry
from services.jobs.run import Run
from services.jobs.worker import Worker

__all__ = ["Job", "Registry", "Run", "Worker", "enqueue", "known_jobs", "working"]

IN_SERVER = 2
"""Jobs at a time in a server, whose first duty is to answer."""

GRACE_SECONDS = 10.0
"""How long jobs under way may take to end before they are broken off."""


def known_jobs() -> Registry:
    """All jobs there are. A module with jobs of its own adds its registry here."""
    from services.jobs.upkeep import upkeep

    return Registry().include([upkeep])


@asynccontextmanager
async def working(
    database: Database,
    settings: Settings,
    registry: Registry | None = None,
    *,
    concurrency: int = IN_SERVER,
) -> AsyncIterator[Worker]:
    """Does jobs beside the block, in a task. At its end those under way are finished, or broken off."""
    worker = Worker(database, settings, registry or known_jobs(), concurrency=concurrency)
    task = asyncio.create_task(worker.run(), name="jobs")
    try:
        yield worker
    finally:
        worker.stop()
        _, late = await asyncio.wait({task}, timeout=GRACE_SECONDS)
        if late:
            worker.interrupt()
            _, late = await asyncio.wait({task}, timeout=GRACE_SECONDS)
        for one in late:
            one.cancel()
        await asyncio.gather(task, return_exceptions=True)

"""Background work: jobs that are put into the queue with what causes them, and done once, later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.foreground import Foreground
from core.measures import Measures
from core.settings import Settings
from db.session import Database
from services.jobs.queue import enqueue
from services.jobs.registry import Job, Registry
from services.jobs.run import Run
from services.jobs.worker import Worker

__all__ = ["SHARE_IN_SERVER", "Job", "Registry", "Run", "Worker", "enqueue", "known_jobs", "working"]

SHARE_IN_SERVER = 0.25
"""How much of the time jobs may take in a server, whose first duty is to answer."""

GRACE_SECONDS = 5.0
"""How long jobs under way may take to end before they are broken off."""


def known_jobs() -> Registry:
    """All jobs there are. A module with jobs of its own adds its registry here."""
    from services.badges.upkeep import progress
    from services.evaluations.nightly import nightly
    from services.jobs.upkeep import upkeep
    from services.knowledge.indexing import indexing
    from services.running.weather import weather

    return Registry().include([upkeep, indexing, progress, weather, nightly])


@asynccontextmanager
async def working(
    database: Database,
    settings: Settings,
    registry: Registry | None = None,
    *,
    concurrency: int = 1,
    share: float = 1.0,
    foreground: Foreground | None = None,
    measures: Measures | None = None,
) -> AsyncIterator[Worker]:
    """Does jobs beside the block, in a task. At its end those under way are finished, or broken off.

    `concurrency` at a time; `share` and `foreground` keep them out of the way of turns (see `Worker`).
    They are counted in `measures`.
    """
    jobs = registry or known_jobs()
    worker = Worker(
        database,
        settings,
        jobs,
        concurrency=concurrency,
        share=share,
        foreground=foreground,
        measures=measures,
    )
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

"""What the length of the queue is told as."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from core.measures import Measures
from db.session import Database
from services.jobs import enqueue
from services.jobs.upkeep import CloseIdleWorkouts, PurgeExpired
from services.jobs.watching import watch


async def test_the_queue_is_counted(database: Database) -> None:
    measures = Measures()
    async with database.transaction(None) as db:
        await enqueue(db, PurgeExpired())
        await enqueue(db, CloseIdleWorkouts(), after=timedelta(hours=1))
    watching = asyncio.create_task(watch(database, measures, every=0.05))
    try:
        for _ in range(200):
            await asyncio.sleep(0.05)
            if b"voicefit_jobs_due 1.0" in measures.text():
                break
    finally:
        watching.cancel()
    assert b"voicefit_jobs_due 1.0" in measures.text()
    assert b"voicefit_jobs_dead_letters 0.0" in measures.text()

"""One attempt at a job, and how it ends: done, to be tried again, or a dead letter.

The end is written by who still holds the job. A worker that was silent for so long that the job was given to
another finds that out here, and its effect is rolled back.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from pgqueuer.domain import models
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.settings import Settings
from db.internal import as_server
from db.queue import WAKE
from db.session import Database

MAX_PAUSE = timedelta(hours=1)
MAX_STARTS = 8
"""How often a job is begun without an end before it is held to be what kills its workers."""

STARTS = text(
    """
    select count(*) from internal.job_log
    where job_id = :id and status = 'picked' and id > (
        select max(id) from internal.job_log where job_id = :id and status = 'queued'
    )
    """
)
HELD = "id = :id and queue_manager_id = :worker and status = 'picked'"
LOG = """
    insert into internal.job_log (job_id, status, entrypoint, priority, traceback)
    select id, '{status}', entrypoint, priority, cast(:traceback as jsonb) from ended returning job_id
"""
RELEASED = "updated = now(), queue_manager_id = null, slot = null"
DONE = text(
    f"""
    with ended as (delete from internal.jobs where {HELD} returning id, entrypoint, priority)
    {LOG.format(status="successful")}
    """
)
AGAIN = text(
    f"""
    with ended as (
        update internal.jobs
        set status = 'queued', execute_after = now() + cast(:pause as interval),
            attempts = attempts + :counts, {RELEASED}
        where {HELD} returning id, entrypoint, priority
    )
    {LOG.format(status="queued")}
    """
)
DEAD = text(
    f"""
    with ended as (
        update internal.jobs set status = 'failed', attempts = attempts + 1, {RELEASED}
        where {HELD} returning id, entrypoint, priority
    )
    {LOG.format(status="failed")}
    """
)


class Overtaken(Exception):
    """Another worker has the job, or has done it: what this one did is rolled back."""


@dataclass(slots=True)
class Run:
    """One attempt at a job, for the function that does it."""

    database: Database
    settings: Settings
    row: models.Job
    resources: dict[str, Any] = field(default_factory=dict)
    done: bool = False

    @asynccontextmanager
    async def once(self, athlete_id: UUID | None = None) -> AsyncIterator[AsyncSession]:
        """The transaction that does the job and takes it from the queue: both happen, or neither.

        As one athlete or as the server itself, as with `Database.transaction`. It is the last thing of a job.
        """
        async with self.database.transaction(athlete_id) as db:
            yield db
            async with as_server(db):
                await self._end(db, DONE, None)
        self.done = True

    async def starts(self) -> int:
        """How often the job was begun since it was last put into the queue, this time included."""
        async with self.database.transaction(None, durable=False) as db:
            return await db.scalar(STARTS, {"id": self.row.id}) or 0

    async def again(self, pause: timedelta, error: BaseException | None) -> None:
        """Has the job tried again after `pause`. Without an `error` the attempt does not count."""
        async with self.database.transaction(None) as db:
            await self._end(db, AGAIN, error, pause=pause, counts=int(error is not None))
            await db.execute(WAKE)

    async def give_up(self, error: BaseException) -> None:
        """Makes the job a dead letter."""
        async with self.database.transaction(None) as db:
            await self._end(db, DEAD, error)

    async def _end(
        self, db: AsyncSession, statement: TextClause, error: BaseException | None, **values: object
    ) -> None:
        values |= {"id": self.row.id, "worker": self.row.queue_manager_id, "traceback": self._told(error)}
        if await db.scalar(statement, values) is None:
            raise Overtaken

    def _told(self, error: BaseException | None) -> str | None:
        if not isinstance(error, Exception):
            return None
        context: dict[str, object] = {"entrypoint": self.row.entrypoint, "attempt": self.row.attempts + 1}
        return models.TracebackRecord.from_exception(error, self.row.id, context).model_dump_json()


def pause_before(attempt: int, first: timedelta) -> timedelta:
    """How long to wait before the attempt number `attempt` (the first repetition is 1).

    It doubles each time and is spread over half to all of it, so that what failed together does not come
    back together.
    """
    longest: timedelta = min(first * 2 ** min(attempt - 1, 20), MAX_PAUSE)
    return longest * random.uniform(0.5, 1.0)

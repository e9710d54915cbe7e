"""Looking at the queue: how much is in it, and the dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.queue import WAKE
from db.session import Database

COUNTS = text(
    """
    select entrypoint, status::text, count(*), extract(epoch from now() - min(execute_after))::float
    from internal.jobs group by 1, 2 order by 1, 2
    """
)
LETTERS = text(
    """
    select job.id, job.entrypoint, convert_from(job.payload, 'UTF8'), job.attempts, job.updated,
           last.traceback ->> 'exception_type', last.traceback ->> 'exception_message'
    from internal.jobs job
    left join lateral (
        select traceback from internal.job_log
        where job_id = job.id and status = 'failed' order by id desc limit 1
    ) last on true
    where job.status = 'failed' order by job.id limit :limit
    """
)
CHOSEN = "status = 'failed' and (cast(:ids as bigint[]) is null or id = any(:ids))"
DEAD_IDS = text(f"select id from internal.jobs where {CHOSEN} order by id")
REVIVE = text(
    """
    with revived as (
        update internal.jobs set status = 'queued', attempts = 0, execute_after = now(), updated = now()
        where id = :id and status = 'failed' returning id, entrypoint, priority
    )
    insert into internal.job_log (job_id, status, entrypoint, priority)
    select id, 'queued', entrypoint, priority from revived returning job_id
    """
)
PURGE = text(
    f"""
    with gone as (
        delete from internal.jobs where {CHOSEN} and updated <= now() - cast(:age as interval)
        returning id, entrypoint, priority
    )
    insert into internal.job_log (job_id, status, entrypoint, priority)
    select id, 'deleted', entrypoint, priority from gone returning job_id
    """
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs of a kind are in a status: `queued`, `picked` (being done) or `failed` (dead letters).

    `oldest_seconds` is how long the one that has waited longest has been due; negative when it is not yet.
    """

    name: str
    status: str
    count: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up. `payload` is its JSON, `error` what happened last."""

    id: int
    name: str
    payload: str
    attempts: int
    given_up_at: datetime
    error: str


async def counts(db: AsyncSession) -> list[Count]:
    """What is in the queue, for metrics and for people. In a transaction of the server's own."""
    return [Count(*row) for row in await db.execute(COUNTS)]


async def dead_letters(db: AsyncSession, limit: int = 100) -> list[DeadLetter]:
    """The dead letters, oldest first. In a transaction of the server's own."""
    return [_letter(row) for row in await db.execute(LETTERS, {"limit": limit})]


async def retry(database: Database, ids: Sequence[int] | None) -> tuple[list[int], list[int]]:
    """Puts dead letters (all when `ids` is None) back into the queue, to be tried anew.

    Returns those that are in the queue again, and those that are not needed: their like waits already.
    """
    async with database.transaction(None) as db:
        chosen = list(await db.scalars(DEAD_IDS, {"ids": _or_all(ids)}))
    revived, superfluous = [], []
    for one in chosen:
        try:
            async with database.transaction(None) as db:
                if await db.scalar(REVIVE, {"id": one}) is not None:
                    revived.append(one)
                    await db.execute(WAKE)
        except IntegrityError:
            superfluous.append(one)
    return revived, superfluous


async def purge(database: Database, ids: Sequence[int] | None, age: timedelta = timedelta(0)) -> list[int]:
    """Deletes dead letters (all when `ids` is None) given up at least `age` ago. Returns their ids."""
    async with database.transaction(None) as db:
        return list(await db.scalars(PURGE, {"ids": _or_all(ids), "age": age}))


def _or_all(ids: Sequence[int] | None) -> list[int] | None:
    return None if ids is None else list(ids)


def _letter(row: Any) -> DeadLetter:
    identifier, name, payload, attempts, given_up_at, kind, message = row
    error = f"{kind}: {message}" if kind else ""
    return DeadLetter(identifier, name, payload, attempts, given_up_at, error)

"""Putting jobs into the queue, and pgqueuer's way to the database through ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain import models, types
from pgqueuer.ports.driver import Driver, NotifyCallback
from sqlalchemy.ext.asyncio import AsyncSession

from db.internal import as_server, driver_connection
from db.queue import QUEUE
from services.jobs.registry import Job

Ask = Callable[..., Awaitable[list[Any]]]
"""(statement, values…) -> rows."""


async def enqueue(db: AsyncSession, *jobs: Job, after: timedelta | None = None) -> list[int | None]:
    """Puts jobs into the queue, as part of the transaction of `db`: a rollback takes them along.

    They are due once the transaction is committed, or `after` so much later. Returns their ids, None for one
    whose `key` a waiting or running job has.
    """
    if not jobs:
        return []
    async with as_server(db):
        ids = await _queries(SessionDriver(db)).enqueue(
            [job.name for job in jobs],
            [job.model_dump_json().encode() for job in jobs],
            [job.priority for job in jobs],
            [after] * len(jobs),
            [job.key for job in jobs],
            [None] * len(jobs),
            on_conflict="skip",
        )
    return [None if one is None else int(one) for one in ids]


def _queries(driver: Driver) -> Queries:
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(QUEUE),
        qbq=QueryQueueBuilder(QUEUE),
        qbs=QuerySchedulerBuilder(QUEUE),
    )


class WorkerQueries(Queries):
    """What a worker asks of the database. Jobs end in the transaction of their effect (`Run`), not here."""

    async def log_jobs(
        self, job_status: list[tuple[models.Job, types.JOB_STATUS, models.TracebackRecord | None]]
    ) -> None:
        """Nothing. pgqueuer would end a job by its id alone, also one that another worker has by now."""


def worker_queries(driver: Driver) -> WorkerQueries:
    """The queries of a worker."""
    return WorkerQueries(
        driver,
        qbe=QueryBuilderEnvironment(QUEUE),
        qbq=QueryQueueBuilder(QUEUE),
        qbs=QuerySchedulerBuilder(QUEUE),
    )


class _Driver(Driver):
    """What all ways to the database have in common."""

    def __init__(self) -> None:
        self._shutdown = asyncio.Event()
        self._tasks = TaskManager()

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("select pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Nothing is listened to."""

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return self._tasks

    async def __aenter__(self) -> _Driver:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class SessionDriver(_Driver):
    """Runs statements in the transaction of a session."""

    def __init__(self, db: AsyncSession) -> None:
        super().__init__()
        self._db = db

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        connection = await driver_connection(self._db)
        return [dict(row) for row in await connection.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        connection = await driver_connection(self._db)
        return str(await connection.execute(query, *args))


class DatabaseDriver(_Driver):
    """Runs each statement by itself, and listens on a connection of its own if it has one.

    Nothing that it does has to outlast a crash of the database: a claim that is lost is made again.
    """

    def __init__(self, ask: Ask, listener: asyncpg.Connection | None) -> None:
        """`ask` runs a statement of the server's own."""
        super().__init__()
        self._ask = ask
        self._listener = listener

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await self._ask(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        await self._ask(query, *args)
        return ""

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        if self._listener is None:
            return

        def relay(_connection: Any, _process: int, _channel: str, payload: object) -> None:
            if isinstance(payload, str):
                callback(payload)

        await self._listener.add_listener(channel, relay)

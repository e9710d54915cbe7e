"""Doing jobs: takes them from the queue, several at a time, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from pgqueuer import PgQueuer
from pgqueuer.domain import models
from pydantic import ValidationError

from core.errors import VoiceFitError
from core.foreground import Foreground
from core.measures import Measures
from core.settings import Settings
from db.line import Line
from db.queue import QUEUE
from db.session import Database
from services.jobs.queue import DatabaseDriver, enqueue, worker_queries
from services.jobs.registry import Handler, Registry, Schedule
from services.jobs.run import MAX_STARTS, Overtaken, Run, pause_before

logger = logging.getLogger(__name__)

RESTART_SECONDS = 5.0
"""How long to wait after the database could not be reached."""

POLL = timedelta(seconds=30)
POLL_BLINDLY = timedelta(seconds=2)
"""How often to look for work, when the database tells of new jobs and when nobody does (behind a pooler)."""

PATIENCE_SECONDS = 5.0
"""How long a job waits for people who are attended to: where there is always somebody it would for ever."""

MAX_REST_SECONDS = 2.0
STATEMENT_SECONDS = 30.0

STATISTICS_EVERY = timedelta(minutes=5)


class WorkerKilled(Exception):
    """A job was begun several times and its worker was gone each time."""


class Worker:
    """Does the jobs of `registry`, `concurrency` at a time. Several may run, here and elsewhere."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        registry: Registry,
        *,
        concurrency: int = 2,
        share: float = 1.0,
        foreground: Foreground | None = None,
        measures: Measures | None = None,
    ) -> None:
        """Of the time there is, jobs may take the `share`: after each one there is a rest in proportion.

        They begin while nobody holds the `foreground`, if they do not have to wait for that too long.
        """
        self._database = database
        self._settings = settings
        self._registry = registry
        self._concurrency = concurrency
        self._share = share
        self._foreground = foreground
        self._measures = measures or Measures()
        self._places = asyncio.Semaphore(concurrency)
        self._attempts: set[asyncio.Task[Any]] = set()
        self._stopping = asyncio.Event()
        self._queue: PgQueuer | None = None

    async def run(self) -> None:
        """Works until `stop`. A database that is away is waited for."""
        while not self._stopping.is_set():
            try:
                await self._work()
            except Exception as error:
                known = isinstance(error, (OSError, VoiceFitError))
                logger.warning("jobs wait for the database: %s", error, exc_info=not known)
                await _first(self._stopping.wait(), asyncio.sleep(RESTART_SECONDS))

    def stop(self) -> None:
        """Takes no further job. `run` returns when those under way are done."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()

    def interrupt(self) -> None:
        """Breaks off what is under way: it is rolled back, and back in the queue."""
        self.stop()
        for attempt in self._attempts:
            attempt.cancel()

    async def _work(self) -> None:
        async with AsyncExitStack() as stack:
            listener, ask = None, self._database.ask
            if not self._database.pooled:
                listener = await stack.enter_async_context(self._database.connection())
                line = Line(self._database.connection, STATEMENT_SECONDS)
                stack.push_async_callback(line.aclose)
                ask = line.fetch
            driver = DatabaseDriver(ask, listener)
            self._queue = queue = PgQueuer(driver, QUEUE.channel, queries=worker_queries(driver))
            for name, handler in self._registry.handlers.items():
                queue.entrypoint(name, accepts_context=False)(self._attempt_of(handler))
            for schedule in self._registry.schedules:
                queue.schedule(schedule.job.name, schedule.cron, accepts_context=False)(self._due(schedule))
            if listener is not None:
                # Then the work begins anew, with another connection.
                listener.add_termination_listener(lambda _: queue.shutdown.set())
            if self._stopping.is_set():
                return
            await queue.run(
                dequeue_timeout=POLL if listener is not None else POLL_BLINDLY,
                # Some are claimed ahead, so that there is something to do while the next are fetched.
                batch_size=2 * self._concurrency,
                max_concurrent_tasks=4 * self._concurrency,
                # Its check of the listener takes the time that jobs stand back for who is speaking for
                # silence. A connection that is lost is noticed above, and POLL makes good a notification.
                shutdown_on_listener_failure=False,
                heartbeat_timeout=timedelta(seconds=self._settings.jobs_heartbeat_seconds),
                log_aggregation_interval=STATISTICS_EVERY,
            )

    def _due(self, schedule: Schedule) -> Any:
        async def due(_: models.Schedule) -> None:
            async with self._database.transaction(None) as db:
                await enqueue(db, schedule.job)

        return due

    def _attempt_of(self, handler: Handler[Any]) -> Any:
        async def attempt(row: models.Job) -> None:
            run = Run(self._database, self._settings, row)
            task = asyncio.current_task()
            assert task is not None
            self._attempts.add(task)
            try:
                async with self._places:
                    if self._foreground is not None:
                        await self._foreground.quiet(PATIENCE_SECONDS)
                    if self._stopping.is_set():
                        await self._again(run, timedelta(0), None)
                    else:
                        began = time.monotonic()
                        outcome = await self._attempt(run, handler)
                        worked = time.monotonic() - began
                        self._measures.job(handler.job.name, outcome, worked)
                        await self._rest(worked)
            except asyncio.CancelledError:
                # Whoever cancels wants the job back in the queue, and waits for that.
                task.uncancel()
                await self._again(run, timedelta(0), None)
            finally:
                self._attempts.discard(task)

        return attempt

    async def _rest(self, worked_seconds: float) -> None:
        if self._share < 1:
            rest = min(worked_seconds * (1 / self._share - 1), MAX_REST_SECONDS)
            await _first(self._stopping.wait(), asyncio.sleep(rest))

    async def _attempt(self, run: Run, handler: Handler[Any]) -> str:
        """What it came to: done, again, dead or overtaken."""
        name, number = handler.job.name, run.row.attempts + 1
        try:
            if await run.starts() > MAX_STARTS:
                raise WorkerKilled(f"begun {MAX_STARTS} times without an end: it may kill its workers")
            await handler.work(run, handler.job.model_validate_json(run.row.payload or b"{}"))
            if not run.done:
                async with run.once():
                    pass
        except Overtaken:
            logger.warning("job %s %s was given to another worker: rolled back here", name, run.row.id)
            return "overtaken"
        except Exception as error:
            hopeless = isinstance(error, (ValidationError, WorkerKilled))
            if hopeless or number >= handler.attempts:
                logger.error("job %s %s is a dead letter", name, run.row.id, exc_info=error)
                await _ended(run.give_up(error), run)
                return "dead"
            logger.warning("job %s %s failed, attempt %d", name, run.row.id, number, exc_info=error)
            await self._again(run, pause_before(number, handler.pause), error)
            return "again"
        return "done"

    async def _again(self, run: Run, pause: timedelta, error: Exception | None) -> None:
        if self._queue is not None:
            # Or pgqueuer would pass it over, should it be claimed here again before this attempt is over.
            self._queue.qm.job_context.pop(run.row.id, None)
        await _ended(run.again(pause, error), run)


async def _ended(ending: Any, run: Run) -> None:
    """Writes the end of a job. If that fails too, the job is found again when its heartbeats stay away."""
    try:
        await ending
    except Overtaken:
        pass
    except Exception:
        logger.warning("the end of job %s could not be written", run.row.id, exc_info=True)


async def _first(*waits: Any) -> None:
    """Waits for the first of several, and ends the others."""
    tasks = [asyncio.ensure_future(one) for one in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

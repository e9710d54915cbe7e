"""Doing jobs: each has its effect once, whatever happens to it or to its worker."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlalchemy import make_url, text

from core.settings import Settings
from db.embedded.cluster import SUPERUSER
from db.session import Database
from services.jobs import Registry, Run, working
from tests.db.fixtures import new_athlete, run_on_server
from tests.jobs.conftest import Note, Working, emptied, in_queue, letters, put, until, written
from tests.jobs.writing import SOON, note, writes

pytestmark = pytest.mark.usefixtures("notes")


async def test_jobs_are_done_once_each(database: Database, registry: Registry, work: Working) -> None:
    writes(registry)
    await put(database, *(Note(text=f"{i:02}") for i in range(20)))
    async with work(4), work(4):
        await emptied(database)
    assert await written(database) == [f"{i:02}" for i in range(20)]
    async with database.transaction(None) as db:
        done = await db.scalar(text("select count(*) from internal.job_log where status = 'successful'"))
    assert done == 20


async def test_a_new_job_is_noticed_at_once(database: Database, registry: Registry, work: Working) -> None:
    """The database tells of it: looking for work happens every 30 s, which the timeout does not wait for."""
    writes(registry)
    async with work():
        await put(database, Note(text="first"))
        await emptied(database)
        await asyncio.sleep(0.3)  # now it waits
        await put(database, Note(text="second"))
        async with asyncio.timeout(15):
            await emptied(database)
    assert await written(database) == ["first", "second"]


async def test_the_effect_and_the_end_of_a_job_are_one(
    database: Database, registry: Registry, work: Working
) -> None:
    tries = []

    @registry.handles(Note, attempts=3, pause=SOON)
    async def write(run: Run, job: Note) -> None:
        tries.append(job.text)
        async with run.once() as db:
            await note(db, job.text)
            if len(tries) < 3:
                raise RuntimeError("not yet")

    await put(database, Note(text="a"))
    async with work():
        await emptied(database)
    assert tries == ["a"] * 3
    assert await written(database) == ["a"]
    assert await letters(database) == []


async def test_the_next_attempt_does_not_wait_for_the_next_look_around(
    database: Database, registry: Registry, work: Working
) -> None:
    """Which would be half a minute later: the worker sleeps by the time that the first attempt fails."""
    tries = []

    @registry.handles(Note, pause=SOON)
    async def write(run: Run, job: Note) -> None:
        tries.append(job.text)
        await asyncio.sleep(0.3)
        if len(tries) == 1:
            raise RuntimeError("not yet")

    await put(database, Note(text="a"))
    async with work(), asyncio.timeout(15):
        await until(lambda: len(tries) == 2)


async def test_a_job_can_be_an_athletes(database: Database, registry: Registry, work: Working) -> None:
    athlete = await new_athlete(database)
    seen: list[int] = []
    await new_athlete(database)

    @registry.handles(Note)
    async def look(run: Run, job: Note) -> None:
        async with run.once(athlete) as db:
            seen.append(await db.scalar(text("select count(*) from user_profiles")) or 0)

    await put(database, Note(text="a"))
    async with work():
        await emptied(database)
    assert seen == [1]


async def test_a_job_given_to_another_worker_is_rolled_back_here(
    database: Database, registry: Registry, work: Working
) -> None:
    starts = []

    @registry.handles(Note)
    async def write(run: Run, job: Note) -> None:
        starts.append(run)
        async with run.once() as db:
            await note(db, job.text)
            if (
                len(starts) == 1
            ):  # this one falls silent for too long, and the other is done before it goes on
                async with database.transaction(None) as other:
                    await other.execute(
                        text("update internal.jobs set heartbeat = now() - interval '1 hour'")
                    )
                async with work():
                    await until(lambda: written(database))

    await put(database, Note(text="a"))
    async with work():
        await until(lambda: len(starts) == 2)
        await emptied(database)
    assert await written(database) == ["a"]
    assert await letters(database) == []


async def test_who_has_lost_a_job_does_not_decide_what_becomes_of_it(
    database: Database, registry: Registry, work: Working
) -> None:
    starts: list[Run] = []
    first_is_over = asyncio.Event()

    @registry.handles(Note, attempts=1)
    async def write(run: Run, job: Note) -> None:
        starts.append(run)
        if len(starts) == 1:  # it falls silent, another begins, and then it fails
            async with database.transaction(None) as other:
                await other.execute(text("update internal.jobs set heartbeat = now() - interval '1 hour'"))
            await until(lambda: len(starts) == 2)
            raise RuntimeError("too late to matter")
        await first_is_over.wait()
        async with run.once() as db:
            await note(db, job.text)

    await put(database, Note(text="a"))
    async with work():
        await until(lambda: len(starts) == 1)
        async with work():
            await until(lambda: len(starts) == 2)
            await asyncio.sleep(0.3)
            first_is_over.set()
            await emptied(database)
    assert await written(database) == ["a"]
    async with database.transaction(None) as db:
        log = await db.scalars(text("select status::text from internal.job_log order by id"))
    assert log.all() == ["queued", "picked", "picked", "successful"]


async def test_stopping_lets_a_job_finish_and_begins_no_other(
    database: Database, registry: Registry, work: Working
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @registry.handles(Note)
    async def write(run: Run, job: Note) -> None:
        begun.set()
        await go_on.wait()
        async with run.once() as db:
            await note(db, job.text)

    await put(database, Note(text="a"), Note(text="b"), Note(text="c"))
    async with work(1) as worker:
        await begun.wait()
        worker.stop()
        go_on.set()
    assert await written(database) == ["a"]
    assert [(one.status, one.count) for one in await in_queue(database)] == [("queued", 2)]


async def test_an_interrupted_job_is_back_in_the_queue_as_if_never_begun(
    database: Database, registry: Registry, work: Working
) -> None:
    begun = asyncio.Event()

    @registry.handles(Note, attempts=1)
    async def never_end(run: Run, job: Note) -> None:
        async with run.once() as db:
            await note(db, job.text)
            begun.set()
            await asyncio.Event().wait()

    await put(database, Note(text="a"))
    async with work() as worker:
        await begun.wait()
        worker.interrupt()
    assert await written(database) == []
    async with database.transaction(None) as db:
        row = (await db.execute(text("select status::text, attempts from internal.jobs"))).one()
    assert tuple(row) == ("queued", 0)


async def test_a_worker_survives_the_loss_of_its_connections(
    database: Database,
    registry: Registry,
    work: Working,
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("services.jobs.worker.RESTART_SECONDS", 0.1)
    caplog.set_level(logging.CRITICAL, "pgqueuer")
    writes(registry)
    superuser = make_url(database_url).set(username=SUPERUSER).render_as_string(hide_password=False)
    async with work():
        await put(database, Note(text="before"))
        await emptied(database)
        await run_on_server(
            superuser,
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid() and usename = 'voicefit_app'",
        )
        await put(database, Note(text="after"))
        await emptied(database)
    assert await written(database) == ["after", "before"]


async def test_behind_a_pooler_jobs_are_found_without_being_told_of(
    app_url: str, settings: Settings, registry: Registry, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.jobs.worker.POLL_BLINDLY", timedelta(milliseconds=100))
    writes(registry)
    pooled = Database(make_url(app_url).update_query_dict({"pgbouncer": "true"}), pool_size=5)
    assert pooled.pooled
    try:
        async with working(pooled, settings, registry):
            await put(database, Note(text="first"))
            await emptied(database)
            await asyncio.sleep(0.3)
            await put(database, Note(text="second"))
            await emptied(database)
    finally:
        await pooled.aclose()
    assert await written(database) == ["first", "second"]

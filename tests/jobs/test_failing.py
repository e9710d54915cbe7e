"""Jobs that fail: tried again, given up, and what is kept of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from db.session import Database
from services.jobs import Registry, Run
from services.jobs.run import MAX_PAUSE, MAX_STARTS, pause_before
from tests.jobs.conftest import Note, Working, emptied, in_queue, letters, put, until, written
from tests.jobs.writing import SOON, note, writes

pytestmark = pytest.mark.usefixtures("notes")


async def test_what_fails_too_often_is_a_dead_letter(
    database: Database, registry: Registry, work: Working, caplog: pytest.LogCaptureFixture
) -> None:
    @registry.handles(Note, attempts=2, pause=SOON)
    async def fail(run: Run, job: Note) -> None:
        async with run.once() as db:
            await note(db, job.text)
            raise RuntimeError("it is broken")

    await put(database, Note(text="a"))
    async with work():
        await emptied(database)
    (letter,) = await letters(database)
    assert (letter.name, letter.payload, letter.attempts) == ("note", '{"text":"a","once_only":false}', 2)
    assert letter.error == "RuntimeError: it is broken"
    assert await written(database) == []
    assert "dead letter" in caplog.text


async def test_what_cannot_be_understood_is_not_tried_again(
    database: Database, registry: Registry, work: Working
) -> None:
    writes(registry)
    await put(database, Note(text="a"))
    async with database.transaction(None) as db:
        await db.execute(text("update internal.jobs set payload = '{\"txet\": 1}'"))
    async with work():
        await emptied(database)
    (letter,) = await letters(database)
    assert letter.attempts == 1
    assert "ValidationError" in letter.error


async def test_what_was_written_into_a_statement_is_not_in_the_letter(
    database: Database, registry: Registry, work: Working
) -> None:
    @registry.handles(Note, attempts=1)
    async def fail(run: Run, job: Note) -> None:
        async with run.once() as db:
            await db.execute(
                text("insert into internal.nowhere values (:secret)"), {"secret": "my knee hurts"}
            )

    await put(database, Note(text="a"))
    async with work():
        await emptied(database)
    async with database.transaction(None) as db:
        log = await db.scalar(text("select traceback::text from internal.job_log where status = 'failed'"))
    assert "internal.nowhere" in log
    assert "knee" not in log


async def test_a_kind_nobody_here_knows_waits_for_somebody_who_does(
    database: Database, registry: Registry, work: Working
) -> None:
    class Known(Note):
        name = "known"

    @registry.handles(Known)
    async def write(run: Run, job: Known) -> None:
        async with run.once() as db:
            await note(db, job.text)

    await put(database, Note(text="a"), Known(text="b"))
    async with work():
        await until(lambda: written(database))
    assert await written(database) == ["b"]
    assert [(one.name, one.status) for one in await in_queue(database)] == [("note", "queued")]


async def test_a_job_that_kills_its_workers_is_given_up(
    database: Database, registry: Registry, work: Working
) -> None:
    writes(registry)
    (identifier,) = await put(database, Note(text="a"))
    async with database.transaction(None) as db:
        for _ in range(MAX_STARTS):  # what is left of a worker that was killed while at it
            await db.execute(
                text(
                    "insert into internal.job_log (job_id, status, entrypoint, priority) "
                    "values (:id, 'picked', 'note', 0)"
                ),
                {"id": identifier},
            )
    async with work():
        await emptied(database)
    (letter,) = await letters(database)
    assert "kill" in letter.error
    assert await written(database) == []


def test_pauses_double_and_end_at_an_hour() -> None:
    second = timedelta(seconds=1)
    for attempt, longest in ((1, 1), (2, 2), (3, 4), (11, 1024)):
        pauses = [pause_before(attempt, second).total_seconds() for _ in range(50)]
        assert longest / 2 <= min(pauses) <= max(pauses) <= longest
        assert len(set(pauses)) > 1
    assert pause_before(1000, second) <= MAX_PAUSE

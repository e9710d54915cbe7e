"""`voicefit jobs`: looking at dead letters, trying them again, throwing them away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from cli.main import app
from core.settings import settings
from db.session import Database
from services.jobs import enqueue
from tests.jobs.conftest import Note, in_queue

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, app_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command on the test's database."""
    monkeypatch.setenv("VOICEFIT_DATABASE_OWNER_URL", database_url)
    monkeypatch.setenv("DATABASE_URL", app_url)
    settings.cache_clear()
    yield lambda *words: CliRunner().invoke(app, ["jobs", *words])
    settings.cache_clear()


@pytest.fixture
async def dead(database: Database) -> list[int]:
    """Three dead letters; the like of the last one waits in the queue."""
    async with database.transaction(None) as db:
        ids = await enqueue(db, Note(text="a"), Note(text="b"), Note(text="c", once_only=True))
        await db.execute(
            text(
                "with dead as (update internal.jobs set status = 'failed', attempts = 5 returning id) "
                "insert into internal.job_log (job_id, status, entrypoint, priority, traceback) "
                "select id, 'failed', 'note', 0, "
                """'{"exception_type": "RuntimeError", "exception_message": "it is broken"}' from dead"""
            )
        )
        await enqueue(db, Note(text="c", once_only=True))
    return [one for one in ids if one is not None]


async def statuses(database: Database) -> dict[str, int]:
    return {one.status: one.count for one in await in_queue(database)}


def test_an_empty_queue_is_said_to_be(run: Run) -> None:
    assert run("list").output == "The queue is empty.\n"


def test_dead_letters_are_shown_with_their_errors(run: Run, dead: list[int]) -> None:
    shown = run("list").output
    assert "3 dead letters" in shown
    assert "1 waiting" in shown
    assert f"{dead[0]}  note" in shown
    assert "after 5 attempts" in shown
    assert shown.count("RuntimeError: it is broken") == 3
    assert run("list", "--limit", "1").output.count("RuntimeError") == 1


async def test_chosen_letters_are_tried_again(run: Run, dead: list[int], database: Database) -> None:
    done = await asyncio.to_thread(run, "retry", str(dead[0]), "999")
    assert "1 in the queue again." in done.output
    assert "No such dead letters: 999." in done.output
    assert await statuses(database) == {"queued": 2, "failed": 2}
    async with database.transaction(None) as db:
        attempts = await db.scalar(text("select attempts from internal.jobs where id = :id"), {"id": dead[0]})
    assert attempts == 0


async def test_a_letter_whose_like_waits_is_not_needed(run: Run, dead: list[int], database: Database) -> None:
    done = await asyncio.to_thread(run, "retry", "--all")
    assert "2 in the queue again." in done.output
    assert f"the same job waits already: {dead[2]}." in done.output
    assert await statuses(database) == {"queued": 3, "failed": 1}


async def test_letters_are_thrown_away(run: Run, dead: list[int], database: Database) -> None:
    assert "0 deleted." in (await asyncio.to_thread(run, "purge", "--all", "--days", "1")).output
    assert "1 deleted." in (await asyncio.to_thread(run, "purge", str(dead[1]))).output
    assert await statuses(database) == {"queued": 1, "failed": 2}
    assert "2 deleted." in (await asyncio.to_thread(run, "purge", "--all")).output
    assert await statuses(database) == {"queued": 1}


@pytest.mark.parametrize("command", ["retry", "purge"])
def test_nothing_happens_to_all_by_accident(run: Run, command: str) -> None:
    for words in ([command], [command, "1", "--all"]):
        done = run(*words)
        assert done.exit_code == 2
        assert "--all" in done.output

"""Putting jobs into the queue: with what causes them, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from db.models import Workout
from db.session import Database
from services.jobs import Job, Registry, enqueue
from tests.db.fixtures import new_athlete
from tests.jobs.conftest import Note, in_queue, put


async def test_a_rollback_takes_the_job_along(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction(None) as db:
            assert await enqueue(db, Note(text="a")) != [None]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await in_queue(database) == []


async def test_an_athletes_transaction_takes_a_job_in_and_stays_theirs(database: Database) -> None:
    athlete, other = await new_athlete(database), await new_athlete(database)
    async with database.transaction(athlete) as db:
        db.add(Workout(user_id=athlete))
        await db.flush()
        await enqueue(db, Note(text="a"))
        assert await db.scalar(text("select current_user")) == "authenticated"
        assert await db.scalar(text("select count(*) from workouts")) == 1
    async with database.transaction(other) as db:
        await enqueue(db, Note(text="b"))
        assert await db.scalar(text("select count(*) from workouts")) == 0
    assert [(one.name, one.status, one.count) for one in await in_queue(database)] == [("note", "queued", 2)]


async def test_of_the_same_job_one_waits(database: Database) -> None:
    same = Note(text="a", once_only=True)
    first, second, other = await put(database, same, same, Note(text="b", once_only=True))
    assert first is not None
    assert second is None
    assert other is not None
    assert await put(database, same) == [None]


async def test_of_others_each_counts(database: Database) -> None:
    ids = await put(database, Note(text="a"), Note(text="a"))
    assert len(set(ids)) == 2


async def test_no_jobs_are_no_work(database: Database) -> None:
    assert await put(database) == []


def test_two_kinds_cannot_share_a_name() -> None:
    class Other(Job):
        name = "note"

    registry = Registry()

    @registry.handles(Note)
    async def note(run: object, job: Note) -> None: ...

    with pytest.raises(ValueError, match="note"):

        @registry.handles(Other)
        async def other(run: object, job: Other) -> None: ...


def test_a_job_says_no_more_than_it_means() -> None:
    with pytest.raises(ValueError, match="extra"):
        Note.model_validate({"text": "a", "athlete": "b"})

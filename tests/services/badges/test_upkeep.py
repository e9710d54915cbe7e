"""By night: streaks that were let go end, and what an event has missed is awarded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.settings import Settings
from db.models import UserStreak
from db.session import Database
from services.badges import upkeep
from services.badges.upkeep import KeepEverybodysProgress, in_doubt
from services.jobs import known_jobs, working
from services.jobs.registry import Job
from tests.db.fixtures import new_athlete
from tests.jobs.conftest import emptied, letters, put
from tests.services.badges.person import Person, days_before

NOW = datetime.now(UTC)


async def do(database: Database, *jobs: Job) -> None:
    await put(database, *jobs)
    async with working(database, Settings(home=Path("/nonexistent")), known_jobs()):
        await emptied(database)
    assert await letters(database) == []


async def streak(person: Person) -> int | None:
    async with person.database.transaction(person.key) as db:
        found = select(UserStreak.current_streak).where(UserStreak.streak_type == "workout")
        return await db.scalar(found)


async def slept(database: Database) -> None:
    """Nothing was written lately."""
    async with database.transaction(None) as db:
        for table in ("workouts", "runs", "wod_logs", "user_profiles"):
            await db.execute(text(f"update {table} set updated_at = now() - interval '9 days'"))


async def test_a_badge_that_an_event_missed_is_awarded(database: Database) -> None:
    person = await Person.make(database)
    await person.workout(days_before(1, NOW))
    await do(database, KeepEverybodysProgress())
    assert "first_workout" in await person.earned()
    assert not (await person.rows())["first_workout"].to_tell


async def test_a_streak_that_was_let_go_is_over(database: Database) -> None:
    person = await Person.make(database)
    for back in (5, 4, 3):
        await person.workout(days_before(back, NOW))
    await person.reconcile(NOW - timedelta(days=3))
    await slept(database)
    assert await streak(person) == 3
    await do(database, KeepEverybodysProgress())
    assert await streak(person) == 0


async def test_who_did_nothing_is_left_alone(database: Database) -> None:
    await new_athlete(database)
    await slept(database)
    async with database.transaction(None) as db:
        assert await in_doubt(db) == []


async def test_many_are_looked_at_a_part_at_a_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 2)
    people = [await Person.make(database) for _ in range(5)]
    for person in people:
        await person.workout(days_before(1, NOW))
    await do(database, KeepEverybodysProgress())
    assert ["first_workout" in await person.earned() for person in people] == [True] * 5

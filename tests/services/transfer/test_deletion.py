"""Deleting a person leaves nothing of them, and all of others."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from core.settings import Settings
from db.models import Base, Workout
from db.session import Database
from services.identity import Identity
from services.transfer.deletion import NotConfirmed, count_rows, delete_person
from services.transfer.ownership import personal_tables
from tests.db.access import athlete_with_rows
from tests.db.fixtures import new_athlete

TABLES = text("select tablename from pg_tables where schemaname = 'public' order by tablename")


async def everything(database: Database) -> dict[str, list[str]]:
    """All rows of all tables of the database, whether there is a model of them or not, as text."""
    async with database.transaction(None) as session:
        tables = list(await session.scalars(TABLES))
        return {
            name: sorted(await session.scalars(text(f'select t::text from public."{name}" as t')))
            for name in tables
        }


async def a_person(database: Database, email: str) -> UUID:
    """A person who has a row in every table, was invited by email, and coaches somebody."""
    coach = await new_athlete(database, timezone="UTC")
    athlete, _ = await athlete_with_rows(database, coach)
    async with database.transaction(None) as session:
        await session.execute(
            text("update users set email = :email where id = :id"), {"email": email, "id": athlete}
        )
        invitations = Base.metadata.tables["coach_client_invitations"]
        await session.execute(insert(invitations).values(coach_id=coach, client_email=email.upper()))
    await athlete_with_rows(database, athlete)
    return athlete


async def test_nothing_of_a_person_is_left_in_any_table(database: Database) -> None:
    ana = await a_person(database, "ana@example.com")
    ben = await a_person(database, "ben@example.com")
    before = await everything(database)
    await delete_person(database, ana, " ANA@example.com")
    after = await everything(database)
    left = [
        row for rows in after.values() for row in rows if str(ana) in row or "ana@example.com" in row.lower()
    ]
    assert left == []
    assert await count_rows(database, ana) == {}
    of_ben = {name: [row for row in rows if str(ben) in row] for name, rows in before.items()}
    assert of_ben == {name: [row for row in rows if str(ben) in row] for name, rows in after.items()}


async def test_every_table_loses_what_was_theirs_and_no_more(database: Database) -> None:
    ana = await a_person(database, "ana@example.com")
    counts = await count_rows(database, ana)
    before = {name: len(rows) for name, rows in (await everything(database)).items()}
    await delete_person(database, ana, "ana@example.com")
    after = {name: len(rows) for name, rows in (await everything(database)).items()}
    assert {name: before[name] - after[name] for name in before if before[name] != after[name]} == counts
    assert {"run_splits", "run_intervals", "program_weeks", "program_days", "program_exercises"} <= set(
        counts
    )


async def test_content_stays(database: Database) -> None:
    ana = await a_person(database, "ana@example.com")
    personal = {table.name for table in personal_tables()}
    before = await everything(database)
    await delete_person(database, ana, "ana@example.com")
    after = await everything(database)
    for name in before.keys() - personal:
        assert after[name] == before[name], name


@pytest.mark.parametrize("email", ["", "ben@example.com", "ana@example.co", "ana"])
async def test_without_the_right_email_nothing_is_deleted(database: Database, email: str) -> None:
    ana = await a_person(database, "ana@example.com")
    await a_person(database, "ben@example.com")
    before = await everything(database)
    with pytest.raises(NotConfirmed, match="Nothing was deleted"):
        await delete_person(database, ana, email)
    assert await everything(database) == before


async def test_nobody_is_deleted_twice(database: Database) -> None:
    ana = await a_person(database, "ana@example.com")
    await delete_person(database, ana, "ana@example.com")
    for person in (ana, uuid4()):
        with pytest.raises(NotConfirmed):
            await delete_person(database, person, "ana@example.com")


async def test_the_sessions_that_ended_are_named(database: Database, tmp_path: Path) -> None:
    ana = await a_person(database, "ana@example.com")
    identity = Identity(database, Settings(home=tmp_path))
    for client in ("phone", "page"):
        await identity.start_session(ana, client, timedelta(hours=1))
    assert len(await delete_person(database, ana, "ana@example.com")) == 2


async def test_whoever_logs_meanwhile_comes_before_or_too_late(database: Database) -> None:
    ana = await a_person(database, "ana@example.com")

    async def log() -> str:
        try:
            async with database.transaction(ana) as session:
                session.add(Workout(user_id=ana, status="completed"))
        except DBAPIError:
            return "too late"
        return "before"

    logged, *_ = await asyncio.gather(
        asyncio.gather(*(log() for _ in range(4))), delete_person(database, ana, "ana@example.com")
    )
    assert set(logged) <= {"before", "too late"}
    assert await count_rows(database, ana) == {}

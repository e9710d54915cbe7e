"""Transactions commit, roll back, and act as whom they are asked to."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, make_url, select, text

from core.errors import DatabaseUnavailable
from core.settings import Settings
from db.embedded import EmbeddedServer
from db.models import Exercise, User, Workout
from db.session import Database, open_database
from tests.db.fixtures import end_connections, new_athlete


async def test_commits_at_the_end(database: Database) -> None:
    athlete = await new_athlete(database, "Ann@Example.com", "kg")
    async with database.transaction(athlete) as session:
        found = await session.scalar(select(User).where(User.email == "ann@example.com"))
        assert found is not None
        assert found.id == athlete
        assert found.role == "athlete"


async def test_rolls_back_when_the_block_raises(database: Database) -> None:
    athlete = await new_athlete(database)

    async def fail_after_writing() -> None:
        async with database.transaction(athlete) as session:
            session.add(Workout(user_id=athlete))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_writing()
    async with database.transaction(athlete) as session:
        assert await session.scalar(select(func.count()).select_from(Workout)) == 0


async def test_a_connection_carries_no_athlete_over(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        assert await session.scalar(text("select current_user")) == "authenticated"
        assert await session.scalar(text("select auth.uid()")) == athlete
        connection = await session.scalar(text("select pg_backend_pid()"))
    async with database.transaction(None) as session:
        assert await session.scalar(text("select pg_backend_pid()")) == connection
        assert await session.scalar(text("select current_user")) == "voicefit_service"
        assert await session.scalar(text("select auth.uid()")) is None
    await database.aclose()


async def test_connections_that_were_lost_while_nobody_used_them_are_made_anew(
    database: Database, embedded_server: EmbeddedServer
) -> None:
    athlete = await new_athlete(database)

    async def use() -> None:
        async with database.transaction(athlete) as session:
            session.add(Workout(user_id=athlete, status="completed"))
            await session.execute(text("select pg_sleep(0.05)"))

    await asyncio.gather(*(use() for _ in range(4)))  # so that several lie in the pool
    await end_connections(embedded_server, database)
    await asyncio.gather(*(use() for _ in range(4)))
    async with database.transaction(athlete) as session:
        assert await session.scalar(select(func.count()).select_from(Workout)) == 8


async def test_updated_values_are_there_without_loading(database: Database) -> None:
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        workout = Workout(user_id=athlete)
        session.add(workout)
        await session.flush()
        workout.name = "Push day"
        await session.flush()
        assert workout.updated_at >= workout.created_at


async def test_an_unreachable_database_is_said_so() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        async with database.transaction(uuid4()):
            pass
    await database.aclose()


async def test_opening_by_address_needs_no_embedded_server(database_url: str) -> None:
    address = database_url.replace("postgresql+asyncpg://", "postgres://")
    database = await open_database(Settings(database_url=address))
    async with database.transaction(None) as session:
        assert await session.scalar(select(func.count()).select_from(Exercise))
    await database.aclose()


async def test_a_wrong_password_is_said_so(database_url: str) -> None:
    wrong = make_url(database_url).set(password="guess").render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnavailable, match="password authentication failed"):
        await open_database(Settings(database_url=wrong))


async def test_opening_an_unreachable_address_is_said_so() -> None:
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL is right"):
        await open_database(Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing"))

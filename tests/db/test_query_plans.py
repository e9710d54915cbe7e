"""Policies do not get in the way of indexes, and an athlete's own rows are not asked of coaches."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from db.session import Database
from db.url import create_engine
from tests.db.fixtures import new_athlete

MANY_SETS = (
    "insert into users (email) select number || '@example.com' from generate_series(1, 29) as number",
    "insert into workouts (user_id) select id from users",
    """
    insert into workout_sets (workout_id, user_id, exercise_id, set_number, reps)
    select workouts.id, user_id, exercise.id, number, 5
    from workouts, generate_series(1, 60) as number, (select id from exercises limit 3) as exercise
    """,
)
LAST_SETS = """
    select * from workout_sets where user_id = :athlete and exercise_id = :exercise
    order by sequence desc limit 10
"""


@pytest.fixture
async def athlete(database: Database, database_url: str) -> UUID:
    """One of 30 athletes with 180 sets each."""
    athlete = await new_athlete(database)
    async with database.transaction(None) as session:
        for statement in MANY_SETS:
            await session.execute(text(statement))
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("analyze"))
    await engine.dispose()
    return athlete


async def plan(database: Database, who: UUID, statement: str, **values: object) -> str:
    async with database.transaction(who) as session:
        return "\n".join(await session.scalars(text(f"explain (analyze, costs off) {statement}"), values))


async def test_an_athletes_last_sets_are_read_from_the_index(database: Database, athlete: UUID) -> None:
    async with database.transaction(athlete) as session:
        exercise = await session.scalar(text("select exercise_id from workout_sets limit 1"))
    said = await plan(database, athlete, LAST_SETS, athlete=athlete, exercise=exercise)
    assert "Index Scan Backward using ix_workout_sets_user_id_exercise_id_sequence" in said
    assert "Sort" not in said
    assert_nobodys_clients_were_looked_up(said)


async def test_a_set_is_changed_by_its_key(database: Database, athlete: UUID) -> None:
    async with database.transaction(athlete) as session:
        one = await session.scalar(text("select id from workout_sets limit 1"))
    said = await plan(database, athlete, "update workout_sets set reps = 6 where id = :id", id=one)
    assert "Index Scan" in said
    assert "Seq Scan" not in said
    assert_nobodys_clients_were_looked_up(said)


def assert_nobodys_clients_were_looked_up(said: str) -> None:
    lookups = [line for line in said.splitlines() if "ProjectSet" in line]
    assert lookups
    assert all("never executed" in line for line in lookups)


MANY_TURNS = """
insert into voice_commands (user_id, raw_transcript, door, outcome, latency_ms, timings, created_at)
select id, 'words', 'realtime', 'done', number, '{"done": 12.5}', now() - number * interval '1 minute'
from users, generate_series(1, 200) as number
"""
NEWEST = "select * from app.turns where door = :door order by created_at desc, id desc limit 26"


async def test_the_newest_turns_of_everybody_are_read_from_the_index(
    database: Database, athlete: UUID, database_url: str
) -> None:
    async with database.transaction(None) as session:
        await session.execute(text(MANY_TURNS))
        await session.execute(text("update users set role = 'admin' where id = :id"), {"id": athlete})
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("analyze voice_commands"))
    await engine.dispose()
    said = await plan(database, athlete, NEWEST, door="realtime")
    assert "Index Scan Backward using ix_voice_commands_created_at_id" in said
    assert "Sort" not in said
    by_key = await plan(database, athlete, "select * from app.turns where id = :id", id=athlete)
    assert "Seq Scan on voice_commands" not in by_key

"""Migrations make what the models say, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import DatabaseUnavailable
from db.embedded import EmbeddedServer
from db.migrate import config, upgrade
from db.models import Base
from db.url import create_engine
from tests.db.fixtures import database_address, drop_database, run_on_server

# Everything the models can say of a table, in PostgreSQL's own words.
SCHEMA = text(
    """
    select table_name, 'column ' || column_name,
           concat_ws(' ', udt_name, is_nullable, column_default, is_identity, identity_generation)
    from information_schema.columns where table_schema = 'public'
    union all
    select conrelid::regclass::text, 'constraint ' || conname, pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0
    union all
    select tablename, 'index ' || indexname, indexdef from pg_indexes where schemaname = 'public'
    """
)

# Who may do what, policy by policy and privilege by privilege.
ACCESS = """
    select tablename, policyname, concat_ws(' ', roles, cmd, qual, with_check) from pg_policies
    union all
    select table_name, grantee, privilege_type || ' ' || column_name
    from information_schema.column_privileges where table_schema = 'public'
    union all
    select table_name, grantee, privilege_type
    from information_schema.role_table_grants where table_schema = 'public'
    union all
    select tgrelid::regclass::text, 'trigger', pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    order by 1, 2, 3
"""


@pytest.fixture
async def empty_url(embedded_server: EmbeddedServer) -> AsyncIterator[str]:
    """The address of a database with nothing in it."""
    name = f"empty_{uuid4().hex}"
    await run_on_server(embedded_server.url, f"create database {name}")
    yield database_address(embedded_server.url, name)
    await drop_database(embedded_server, name)


async def schema(connection: AsyncConnection) -> set[tuple[str, str, str]]:
    rows = await connection.execute(SCHEMA)
    return {(table, thing, said) for table, thing, said in rows if table != "alembic_version"}


async def schema_at(url: str) -> set[tuple[str, str, str]]:
    engine = create_engine(url)
    async with engine.begin() as connection:
        found = await schema(connection)
    await engine.dispose()
    return found


async def test_the_migrated_schema_is_that_of_the_models(database_url: str, empty_url: str) -> None:
    engine = create_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        by_models = await schema(connection)
    await engine.dispose()
    assert len(by_models) > 100
    assert await schema_at(database_url) == by_models


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    before = await schema_at(database_url)
    await upgrade(database_url)
    assert await schema_at(database_url) == before


async def test_two_servers_that_start_at_once_migrate_once(empty_url: str, database_url: str) -> None:
    await asyncio.gather(upgrade(empty_url), upgrade(empty_url))
    assert await schema_at(empty_url) == await schema_at(database_url)


async def test_downgrading_leaves_nothing_and_can_be_undone(database_url: str) -> None:
    before = await schema_at(database_url)

    await downgrade(database_url, "base")
    assert await schema_at(database_url) == set()
    await upgrade(database_url)
    assert await schema_at(database_url) == before


async def test_access_is_the_same_after_going_back_and_forth(database_url: str) -> None:
    before = await run_at(database_url, ACCESS)
    assert len(before) > 500
    await downgrade(database_url, "0009")
    assert await run_at(database_url, ACCESS) != before
    await upgrade(database_url)
    assert await run_at(database_url, ACCESS) == before


async def test_profiles_of_older_databases_keep_what_they_say(empty_url: str) -> None:
    await upgrade(empty_url, "0002")
    await run_at(
        empty_url,
        "insert into users (email) values ('metric@example.com'), ('imperial@example.com')",
        """
        insert into user_profiles (user_id, preferred_unit, birth_date)
        select id, case email when 'metric@example.com' then 'kg' else 'lbs' end,
               case email when 'metric@example.com' then date '1990-12-31' end
        from users
        """,
    )
    await upgrade(empty_url)
    profiles = "select distance_unit, birth_year from user_profiles order by 1"
    assert await run_at(empty_url, profiles) == [("km", 1990), ("mi", None)]
    await downgrade(empty_url, "0002")
    years = "select extract(year from birth_date)::integer from user_profiles order by 1"
    assert await run_at(empty_url, years) == [(1990,), (None,)]


async def run_at(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """What the last of the statements returns."""
    engine = create_engine(url)
    rows: list[tuple[Any, ...]] = []
    async with engine.begin() as connection:
        for statement in statements:
            result = await connection.execute(text(statement))
            rows = [tuple(row) for row in result] if result.returns_rows else []
    await engine.dispose()
    return rows


async def downgrade(url: str, revision: str) -> None:
    def run(connection: Connection) -> None:
        settings = config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, revision)

    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


async def test_a_migration_that_fails_changes_nothing_and_says_so(empty_url: str) -> None:
    engine = create_engine(empty_url)
    async with engine.begin() as connection:
        await connection.execute(text("create table workouts (mine text)"))
    before = await schema_at(empty_url)
    with pytest.raises(DatabaseUnavailable, match=r"could not be migrated: .*workouts.*Nothing was changed"):
        await upgrade(empty_url)
    assert await schema_at(empty_url) == before
    await engine.dispose()

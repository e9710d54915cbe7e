"""The connection kept for short statements: whose it is, and what it survives."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from sqlalchemy import make_url

from core.errors import DatabaseUnavailable
from db.embedded.cluster import SUPERUSER
from db.line import Line
from db.session import Database
from tests.db.fixtures import run_on_server


@pytest.fixture(params=["straight", "behind a pooler"])
async def asked(request: pytest.FixtureRequest, app_url: str) -> Database:
    """A database, as it is reached with and without a pooler; tests close it."""
    query = {"pgbouncer": "true"} if request.param == "behind a pooler" else {}
    return Database(make_url(app_url).update_query_dict(query), pool_size=5)


async def test_a_statement_is_the_servers_own(asked: Database) -> None:
    rows = await asked.ask("select current_user::text as who, current_setting('synchronous_commit') as waits")
    assert dict(rows[0]) == {"who": "voicefit_service", "waits": "off"}
    assert [row[0] for row in await asked.ask("select $1::int + $2::int", 2, 3)] == [5]
    await asked.aclose()


async def test_what_it_wrote_is_there(asked: Database) -> None:
    await asked.ask("insert into internal.cache_entries values ('a', null, '1', now())")
    async with asked.transaction(None):
        assert len(await asked.ask("select from internal.cache_entries")) == 1
    await asked.aclose()


async def test_an_error_is_told_and_the_next_statement_runs(asked: Database) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        await asked.ask("select 1 / $1::int", 0)
    assert len(await asked.ask("select 1")) == 1
    await asked.aclose()


async def test_many_at_once_take_turns(database: Database) -> None:
    rows = await asyncio.gather(*(database.ask("select pg_backend_pid(), $1::int", i) for i in range(50)))
    assert [row[0][1] for row in rows] == list(range(50))
    assert len({row[0][0] for row in rows}) == 1


async def test_who_stops_waiting_takes_nothing_from_the_others(database: Database) -> None:
    waiting = [asyncio.create_task(database.ask("select pg_sleep(0.2), $1::int", i)) for i in range(3)]
    await asyncio.sleep(0.1)
    waiting[0].cancel()
    waiting[1].cancel()
    assert (await waiting[2])[0][1] == 2


async def test_a_connection_that_died_is_replaced(database: Database, database_url: str) -> None:
    (before,) = await database.ask("select pg_backend_pid()")
    superuser = make_url(database_url).set(username=SUPERUSER).render_as_string(hide_password=False)
    await run_on_server(superuser, f"select pg_terminate_backend({before[0]})")
    (after,) = await database.ask("select pg_backend_pid()")
    assert before != after


async def test_what_takes_too_long_is_broken_off(database: Database) -> None:
    line = Line(database.connection, seconds=0.1)
    with pytest.raises(TimeoutError):
        await line.fetch("select pg_sleep(30)")
    assert len(await line.fetch("select 1")) == 1
    await line.aclose()


async def test_without_a_server_it_says_so() -> None:
    nowhere = Database("postgresql://nobody:x@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable):
        await nowhere.ask("select 1")
    await nowhere.aclose()

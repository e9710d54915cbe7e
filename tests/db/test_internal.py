"""What is not the athletes' lives lies in a schema that only the server's own work gets into."""

from __future__ import annotations

import asyncpg
import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from db.internal import as_server
from db.queue import QUEUE
from db.session import Database
from tests.db.access import refused
from tests.db.fixtures import new_athlete

TABLES = (
    *("cache_entries", "eval_runs", "failed_turns", "job_log", "job_schedules", "job_statistics", "jobs"),
    *("model_usage", "rate_limits", "transcript_grants", "transcript_reads"),
)

OF_OPERATORS = ["app.failed_turns", "app.turns"]
"""Views that show nothing but to operators."""

# Wherever a table may be: in a schema that athletes can enter it needs row-level security and is walked by
# the tests for that, in any other it must not have been granted to them.
REACHABLE = text(
    """
    select relnamespace::regnamespace || '.' || relname from pg_class
    where relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace <> 'public'::regnamespace
      and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      and exists (
        select from unnest(array['authenticated', 'public']) role
        where has_schema_privilege('authenticated', relnamespace, 'usage')
          and case relkind when 'S' then has_sequence_privilege('authenticated', oid, 'usage')
                           else has_table_privilege('authenticated', oid, 'select') end
      )
    """
)


async def test_no_table_outside_is_within_athletes_reach(database: Database) -> None:
    async with database.transaction(None) as db:
        assert sorted(await db.scalars(REACHABLE)) == OF_OPERATORS


@pytest.mark.parametrize("table", TABLES)
async def test_athletes_get_at_none_of_the_servers_tables(database: Database, table: str) -> None:
    athlete = await new_athlete(database)
    for statement in (f"select * from internal.{table}", f"delete from internal.{table}"):
        with refused():
            async with database.transaction(athlete) as db:
                await db.execute(text(statement))


async def test_athletes_cannot_count_for_others(database: Database) -> None:
    athlete = await new_athlete(database)
    with refused():
        async with database.transaction(athlete) as db:
            await db.execute(text("select internal.count_hit('turn:1', 1, 1000, null)"))


async def test_these_are_all_of_the_servers_tables(database: Database) -> None:
    async with database.transaction(None) as db:
        found = await db.scalars(
            text(
                "select relname from pg_class where relnamespace = 'internal'::regnamespace "
                "and relkind = 'r' order by 1"
            )
        )
        assert tuple(found) == TABLES


async def test_what_may_be_lost_costs_no_log(database: Database) -> None:
    async with database.transaction(None) as db:
        kept = await db.scalars(
            text(
                "select relname from pg_class where relnamespace = 'internal'::regnamespace "
                "and relkind = 'r' and relpersistence = 'u' order by 1"
            )
        )
        assert kept.all() == ["cache_entries", "rate_limits"]


async def test_the_queue_is_as_the_installed_pgqueuer_wants_it(database_url: str) -> None:
    """When this fails after an update of pgqueuer: run what it says in a new migration."""
    url = make_url(database_url)
    connection = await asyncpg.connect(
        host=url.query["host"], user=url.username, password=url.password, database=url.database
    )
    try:
        queries = Queries(AsyncpgDriver(connection), qbe=QueryBuilderEnvironment(QUEUE))
        assert (await queries.plan_upgrade()).statements == ()
    finally:
        await connection.close()


async def test_within_an_athletes_transaction_the_server_can_act_and_step_back(database: Database) -> None:
    ann, ben = await new_athlete(database), await new_athlete(database)
    mine = text("select count(*) from user_profiles")
    async with database.transaction(ann) as db:
        async with as_server(db):
            assert await db.scalar(mine) == 2
            await db.execute(text("select * from internal.jobs"))
        assert await db.scalar(mine) == 1
        assert await db.scalar(text("select auth.uid()")) == ann
        with pytest.raises(DBAPIError, match="permission denied"):
            await db.execute(text("select * from internal.jobs"))
        await db.rollback()
    async with database.transaction(ben) as db:
        assert await db.scalar(mine) == 1


async def test_an_error_in_between_leaves_nothing_behind(database: Database) -> None:
    ann = await new_athlete(database)
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(ann) as db, as_server(db):
            raise ZeroDivisionError
    async with database.transaction(ann) as db:
        assert await db.scalar(text("select current_user")) == "authenticated"

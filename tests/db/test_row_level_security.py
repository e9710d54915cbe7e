"""No athlete gets at another's rows, and nobody at anybody's, in any table there is."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import column, func, insert, select, text, update

from db.models import Base, Exercise, GeneratedProgram, Run, WarmupTemplate, Workout, WorkoutSet
from db.session import Database
from db.url import create_engine
from tests.db.access import OWNED, TABLES, Rows, access, athlete_with_rows, complaint, nobody, refused
from tests.db.fixtures import new_athlete
from tests.db.rows import CONTENT

EVERYTHING = {"read", "insert", "update", "delete"}
LESS_THAN_EVERYTHING: dict[str, set[str]] = {
    "users": {"read", "update"},
    "tool_calls": {"read", "insert", "update"},
    "fine_tuned_models": {"read"},
    # The coach's: made by them or by the server's own work.
    "client_assignments": {"read", "update"},
    "coach_client_invitations": {"read"},
    "coach_notes": set(),
    # Only the server's own work signs people in and out.
    "account_passwords": set(),
    "account_sessions": set(),
    "account_refresh_tokens": set(),
    "program_templates": set(),
}

UNPROTECTED = text(
    """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and (
        not relrowsecurity
        or not exists (
            select from pg_policy
            where polrelid = pg_class.oid and polroles = array['voicefit_service'::regrole::oid]
        )
        or exists (
            select from pg_attribute
            where attrelid = pg_class.oid and attname in ('user_id', 'client_id', 'coach_id')
              and relname <> all(:closed) and not exists (
                select from pg_policy
                where polrelid = pg_class.oid and polname <> 'servers_work'
                  and pg_get_expr(polqual, polrelid) like '%auth.uid()%= ' || attname || '%'
            )
        )
      )
    """
).bindparams(closed=["account_passwords", "account_refresh_tokens", "account_sessions"])


async def test_every_table_is_protected(database: Database) -> None:
    async with database.transaction(None) as session:
        assert (await session.scalars(UNPROTECTED)).all() == []


async def test_a_table_without_its_policy_is_noticed(database_url: str) -> None:
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("create table forgotten (user_id uuid)"))
        await connection.execute(text("create table half_done (user_id uuid)"))
        await connection.execute(text("alter table half_done enable row level security"))
        await connection.execute(text("create table nobodys ()"))
        await connection.execute(text("alter table nobodys enable row level security"))
        assert set(await connection.scalars(UNPROTECTED)) == {"forgotten", "half_done", "nobodys"}
    await engine.dispose()


@pytest.fixture
async def rows(database: Database) -> Rows:
    """A row of Ann's in every table."""
    _, rows = await athlete_with_rows(database, coach=await new_athlete(database))
    return rows


async def test_the_tests_below_have_a_row_in_every_table(rows: Rows) -> None:
    assert sorted(rows) == OWNED


async def test_no_table_of_the_database_is_left_out(database: Database) -> None:
    async with database.transaction(None) as session:
        there = await session.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
        assert set(there) == {*TABLES, "alembic_version"}


async def test_another_athlete_can_do_nothing_with_them(database: Database, rows: Rows) -> None:
    ben, _ = await athlete_with_rows(database, coach=await new_athlete(database))
    async with database.transaction(ben) as session:
        assert await access(session, rows) == {}


async def test_nobody_can_do_anything_with_them(database: Database, rows: Rows) -> None:
    async with nobody(database) as session:
        assert await access(session, rows) == {}


async def test_the_athlete_can_do_everything_that_is_theirs_to_do(database: Database, rows: Rows) -> None:
    expected = {name: LESS_THAN_EVERYTHING.get(name, EVERYTHING) for name in OWNED}
    async with database.transaction(rows["users"]["id"]) as session:
        assert await access(session, rows) == {name: verbs for name, verbs in expected.items() if verbs}


async def test_own_rows_cannot_be_given_to_others(database: Database, rows: Rows) -> None:
    ben = await new_athlete(database)
    tables = [Base.metadata.tables[name] for name in OWNED if "user_id" in Base.metadata.tables[name].c]
    async with database.transaction(rows["users"]["id"]) as session:
        said = {one.name: await complaint(session, update(one).values(user_id=ben)) for one in tables}
    assert said == {one.name: "refused" for one in tables}


async def test_own_rows_cannot_be_put_below_others(database: Database, rows: Rows) -> None:
    parents = {
        "program_weeks": "program_id",
        "program_days": "program_week_id",
        "program_exercises": "program_day_id",
        "run_splits": "run_id",
        "run_intervals": "run_id",
    }
    ben, others = await athlete_with_rows(database, coach=await new_athlete(database))
    said = {}
    async with database.transaction(ben) as session:
        for name, parent in parents.items():
            moved = update(Base.metadata.tables[name]).values({parent: rows[name][parent]})
            said[name] = await complaint(session, moved.where(column("id") == others[name]["id"]))
    assert said == dict.fromkeys(parents, "refused")


async def test_a_row_names_no_row_of_somebody_else(database: Database, rows: Rows) -> None:
    ben, _ = await athlete_with_rows(database, coach=await new_athlete(database))
    ties = [
        (name, key)
        for name in OWNED
        for key in Base.metadata.tables[name].foreign_key_constraints
        if list(key.column_keys)[1:] == ["user_id"] and LESS_THAN_EVERYTHING.get(name, EVERYTHING)
    ]
    assert len(ties) > 10
    said = {}
    async with database.transaction(ben) as session:
        for name, key in ties:
            named = next(iter(key.column_keys))
            parent = next(iter(key.elements)).column.table.name
            values: dict[str, object] = {named: rows[parent]["id"]}
            if name == "program_adherence":
                values["scheduled_date"] = date(2026, 3, 3)  # or the day would be taken
            said[key.name] = await complaint(session, update(Base.metadata.tables[name]).values(values))
    assert said == {key.name: key.name for _, key in ties}


async def test_athletes_cannot_do_the_servers_work(database: Database, rows: Rows) -> None:
    statements = (
        "update users set role = 'admin'",
        "update users set email = 'other@example.com'",
        "delete from users",
        "delete from tool_calls",
        "delete from alembic_version",
        "select * from alembic_version",
        "insert into fine_tuned_models (model_id, model_type, base_model) values ('x', 'voice_parser', 'x')",
        "update client_assignments set coach_id = client_id",
        "select * from account_attempts",
        "update account_attempts set attempts = 0",
        "delete from account_attempts",
        "insert into account_attempts values (sha256('x'), 1, now())",
    )
    async with database.transaction(rows["users"]["id"]) as session:
        said = {one: await complaint(session, text(one)) for one in statements}
    assert said == dict.fromkeys(statements, "refused")


async def test_the_server_cannot_do_the_owners_work(database: Database) -> None:
    statements = (
        "create table more ()",
        "drop table workouts",
        "alter table workouts disable row level security",
        "update alembic_version set version_num = '0001'",
    )
    async with database.transaction(None) as session:
        said = {one: await complaint(session, text(one)) for one in statements}
    assert said == dict.fromkeys(statements, "refused")


async def test_content_is_everybodys_to_read_and_nobodys_to_write(database: Database) -> None:
    said = {}
    async with database.transaction(await new_athlete(database)) as session:
        for name in CONTENT:
            key = next(iter(Base.metadata.tables[name].primary_key)).name
            assert await complaint(session, text(f"select * from {name}")) == ""
            for statement in (
                f"update {name} set {key} = {key}",
                f"delete from {name}",
                f"insert into {name} default values",
            ):
                said[statement] = await complaint(session, text(statement))
        assert await session.scalar(select(func.count()).select_from(Exercise)) > 400
    assert set(said.values()) == {"refused"}


async def test_the_systems_templates_are_everybodys_to_read(database: Database) -> None:
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        assert "Push day warm-up" in (await session.scalars(select(WarmupTemplate.name))).all()
        changed = await session.execute(
            update(WarmupTemplate).values(name="Mine").returning(WarmupTemplate.id)
        )
        assert changed.all() == []
    with refused():
        async with database.transaction(athlete) as session:
            session.add(WarmupTemplate(name="Everybody's", exercises=[]))


async def test_a_parent_that_goes_leaves_what_only_named_it(database: Database, rows: Rows) -> None:
    async with database.transaction(rows["users"]["id"]) as session:
        await session.execute(text("delete from workouts"))
        assert (await session.scalars(select(WorkoutSet.id))).all() == []
        run = (await session.scalars(select(Run))).one()
        assert (run.workout_id, run.user_id) == (None, rows["users"]["id"])


async def test_forgetting_the_athlete_in_a_query_shows_no_more(database: Database, rows: Rows) -> None:
    ben = await new_athlete(database)
    async with database.transaction(ben) as session:
        await session.execute(insert(Workout).values(user_id=ben))
        assert set(await session.scalars(select(Workout.user_id))) == {ben}
        assert (await session.scalars(select(GeneratedProgram.id))).all() == []

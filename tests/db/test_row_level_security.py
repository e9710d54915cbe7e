"""No athlete gets at another's rows, and nobody at anybody's, in any table there is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, ColumnElement, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Base, Workout, WorkoutSet
from db.session import Database
from tests.db.fixtures import new_athlete
from tests.db.rows import add_account_rows, add_rows

SHARED = {"exercises"}
CLOSED = ("account_attempts", "account_passwords", "account_refresh_tokens", "account_sessions")
"""Only the server's own role gets at these, the athlete they are about does not."""

INSUFFICIENT_PRIVILEGE = "42501"

TABLES = sorted(Base.metadata.tables)
OWNED = [name for name in TABLES if name not in SHARED and name not in CLOSED]

UNPROTECTED = text(
    """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and (
        not relrowsecurity
        or exists (
            select from pg_attribute
            where attrelid = pg_class.oid and attname = 'user_id' and relname <> all(:closed) and not exists (
                select from pg_policy
                where polrelid = pg_class.oid
                  and pg_get_expr(polqual, polrelid) like '%auth.uid()%= user_id%'
                  and pg_get_expr(polwithcheck, polrelid) like '%auth.uid()%= user_id%'
            )
        )
      )
    """
).bindparams(closed=list(CLOSED))


def owner(table: Table) -> Column[UUID]:
    return table.c["id" if table.name == "users" else "user_id"]


@asynccontextmanager
async def nobody(database: Database) -> AsyncIterator[AsyncSession]:
    """A transaction in the athletes' role with no athlete."""
    async with database.transaction(None) as session:
        await session.execute(text("select set_config('role', 'authenticated', true)"))
        yield session


@contextmanager
def suppress_refusal() -> Iterator[None]:
    """Goes on after PostgreSQL says that the role may not do that; any other error is one."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise


@contextmanager
def refused() -> Iterator[None]:
    """Expects PostgreSQL to say that the role may not do that."""
    with pytest.raises(DBAPIError) as caught:
        yield
    assert getattr(caught.value.orig, "sqlstate", None) == INSUFFICIENT_PRIVILEGE


async def count(session: AsyncSession, table: Table, *where: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).select_from(table).where(*where)) or 0


@pytest.fixture
async def ann(database: Database) -> UUID:
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        await add_rows(session, athlete)
    async with database.transaction(None) as session:
        await add_account_rows(session, athlete)
    return athlete


async def test_every_table_is_protected(database: Database) -> None:
    async with database.transaction(None) as session:
        assert (await session.scalars(UNPROTECTED)).all() == []


async def test_a_table_without_its_policy_is_noticed(database: Database) -> None:
    async with database.transaction(None) as session:
        await session.execute(text("create table forgotten (user_id uuid)"))
        await session.execute(text("create table half_done (user_id uuid)"))
        await session.execute(text("alter table half_done enable row level security"))
        assert set(await session.scalars(UNPROTECTED)) == {"forgotten", "half_done"}


async def test_the_tests_below_have_a_row_in_every_table(database: Database, ann: UUID) -> None:
    async with database.transaction(ann) as session:
        for name in OWNED:
            assert await count(session, Base.metadata.tables[name]) == 1, name


@pytest.mark.parametrize("name", OWNED)
@pytest.mark.parametrize("who", ["another athlete", "nobody"])
async def test_others_rows_cannot_be_read_or_written(
    database: Database, ann: UUID, name: str, who: str
) -> None:
    table = Base.metadata.tables[name]
    ben = await new_athlete(database)

    def transaction() -> AbstractAsyncContextManager[AsyncSession]:
        return database.transaction(ben) if who == "another athlete" else nobody(database)

    async with transaction() as session:
        assert await count(session, table, owner(table) == ann) == 0
    # Either the statement is not allowed at all, or it finds no row.
    for statement in (update(table).values({owner(table): ben}), delete(table)):
        with suppress_refusal():
            async with transaction() as session:
                result = await session.execute(statement.where(owner(table) == ann).returning(owner(table)))
                assert result.all() == []
    async with database.transaction(None) as session:
        row = (await session.execute(select(table).where(owner(table) == ann))).mappings().one()
    values = {column.name: row[column.name] for column in table.c if column.identity is None}
    if "id" in values:
        values["id"] = uuid4()
    with refused():
        async with transaction() as session:
            await session.execute(insert(table).values(values))


@pytest.mark.parametrize("name", sorted(set(OWNED) - {"users"}))
async def test_own_rows_cannot_be_given_to_others(database: Database, ann: UUID, name: str) -> None:
    table = Base.metadata.tables[name]
    ben = await new_athlete(database)
    with refused():
        async with database.transaction(ann) as session:
            await session.execute(update(table).values({owner(table): ben}))


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("who", ["the athlete", "another athlete", "nobody"])
async def test_closed_tables_are_for_the_server_alone(
    database: Database, ann: UUID, name: str, who: str
) -> None:
    table = Base.metadata.tables[name]
    ben = await new_athlete(database)
    async with database.transaction(None) as session:
        row = dict((await session.execute(select(table))).mappings().one())
    key = next(iter(table.primary_key)).name
    for statement in (
        select(table),
        insert(table).values(row | {key: uuid4() if key == "id" else row[key]}),
        update(table).values({key: row[key]}),
        delete(table),
    ):
        with refused():
            async with (
                nobody(database)
                if who == "nobody"
                else database.transaction(ann if who == "the athlete" else ben) as session
            ):
                await session.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update users set role = 'admin'",
        "update users set email = 'other@example.com'",
        "delete from users",
        "delete from tool_calls",
        "update exercises set name = name || '!'",
        "delete from exercises",
        "delete from alembic_version",
        "select * from alembic_version",
    ],
)
async def test_athletes_cannot_do_the_servers_work(database: Database, ann: UUID, statement: str) -> None:
    with refused():
        async with database.transaction(ann) as session:
            await session.execute(text(statement))


async def test_a_set_cannot_be_put_into_anothers_workout(database: Database, ann: UUID) -> None:
    ben = await new_athlete(database)
    async with database.transaction(ann) as session:
        workout_id = await session.scalar(select(Workout.id))
        exercise_id = await session.scalar(select(WorkoutSet.exercise_id))
    with pytest.raises(DBAPIError, match="fk_workout_sets_workout_id_user_id_workouts"):
        async with database.transaction(ben) as session:
            session.add(WorkoutSet(user_id=ben, workout_id=workout_id, exercise_id=exercise_id, set_number=2))


async def test_the_catalogue_is_everybodys_to_read(database: Database, ann: UUID) -> None:
    async with database.transaction(ann) as session:
        assert await count(session, Base.metadata.tables["exercises"]) > 400

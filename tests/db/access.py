"""What somebody can do with given rows: tried out, statement by statement, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    ColumnElement,
    Executable,
    RowMapping,
    Table,
    and_,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Base
from db.session import Database
from tests.db.fixtures import new_athlete
from tests.db.rows import CONTENT, OF_NOBODY, add_rows

INSUFFICIENT_PRIVILEGE = "42501"
TABLES = sorted(Base.metadata.tables)
OWNED = [name for name in TABLES if name not in CONTENT | OF_NOBODY]

Rows = dict[str, RowMapping]
Access = dict[str, set[str]]
"""By table, which of `read`, `insert`, `update` and `delete` are possible; nothing for a table with none."""


@asynccontextmanager
async def nobody(database: Database) -> AsyncIterator[AsyncSession]:
    """A transaction in the athletes' role with no athlete."""
    async with database.transaction(None) as session:
        await session.execute(text("select set_config('role', 'authenticated', true)"))
        yield session


@contextmanager
def refused() -> Iterator[None]:
    """Expects PostgreSQL to say that the role may not do that."""
    with pytest.raises(DBAPIError) as caught:
        yield
    assert is_refusal(caught.value)


async def athlete_with_rows(database: Database, coach: UUID) -> tuple[UUID, Rows]:
    """A new athlete with a row in every table, and those rows."""
    athlete = await new_athlete(database)
    async with database.transaction(None) as session:
        await add_rows(session, athlete, coach)
    return athlete, await rows_of(database, athlete, coach)


async def rows_of(database: Database, athlete: UUID, coach: UUID) -> Rows:
    """The newest row of each table that is the athlete's, or else the coach's."""
    found: Rows = {}
    async with database.transaction(None) as session:
        for name in OWNED:
            table = Base.metadata.tables[name]
            for row in (await session.execute(select(table).where(_of(table, athlete, coach)))).mappings():
                found[name] = row
    return found


def _of(table: Table, athlete: UUID, coach: UUID) -> ColumnElement[bool]:
    if table.name == "users":
        return table.c.id == athlete
    for column, person in (("user_id", athlete), ("client_id", athlete), ("coach_id", coach)):
        if column in table.c:
            return table.c[column] == person
    parent = next(key.column.table for key in table.foreign_keys if key.column.table.name not in CONTENT)
    key = next(key for key in table.foreign_keys if key.column.table is parent)
    return key.parent.in_(select(parent.c.id).where(_of(parent, athlete, coach)))


async def access(session: AsyncSession, rows: Rows) -> Access:
    """What the session's athlete can do with `rows`. Nothing of it stays."""
    found: Access = {}
    for name, row in rows.items():
        table = Base.metadata.tables[name]
        same = and_(*(column == row[column.name] for column in table.primary_key))
        touched = "updated_at" if "updated_at" in table.c else list(table.c)[-1].name
        statements = {
            "read": select(table).where(same),
            "update": update(table).where(same).values({touched: row[touched]}).returning(*table.primary_key),
            "delete": delete(table).where(same).returning(*table.primary_key),
            "insert": insert(table).values(_copy(table, row)).returning(*table.primary_key),
        }
        possible = {verb for verb, statement in statements.items() if await _works(session, statement)}
        if possible:
            found[name] = possible
    return found


def _copy(table: Table, row: RowMapping) -> dict[str, Any]:
    values = {column.name: row[column.name] for column in table.c if column.identity is None}
    if "id" in values and table.name != "users":
        values["id"] = uuid4()
    return values


async def _works(session: AsyncSession, statement: Executable) -> bool:
    savepoint = await session.begin_nested()
    try:
        return bool((await session.execute(statement)).all())
    except DBAPIError as error:
        # Whatever else it runs into (a row that is there already), it was let so far.
        return not is_refusal(error)
    finally:
        await savepoint.rollback()


async def complaint(session: AsyncSession, statement: Executable) -> str:
    """What PostgreSQL says against the statement: `refused`, a constraint's name, or nothing. Undoes it."""
    savepoint = await session.begin_nested()
    try:
        await session.execute(statement)
    except DBAPIError as error:
        constraint = getattr(error.orig.__cause__, "constraint_name", "") if error.orig else ""
        return "refused" if is_refusal(error) else constraint or str(error.orig)
    finally:
        await savepoint.rollback()
    return ""


def is_refusal(error: DBAPIError) -> bool:
    """Whether PostgreSQL says that the role may not do that."""
    return getattr(error.orig, "sqlstate", None) == INSUFFICIENT_PRIVILEGE

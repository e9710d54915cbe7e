"""The server's own tables (schema `internal`), also from within an athlete's transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.roles import SERVICE_ROLE

# The old role is read before it is changed: PostgreSQL evaluates a select list from left to right.
BECOME_SERVER = text(f"select current_setting('role'), set_config('role', '{SERVICE_ROLE}', true)")
BECOME_AGAIN = text("select set_config('role', :role, true)")


@asynccontextmanager
async def as_server(db: AsyncSession) -> AsyncIterator[None]:
    """Within the block the transaction of `db` is the server's own, then whose it was before.

    After an error it stays the server's: such a transaction can only be rolled back.
    """
    role = (await db.execute(BECOME_SERVER)).one()[0]
    yield
    await db.execute(BECOME_AGAIN, {"role": role})


async def driver_connection(db: AsyncSession) -> asyncpg.Connection:
    """The driver's connection that `db` has its transaction on: what runs there is part of it."""
    raw = await (await db.connection()).get_raw_connection()
    connection = raw.driver_connection
    if not isinstance(connection, asyncpg.Connection):
        raise TypeError(f"the session runs on {type(connection).__name__}, not on asyncpg")
    return connection

"""Transactions: as one athlete, under row-level security, or as the server itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from core.settings import Settings
from db.catalogue.loader import load_catalogue
from db.migrate import upgrade
from db.url import CONNECTION_ERRORS, create_engine, is_pooled, unavailable

if TYPE_CHECKING:
    from db.embedded import EmbeddedServer

ATHLETE_ROLE = "authenticated"
"""The role an athlete's transactions run as: it owns nothing, so row-level security binds it."""

# The settings end with the transaction, so a pooled connection carries nothing over to the next athlete.
BECOME_ATHLETE = (
    f"select set_config('role', '{ATHLETE_ROLE}', true), set_config('request.jwt.claims', :claims, true)"
)
NOT_DURABLE = "set_config('synchronous_commit', 'off', true)"
ENTER = {
    # (an athlete, durable): what to say first
    (True, True): text(BECOME_ATHLETE),
    (True, False): text(f"{BECOME_ATHLETE}, {NOT_DURABLE}"),
    (False, True): text("select 1"),
    (False, False): text(f"select {NOT_DURABLE}"),
}


class Database:
    """A pool of connections to one PostgreSQL database.

    `server` is the embedded server it lives on, if it does: `aclose` lets go of it.
    """

    def __init__(self, url: str | URL, pool_size: int = 10, *, server: EmbeddedServer | None = None) -> None:
        self._engine = create_engine(url, pool_size=pool_size)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._server = server
        self.pooled = is_pooled(url)
        """Whether a pooler stands before the database: then nobody can listen for notifications."""

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection of asyncpg's for the caller alone, in no transaction and with the login's own rights.

        For what outlasts a transaction (notifications). It is closed afterwards. Raises `DatabaseUnavailable`.
        """
        async with self._sessions() as session:
            await self._enter(session, None, durable=True)
        async with self._engine.connect() as connection:
            raw = await connection.get_raw_connection()
            try:
                yield raw.driver_connection
            finally:
                await connection.invalidate()

    @asynccontextmanager
    async def transaction(
        self, athlete_id: UUID | None, *, durable: bool = True
    ) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end of the block, or rolls back if the block raises.

        With an athlete it sees and writes that athlete's rows only, whatever the statements say. With None it
        is the server's own work (migrations, catalogue, identity) and sees everything.

        A commit that is not `durable` does not wait for the disk: should the database itself crash within the
        next moments it may be lost, whole, unless a durable one came after it.

        Raises:
            DatabaseUnavailable: no connection could be made.
        """
        async with self._sessions() as session:
            await self._enter(session, athlete_id, durable)
            yield session
            await session.commit()

    async def _enter(self, session: AsyncSession, athlete_id: UUID | None, durable: bool) -> None:
        """Connects, and becomes the athlete. That a pooled connection has died is found out here, for
        nothing: the pool drops its connections, and the second try makes a new one."""
        try:
            await _become(session, athlete_id, durable)
        except CONNECTION_ERRORS:
            await session.rollback()
            if self._server is not None:
                await asyncio.to_thread(self._server.ensure_running)
            try:
                await _become(session, athlete_id, durable)
            except CONNECTION_ERRORS as again:
                raise unavailable(again) from again

    async def aclose(self) -> None:
        """Closes the connections, and lets the embedded server stop if nobody else uses it."""
        await self._engine.dispose()
        if self._server is not None:
            self._server.release()
            self._server = None


async def _become(session: AsyncSession, athlete_id: UUID | None, durable: bool) -> None:
    values = {}
    if athlete_id is not None:
        values["claims"] = json.dumps({"sub": str(athlete_id), "role": ATHLETE_ROLE})
    await session.execute(ENTER[athlete_id is not None, durable], values)


async def open_database(settings: Settings) -> Database:
    """The database of `settings`, ready for use: started or reached, migrated, with the catalogue loaded.

    Raises:
        DatabaseUnavailable: it could not be started, reached or migrated.
    """
    server = await start_server(settings)
    url = server.url if server else settings.database_url or ""
    database = Database(url, server=server)
    try:
        await upgrade(url)
        async with database.transaction(None) as session:
            await load_catalogue(session)
    except BaseException:
        await database.aclose()
        raise
    return database


async def start_server(settings: Settings) -> EmbeddedServer | None:
    """The embedded server, started or joined; None when `settings` name a database of their own."""
    if settings.database_url:
        return None
    # Only here: the embedded server needs a POSIX system, a database by address does not.
    from db.embedded import EmbeddedServer

    return await asyncio.to_thread(EmbeddedServer.start, settings.home)

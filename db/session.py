"""Transactions: as one athlete, or as the server's own work. Row-level security binds both."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.pool import QueuePool

from core.errors import NotConfigured
from core.settings import Settings
from db.catalogue.loader import load_catalogue
from db.internal import driver_connection
from db.line import Line
from db.migrate import upgrade
from db.roles import ATHLETE_ROLE, SERVICE_ROLE
from db.url import CONNECTION_ERRORS, create_engine, is_pooled, unavailable

if TYPE_CHECKING:
    from db.embedded import EmbeddedServer

# The settings end with the transaction, so a pooled connection carries nothing over to the next one.
SNAPSHOT = text("set transaction isolation level repeatable read, read only")
BECOME = "select set_config('role', :role, true), set_config('request.jwt.claims', :claims, true)"
NOT_DURABLE = "set_config('synchronous_commit', 'off', true)"
ONE_AT_A_TIME = "pg_advisory_xact_lock(hashtextextended(:athlete, 0))"
"""The lock of an athlete's calls, from whatever device they come (`services.ledger`)."""
ENTER = {
    (True, False): text(BECOME),
    (False, False): text(f"{BECOME}, {NOT_DURABLE}"),
    (True, True): text(f"{BECOME}, {ONE_AT_A_TIME}"),
    (False, True): text(f"{BECOME}, {NOT_DURABLE}, {ONE_AT_A_TIME}"),
}
"""What a transaction says first, by whether it is durable and whether it waits for the athlete's others."""


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """How many of a pool's connections are lent out, and how many wait to be."""

    in_use: int
    idle: int


@dataclass(frozen=True, slots=True)
class Entering:
    """How a transaction begins: see `Database.transaction`."""

    athlete_id: UUID | None
    durable: bool = True
    snapshot: bool = False
    alone: bool = False


class Database:
    """A pool of connections to one PostgreSQL database.

    `server` is the embedded server it lives on, if it does: `aclose` lets go of it.
    """

    def __init__(self, url: str | URL, pool_size: int = 20, *, server: EmbeddedServer | None = None) -> None:
        self._engine = create_engine(url, pool_size=pool_size, max_overflow=0)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._server = server
        self._line = Line(self.connection)
        self.pooled = is_pooled(url)
        """Whether a pooler stands before the database: then nobody can listen for notifications."""

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection of asyncpg's for the caller alone, in no transaction, with the login's own rights.

        For what outlasts a transaction (notifications); closed afterwards. Raises `DatabaseUnavailable`.
        """
        async with self._sessions() as session:
            await self._enter(session, Entering(None))
        async with self._engine.connect() as connection:
            raw = await connection.get_raw_connection()
            try:
                yield raw.driver_connection
            finally:
                await connection.invalidate()

    async def ask(self, query: str, *values: object) -> list[Any]:
        """The rows of one statement of the server's own (`$1`, `$2` are `values`); a crash may lose it.

        It is the fastest way there is: one round trip on a connection kept for it, unless there is a pooler.
        Raises `DatabaseUnavailable`, `TimeoutError`, and the driver's errors.
        """
        if not self.pooled:
            return await self._line.fetch(query, *values)
        async with self.transaction(None, durable=False) as session:
            connection = await driver_connection(session)
            return list(await connection.fetch(query, *values))

    @asynccontextmanager
    async def transaction(
        self,
        athlete_id: UUID | None,
        *,
        durable: bool = True,
        snapshot: bool = False,
        alone: bool = False,
    ) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end of the block, or rolls back if the block raises.

        With an athlete it sees and writes that athlete's rows, and what clients opened to them as a coach,
        whatever the statements say. With None it is the server's own work (catalogue, identity) and sees
        everything. A `snapshot` only reads, and sees the database as it was at its first statement.

        A commit that is not `durable` does not wait for the disk: should the database itself crash within the
        next moments it may be lost, whole, unless a durable one came after it.

        One that is `alone` has first waited for the athlete's calls, and keeps others waiting until it ends.

        Raises:
            DatabaseUnavailable: no connection could be made.
        """
        async with self._sessions() as session:
            await self._enter(session, Entering(athlete_id, durable, snapshot, alone))
            yield session
            await session.commit()

    async def _enter(self, session: AsyncSession, how: Entering) -> None:
        """Connects, and becomes who it is for. That a pooled connection has died is found out here, for
        nothing: the pool drops its connections, and the second try makes a new one."""
        try:
            await _become(session, how)
        except CONNECTION_ERRORS:
            await session.rollback()
            if self._server is not None:
                await asyncio.to_thread(self._server.ensure_running)
            try:
                await _become(session, how)
            except CONNECTION_ERRORS as again:
                raise unavailable(again) from again

    @property
    def name(self) -> str:
        """What the database is called on its server."""
        return self._engine.url.database or ""

    def pool_status(self) -> PoolStatus:
        """The connections as they are now."""
        pool = cast(QueuePool, self._engine.pool)
        return PoolStatus(in_use=pool.checkedout(), idle=pool.checkedin())

    async def aclose(self) -> None:
        """Closes the connections, and lets the embedded server stop if nobody else uses it."""
        await self._line.aclose()
        await self._engine.dispose()
        if self._server is not None:
            self._server.release()
            self._server = None


async def _become(session: AsyncSession, how: Entering) -> None:
    if how.snapshot:
        await session.execute(SNAPSHOT)
    given = _identity(how.athlete_id)
    if how.alone:
        given["athlete"] = str(how.athlete_id)
    await session.execute(ENTER[how.durable, how.alone], given)


def _identity(athlete_id: UUID | None) -> dict[str, str]:
    if athlete_id is None:
        return {"role": SERVICE_ROLE, "claims": ""}
    return {"role": ATHLETE_ROLE, "claims": json.dumps({"sub": str(athlete_id), "role": ATHLETE_ROLE})}


async def open_database(settings: Settings, *, with_content: bool = True) -> Database:
    """The database of `settings`, ready for use: started or reached, migrated, with the content loaded.

    Raises:
        ContentError: the packaged content has a fault, or something in the database is in its way.
        DatabaseUnavailable: it could not be started, reached or migrated.
        NotConfigured: an owner's address is set, and no address to log in with.
    """
    server = await start_server(settings)
    addresses = addresses_of(settings, server)
    database = Database(addresses.login, settings.database_connections, server=server)
    try:
        await upgrade(addresses.owner, login=addresses.login)
        if with_content:
            async with database.transaction(None) as session:
                await load_catalogue(session)
    except BaseException:
        await database.aclose()
        raise
    return database


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of one database: `owner` is who migrates it, `login` who the server is in its transactions."""

    owner: str
    login: str


def addresses_of(settings: Settings, server: EmbeddedServer | None) -> Addresses:
    """The addresses of the embedded `server`, or else those that are set.

    Raises:
        NotConfigured: an owner's address is set, and no address to log in with.
    """
    if server is not None:
        return Addresses(server.url, server.app_url)
    if not settings.database_url:
        raise NotConfigured(
            "VOICEFIT_DATABASE_OWNER_URL is set and DATABASE_URL is not. Set DATABASE_URL to what the server "
            "logs in with, or unset both to use the embedded database."
        )
    return Addresses(settings.database_owner_url or settings.database_url, settings.database_url)


async def start_server(settings: Settings) -> EmbeddedServer | None:
    """The embedded server, started or joined; None when `settings` name a database of their own."""
    if settings.database_url or settings.database_owner_url:
        return None
    # Only here: the embedded server needs a POSIX system, a database by address does not.
    from db.embedded import EmbeddedServer

    return await asyncio.to_thread(EmbeddedServer.start, settings.home)

"""A connection kept for short statements of the server's own: a round trip each, no transaction around.

For what every request does, and what may be lost: counting it, looking into the cache.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import asyncpg

from db.roles import SERVICE_ROLE

SECONDS = 1.0
"""How long a statement may take, unless said otherwise: what waits for it is a person."""

BEGIN = f"set role {SERVICE_ROLE}; set synchronous_commit = off"


class Line:
    """Runs statements one after the other, on a connection that is made when it is needed."""

    def __init__(
        self,
        connect: Callable[[], AbstractAsyncContextManager[asyncpg.Connection]],
        seconds: float = SECONDS,
    ) -> None:
        """`seconds` is how long a statement may take."""
        self._connect = connect
        self._seconds = seconds
        self._connection: asyncpg.Connection | None = None
        self._open = AsyncExitStack()
        self._turn = asyncio.Lock()

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement. That the connection has died is found out here: a new one is made, once.

        Raises `DatabaseUnavailable` when there is none to be had, `TimeoutError`, and PostgreSQL's errors.
        """
        async with self._turn:
            connection = await self._ready()
            try:
                return list(await connection.fetch(query, *values, timeout=self._seconds))
            except (OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
                if not connection.is_closed():
                    raise
            except asyncpg.InternalClientError:  # it is dying at this moment: nothing was sent
                connection.terminate()
            connection = await self._ready()
            return list(await connection.fetch(query, *values, timeout=self._seconds))

    async def aclose(self) -> None:
        """Closes the connection; the next statement makes another."""
        self._connection = None
        await self._open.aclose()

    async def _ready(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            await self.aclose()
            connection = await self._open.enter_async_context(self._connect())
            await connection.execute(BEGIN)
            self._connection = connection
        return self._connection

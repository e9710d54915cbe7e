"""The endpoint `/mcp`. The SDK behind it is loaded by the first request: no start waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from core.measures import Measures
from core.tracing import Tracing
from db.session import Database
from search import Search
from services.badges import Follower

PATH = "/mcp"


class Identity(Protocol):
    """Knows who a token speaks for."""

    async def verify(self, token: str) -> UUID:
        """The athlete. Raises `VoiceFitError`."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What assistants are served with."""

    database: Database
    search: Search
    identity: Identity
    follower: Follower
    measures: Measures
    tracing: Tracing | None
    stateless: bool = False
    """Whether another process may answer an assistant's next request: then there are no sessions."""


class McpDoor:
    """Lets assistants in. It is open within `running()`."""

    def __init__(
        self,
        database: Database,
        search: Search,
        identity: Identity,
        follower: Follower,
        measures: Measures | None = None,
        tracing: Tracing | None = None,
        *,
        stateless: bool = False,
    ) -> None:
        """`stateless`: without sessions, as several processes need it that answer at one address."""
        measures = measures or Measures()
        self._parts = Parts(database, search, identity, follower, measures, tracing, stateless)
        self._opening = asyncio.Lock()
        self._over = asyncio.Event()
        self._app: ASGIApp | None = None
        self._serving: asyncio.Task[None] | None = None

    def routes(self) -> list[BaseRoute]:
        """The endpoint, for a Starlette or FastAPI application."""
        return [Route(PATH, self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        async with self._opening:
            app = self._app or await self._open()
        await app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is entered, requests are served."""
        try:
            yield
        finally:
            self._over.set()
            if self._serving is not None:
                await self._serving

    async def _open(self) -> ASGIApp:
        started: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
        self._serving = asyncio.create_task(self._serve(started), name="mcp")
        self._app = await started
        return self._app

    async def _serve(self, started: asyncio.Future[ASGIApp]) -> None:
        """A task of its own: what the SDK opens has to be closed by the task that opened it."""
        try:
            await asyncio.to_thread(_load)
            from agent.doors.mcp.server import Assistants

            assistants = Assistants(self._parts)
            async with assistants.serving():
                started.set_result(assistants)
                await self._over.wait()
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)


def _load() -> None:
    import agent.doors.mcp.server  # noqa: F401

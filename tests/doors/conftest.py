"""A server with the door on loopback, and the official client in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from starlette.applications import Starlette

from agent.doors.realtime import RealtimeDoor
from core.settings import Settings
from tests.doors.client import Client
from tests.doors.fakes import TOKEN, FakeBrain, FakeIdentity


@dataclass
class Server:
    """A running server and what is behind it."""

    brain: FakeBrain
    door: RealtimeDoor
    port: int
    identity: FakeIdentity

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/realtime"

    @asynccontextmanager
    async def connect(self, **query: str) -> AsyncIterator[Client]:
        """The official client, connected; its first events are read."""
        async with AsyncOpenAI(api_key=TOKEN, base_url=f"http://127.0.0.1:{self.port}/v1") as openai:
            extra: Any = dict(query)
            async with openai.realtime.connect(model="voicefit", extra_query=extra) as connection:
                assert isinstance(connection, AsyncRealtimeConnection)
                async with Client(connection) as client:
                    await client.until("session.created")
                    await client.until("conversation.item.done")
                    yield client


@asynccontextmanager
async def serving(door: RealtimeDoor) -> AsyncIterator[str]:
    """The door on loopback, at this address."""
    config = uvicorn.Config(
        Starlette(routes=door.routes()),
        host="127.0.0.1",
        port=0,
        log_level="warning",
        ws_ping_interval=1.0,
        ws_ping_timeout=2.0,
        lifespan="off",
    )
    uvicorn_server = uvicorn.Server(config)
    uvicorn_server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(uvicorn_server.serve())
    for _ in range(500):
        if uvicorn_server.started:
            break
        await asyncio.sleep(0.01)
    port = uvicorn_server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/v1/realtime"
        await door.drain(0)
    finally:
        uvicorn_server.should_exit = True
        await task


@pytest.fixture
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    """The door with fakes behind it. An indirect parameter limits the sessions."""
    limit = getattr(request, "param", 10)
    brain = FakeBrain()
    settings = Settings(endpointing_seconds=0.2, max_sessions=limit)
    identity = FakeIdentity()
    door = RealtimeDoor(brain, identity, settings)
    async with serving(door) as url:
        yield Server(brain, door, int(url.split(":")[2].split("/")[0]), identity)

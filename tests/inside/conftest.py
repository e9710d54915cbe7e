"""A whole server in the test's own loop, with ears and a voice of fakes, watched by a collector."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from agent.brain import Brain
from agent.doors.chat import ChatDoor
from agent.doors.mcp import McpDoor
from agent.doors.realtime import RealtimeDoor
from agent.speech import Speech
from api.app import create_api
from core.measures import Measures
from core.settings import Settings
from core.tracing import Tracing, open_tracing
from db.session import Database
from services.identity import Identity
from tests.db.fixtures import new_athlete
from tests.doors.client import Client
from tests.doors.fakes import LoudnessVAD, ScriptedSTT, ToneTTS
from tests.inside.collector import Collector, collecting

SECRET = "a secret for tests, long enough to sign"


class Ears:
    """Gives each session ears that hear the same script."""

    def __init__(self) -> None:
        self.script: deque[str] = deque()

    def __call__(self) -> ScriptedSTT:
        ears = ScriptedSTT()
        ears.script = self.script
        return ears


@dataclass
class Inside:
    """The server, and how one gets at it."""

    port: int
    athlete: UUID
    database: Database
    identity: Identity
    measures: Measures
    tracing: Tracing | None
    ears: Ears
    voice: ToneTTS
    brain: Brain
    door: RealtimeDoor

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self, who: UUID | None = None) -> str:
        return self.identity.issue_token(who or self.athlete, timedelta(hours=1))

    @asynccontextmanager
    async def realtime(self, conversation: str | None = None, **headers: str) -> AsyncIterator[Client]:
        """The official client, connected; its first events are read."""
        async with (
            AsyncOpenAI(api_key=self.token(), base_url=f"{self.url}/v1") as openai,
            openai.realtime.connect(
                model="voicefit",
                extra_query={"conversation": conversation} if conversation else {},
                extra_headers=headers,
            ) as connection,
        ):
            assert isinstance(connection, AsyncRealtimeConnection)
            async with Client(connection) as client:
                await client.until("session.created")
                await client.until("conversation.item.done")
                yield client

    def http(self, who: UUID | None = None) -> httpx.AsyncClient:
        """A client with a token."""
        headers = {"Authorization": f"Bearer {self.token(who)}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers)

    async def figures(self) -> dict[str, float]:
        """What Prometheus would read, by name and labels."""
        async with self.http() as client:
            text = (await client.get("/metrics")).text
        lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}

    async def ended(self) -> None:
        """Waits until every session has ended, and its spans are sent."""
        for _ in range(1000):
            if not self.door.open_sessions():
                break
            await asyncio.sleep(0.01)
        if self.tracing is not None:
            await asyncio.to_thread(self.tracing.flush)


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as one:
        yield one


@pytest.fixture
def tracing(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Traces as the environment says."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("NO_PROXY", "*")
    return open_tracing()


@pytest.fixture
def changes() -> dict[str, Any]:
    """Settings that a test wants other than usual."""
    return {}


@pytest.fixture
async def inside(
    database: Database, tmp_path: Path, tracing: Tracing | None, changes: dict[str, Any]
) -> AsyncIterator[Inside]:
    """The server."""
    settings = Settings(home=tmp_path, secret=SECRET, endpointing_seconds=0.2, **changes)
    ears, voice, measures = Ears(), ToneTTS(), Measures()
    speech = Speech(ears, LoudnessVAD(), voice, "scripted", "tones")
    brain = Brain(database, settings, speech, measures=measures, tracing=tracing)
    identity = Identity(database, settings)
    door = RealtimeDoor(brain, identity, settings)
    app = create_api(
        database,
        settings,
        capacity=door.has_room,
        identity=identity,
        answering=ChatDoor(brain),
        measures=measures,
        tracing=tracing,
    )
    follower = app.state.context.follower
    assistants = McpDoor(database, brain.search, identity, follower, measures, tracing)
    app.router.routes[:0] = [*door.routes(), *assistants.routes()]
    async with assistants.running():
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
        )
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server.serve())
        for _ in range(1000):
            if server.started:
                break
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        athlete = await new_athlete(database, "zebulon.quartermain@example.com")
        yield Inside(port, athlete, database, identity, measures, tracing, ears, voice, brain, door)
        await door.drain(0)
        server.should_exit = server.force_exit = True
        await task
    await follower.aclose()
    await brain.aclose()
    if tracing is not None:
        await asyncio.to_thread(tracing.close)

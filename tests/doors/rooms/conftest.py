"""A development LiveKit server, a worker on it without ears and voice, and devices to enter rooms with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from agent.brain import Brain
from agent.doors.rooms import RoomsWorker
from cli.dev_livekit import DevServer
from cli.dev_livekit.access import Keys
from core.settings import Settings
from db.session import Database
from services import conversations
from services.ratelimit import RateLimiter
from services.rooms import Rooms
from tests.db.fixtures import new_athlete
from tests.doors.rooms.device import Device

KEYS = Keys("testkey", "a-secret-for-the-tests-of-rooms-alone")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of livekit-agents writes its server's address into the environment: not into other tests'."""
    for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
async def livekit() -> AsyncIterator[DevServer]:
    server = DevServer(KEYS)
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
def settings(livekit: DevServer) -> Settings:
    return Settings(livekit_url=livekit.url, livekit_api_key=KEYS.key, livekit_api_secret=KEYS.secret)


@pytest.fixture
def rooms(settings: Settings) -> Rooms:
    return Rooms(settings)


@pytest.fixture
def limiter() -> RateLimiter | None:
    """How fast turns may come: as they like."""
    return None


@pytest.fixture
async def worker(
    database: Database, settings: Settings, rooms: Rooms, limiter: RateLimiter | None
) -> AsyncIterator[RoomsWorker]:
    """A worker whose athletes type: it has no ears and no voice."""
    brain = Brain(database, settings, speech=None, limiter=limiter)
    worker = RoomsWorker(brain, rooms, settings, host="127.0.0.1", port=0)
    running = asyncio.create_task(worker.run())
    await worker.registered()
    yield worker
    await worker.drain(1.0)
    await running


@pytest.fixture
async def athlete(database: Database) -> UUID:
    return await new_athlete(database)


@pytest.fixture
async def conversation(database: Database, athlete: UUID) -> UUID:
    async with database.transaction(athlete) as db:
        return await conversations.open_conversation(db, athlete, None)


@pytest.fixture
async def phone(
    worker: RoomsWorker, rooms: Rooms, athlete: UUID, conversation: UUID
) -> AsyncIterator[Device]:
    """The athlete's phone, in the conversation's room together with the agent."""
    device = Device()
    await device.enter(rooms.admit(athlete, conversation, "phone"))
    await device.agent_came()
    yield device
    await device.leave()

"""Limits at the door: how often a client may connect, and how fast turns may come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
import uvicorn
import websockets
from starlette.applications import Starlette

from agent.brain import Brain
from agent.doors.realtime import RealtimeDoor
from core.errors import VoiceFitError
from core.settings import Settings
from db.session import Database
from services.ratelimit import RateLimiter, rate_limiter
from services.workouts import current_workout
from tests.db.fixtures import new_athlete
from tests.doors.client import Client
from tests.doors.conftest import Server


class OneAthlete:
    """Takes every token but one for the same athlete's."""

    def __init__(self, athlete: UUID) -> None:
        self.athlete = athlete

    async def verify(self, token: str) -> UUID:
        if token == "bad":
            raise VoiceFitError("This token is not valid here.")
        return self.athlete

    async def until_revoked(self, token: str) -> None:
        await asyncio.Event().wait()


@pytest.fixture
async def athlete(database: Database) -> UUID:
    return await new_athlete(database)


def limiter(database: Database, limits: str) -> RateLimiter:
    return rate_limiter(Settings(rate_limits=limits), database, None)


@asynccontextmanager
async def serving(database: Database, athlete: UUID, limits: str) -> AsyncIterator[Server]:
    """The door of a real conversation, without ears and voice."""
    counting = limiter(database, limits)
    brain: Any = Brain(database, Settings(), None, counting)
    identity: Any = OneAthlete(athlete)
    door = RealtimeDoor(brain, identity, Settings(), counting)
    config = uvicorn.Config(
        Starlette(routes=door.routes()), host="127.0.0.1", port=0, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield Server(brain, door, server.servers[0].sockets[0].getsockname()[1], identity)
        await door.drain(0)
    finally:
        server.should_exit = True
        await task


async def type_in(client: Client, words: str, item_id: str) -> Any:
    """Types a turn and returns how its response ended."""
    content: Any = [{"type": "input_text", "text": words}]
    item: Any = {"id": item_id, "type": "message", "role": "user", "content": content}
    await client.connection.conversation.item.create(item=item)
    await client.connection.response.create(response={"output_modalities": ["text"]})
    return await client.until("response.done")


async def test_who_connects_too_often_is_told_so_and_turned_away(database: Database, athlete: UUID) -> None:
    async with serving(database, athlete, "connect=2/minute") as server:
        for _ in range(2):
            async with server.connect():
                pass
        async with websockets.connect(
            server.url, additional_headers={"Authorization": "Bearer good"}
        ) as connection:
            told = await connection.recv()
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await connection.recv()
    assert '"code":"rate_limit_exceeded"' in str(told)
    assert '"type":"rate_limit_error"' in str(told)
    assert "Try again in" in str(told)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


async def test_trying_out_tokens_is_limited(database: Database, athlete: UUID) -> None:
    statuses = []
    async with serving(database, athlete, "anonymous=2/minute") as server:
        for _ in range(3):
            with pytest.raises(websockets.InvalidStatus) as refused:
                await websockets.connect(server.url, additional_headers={"Authorization": "Bearer bad"})
            statuses.append(refused.value.response.status_code)
        assert int(refused.value.response.headers["retry-after"]) > 0
        async with server.connect():
            pass
    assert statuses == [401, 401, 429]


async def test_turns_that_come_too_fast_are_refused_and_said_to_be(database: Database, athlete: UUID) -> None:
    async with serving(database, athlete, "turn=2/hour") as server, server.connect() as client:
        await type_in(client, "squat 225 for 5", "item_1")
        await type_in(client, "same again", "item_2")
        # The count of a turn is known when the next one comes, or the one after it.
        sent = 2
        while not client.of("error"):
            sent += 1
            done = await type_in(client, "same again", f"item_{sent}")
            assert sent < 20
        (error,) = client.of("error")
        assert (error.error.type, error.error.code) == ("rate_limit_error", "rate_limit_exceeded")
        assert done.response.status == "completed"
        assert "Wait a moment" in done.response.output[-1].content[0].text
        assert await sets(database, athlete) == sent - 1


async def sets(database: Database, athlete: UUID) -> int:
    async with database.transaction(athlete) as db:
        workout = await current_workout(db, athlete)
    return len(workout.sets) if workout else 0

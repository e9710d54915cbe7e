"""Power cuts, retries and reconnections, through the door of a real server."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from tests.db.fixtures import new_home, remove_home
from tests.e2e.server import Server, start

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]

SQUAT = "barbell-back-squat"


async def type_in(connection: AsyncRealtimeConnection, text: str, item_id: str) -> list[Any]:
    """Types a turn and returns the events up to the end of its response."""
    content: Any = [{"type": "input_text", "text": text}]
    item: Any = {"id": item_id, "type": "message", "role": "user", "content": content}
    await connection.conversation.item.create(item=item)
    await connection.response.create()
    events = []
    async with asyncio.timeout(30):
        async for event in connection:
            events.append(event)
            if event.type == "response.done":
                break
    return events


async def conversation_of(connection: AsyncRealtimeConnection) -> str:
    """The conversation's id, from the first event."""
    created: Any = await connection.recv()
    return str(created.session.metadata["conversation_id"])


async def test_a_killed_server_has_lost_nothing_that_was_answered() -> None:
    home = new_home()
    server = start(home)
    try:
        athlete, token = await server.athlete("unlucky@example.org")
        async with server.connect(token) as connection:
            conversation = await conversation_of(connection)
            await type_in(connection, "squat 225 for 5", "item_1")
            asking = asyncio.create_task(type_in(connection, "same again", "item_2"))
            while len(await server.sets(athlete)) < 2:  # noqa: ASYNC110 - as below
                await asyncio.sleep(0.01)
            server.kill()
            await asyncio.gather(asking, return_exceptions=True)
        server = start(home)
        assert await server.sets(athlete) == [(SQUAT, 225, 5)] * 2

        async with server.connect(token, conversation) as connection:
            assert (await messages(connection, 4))[2:] == [
                ("user", "same again"),
                ("assistant", "225 for 5."),
            ]
            await type_in(connection, "same again", "item_2")  # a client that does not know that it was done
            await type_in(connection, "same again", "item_3")
        assert await server.sets(athlete) == [(SQUAT, 225, 5)] * 3
    finally:
        server.kill()
        remove_home(home)


async def messages(connection: AsyncRealtimeConnection, count: int) -> list[tuple[str, str]]:
    """The first messages that a client is told of."""
    found: list[tuple[str, str]] = []
    async with asyncio.timeout(30):
        async for event in connection:
            if event.type == "conversation.item.done" and event.item.type == "message":
                found.append((event.item.role, event.item.content[0].text or ""))
            if len(found) == count:
                break
    return found


async def test_stopping_lets_the_answer_finish() -> None:
    home = new_home()
    server = start(home)
    try:
        athlete, token = await server.athlete("patient@example.org")
        async with server.connect(token) as connection:
            await conversation_of(connection)
            asking = asyncio.create_task(type_in(connection, "squat 225 for 5", "item_1"))
            while not await server.sets(athlete):  # noqa: ASYNC110 - nobody tells of another process's rows
                await asyncio.sleep(0.02)
            server.process.terminate()
            events = await asking
            assert events[-1].response.status == "completed"
        assert server.process.wait(20) in (0, -signal.SIGTERM)
    finally:
        server.kill()
        remove_home(home)


async def test_a_turn_sent_twice_is_done_once(server: Server) -> None:
    athlete, token = await server.athlete("twice@example.org")
    async with server.connect(token) as connection:
        await conversation_of(connection)
        await type_in(connection, "squat 225 for 5", "item_1")
        await type_in(connection, "squat 225 for 5", "item_1")
    assert await server.sets(athlete) == [(SQUAT, 225, 5)]


async def test_a_strangers_conversation_is_refused(server: Server) -> None:
    _, token = await server.athlete("owner@example.org")
    async with server.connect(token) as connection:
        conversation = await conversation_of(connection)
    _, stranger = await server.athlete("stranger@example.org")
    async with server.connect(stranger, conversation) as connection:
        first: Any = await connection.recv()
        assert first.type == "error"
        assert first.error.code == "conversation_not_found"

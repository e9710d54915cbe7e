"""Several processes behind one port: conversations outlive any of them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from tests.db.fixtures import new_home, remove_home
from tests.e2e.server import Server, start
from tests.e2e.test_nothing_is_lost import SQUAT, conversation_of, type_in

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]

ATHLETES = 5


async def ready(server: Server) -> None:
    """Waits until one more process says that it is ready."""
    assert server.process.stdout is not None
    async with asyncio.timeout(90):
        assert "ready" in await asyncio.to_thread(server.process.stdout.readline)


def busiest(server: Server) -> psutil.Process:
    """The process with most connections."""
    port = int(server.address.rpartition(":")[2])
    return max(
        psutil.Process(server.process.pid).children(),
        key=lambda child: sum(
            one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED
            for one in child.net_connections()
        ),
    )


async def test_conversations_outlive_the_process_they_are_in_and_are_not_cut_off_at_the_end() -> None:
    home = new_home()
    server = start(
        home,
        {"VOICEFIT_PROCESSES": "2", "VOICEFIT_TTS_VOICE": "none", "VOICEFIT_MAX_SESSIONS": str(ATHLETES)},
    )
    try:
        await ready(server)
        people = [await server.athlete(f"athlete-{number}@example.org") for number in range(ATHLETES)]
        async with AsyncExitStack() as stack:
            open_ones = []
            for _, token in people:
                connection = await stack.enter_async_context(server.connect(token))
                open_ones.append((connection, await conversation_of(connection)))
                await type_in(connection, "squat 225 for 5", "item_1")

            busiest(server).kill()
            cut_off = 0
            for number, (connection, conversation) in enumerate(open_ones):
                try:
                    await type_in(connection, "same again", "item_2")
                except ConnectionClosed:
                    cut_off += 1
                    again = await stack.enter_async_context(server.connect(people[number][1], conversation))
                    open_ones[number] = (again, conversation)
                    await type_in(again, "same again", "item_2")
            assert cut_off >= ATHLETES / 2
            await ready(server)
            assert len(psutil.Process(server.process.pid).children()) == 2
            for athlete, _ in people:
                assert await server.sets(athlete) == [(SQUAT, 225, 5)] * 2

            asking = [
                asyncio.create_task(type_in(connection, "same again", "item_3"))
                for connection, _ in open_ones
            ]
            for athlete, _ in people:
                while len(await server.sets(athlete)) < 3:  # noqa: ASYNC110 - nobody tells of others' rows
                    await asyncio.sleep(0.02)
            server.process.terminate()
            for events in await asyncio.gather(*asking):
                assert events[-1].response.status == "completed"
        assert server.process.wait(30) == 0
    finally:
        server.kill()
        remove_home(home)

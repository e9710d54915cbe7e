"""The tools over the Model Context Protocol, with the official client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import httpx2
import pytest
import uvicorn
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from sqlalchemy import select
from starlette.applications import Starlette

from agent.doors.mcp import McpDoor
from agent.doors.mcp.server import KEY
from core.settings import Settings
from db.models import WorkoutSet
from db.session import Database
from search import Search
from services.badges import Follower
from services.identity import Identity
from tests.db.fixtures import new_athlete
from tools import TOOLS

SECRET = "a secret for tests, long enough to sign"
BENCH = {"exercise": "bench", "weight": 225, "reps": 8}


class Door:
    """The door on a socket."""

    def __init__(self, url: str, database: Database, identity: Identity) -> None:
        self.url, self.database, self.identity = url, database, identity

    @asynccontextmanager
    async def client(self, athlete: UUID) -> AsyncIterator[ClientSession]:
        token = self.identity.issue_token(athlete, timedelta(hours=1))
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http,
            streamable_http_client(self.url, http_client=http) as streams,
            ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            yield session

    async def sets(self, athlete: UUID) -> list[tuple[float | None, int | None]]:
        async with self.database.transaction(athlete) as db:
            rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
            return [(row.weight, row.reps) for row in rows]


@pytest.fixture
async def door(database: Database, tmp_path: Path) -> AsyncIterator[Door]:
    identity = Identity(database, Settings(home=tmp_path, secret=SECRET))
    follower = Follower(database)
    mcp = McpDoor(database, Search(database), identity, follower)
    async with mcp.running():
        config = uvicorn.Config(
            Starlette(routes=mcp.routes()), host="127.0.0.1", port=0, log_level="warning", lifespan="off"
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server.serve())
        for _ in range(1000):
            if server.started:
                break
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Door(f"http://127.0.0.1:{port}/mcp", database, identity)
        server.should_exit = True
        server.force_exit = True
        await task
    await follower.aclose()


async def test_an_assistant_logs_and_asks(door: Door) -> None:
    athlete = await new_athlete(door.database)
    async with door.client(athlete) as assistant:
        listed = (await assistant.list_tools()).tools
        assert [one.name for one in listed] == list(TOOLS)
        reads = {one.name for one in listed if one.annotations and one.annotations.read_only_hint}
        assert reads == {name for name, tool in TOOLS.items() if not tool.writes}
        logged = await assistant.call_tool("log_set", BENCH)
        assert not logged.is_error
        assert logged.structured_content["sets"][0]["exercise"] == "Barbell Bench Press"
        asked = await assistant.call_tool("get_workout_summary", {})
        assert "1 set" in asked.content[0].text
    assert await door.sets(athlete) == [(225, 8)]


async def test_what_cannot_be_done_is_told_and_changes_nothing(door: Door) -> None:
    athlete = await new_athlete(door.database)
    async with door.client(athlete) as assistant:
        for tool, arguments in (
            ("log_set", {"exercise": "bench", "reps": 8, "weight": 9000}),
            ("log_set", {**BENCH, "user_id": "somebody"}),
            ("log_set", {"exercise": "a thing nobody knows", "reps": 8}),
            ("launch_rocket", {}),
        ):
            assert (await assistant.call_tool(tool, arguments)).is_error
    assert await door.sets(athlete) == []


async def test_a_call_with_the_same_key_is_the_same_call(door: Door) -> None:
    athlete = await new_athlete(door.database)
    for _ in range(2):
        async with door.client(athlete) as assistant:
            again = await assistant.call_tool("log_set", BENCH, meta={KEY: "set-1"})
            assert not again.is_error
    assert await door.sets(athlete) == [(225, 8)]


async def test_athletes_see_their_own(door: Door) -> None:
    athlete, other = await new_athlete(door.database), await new_athlete(door.database)
    async with door.client(athlete) as hers, door.client(other) as his:
        await asyncio.gather(hers.call_tool("log_set", BENCH), his.call_tool("start_workout", {}))
        asked = await his.call_tool("get_last_performance", {"exercise": "bench"})
        assert "225" not in asked.content[0].text
    assert await door.sets(other) == []


async def test_nobody_comes_in_without_a_token_or_with_anothers_session(door: Door) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient() as http:
        for headers in ({}, {"Authorization": "Bearer nonsense"}):
            answer = await http.post(door.url, json=body, headers={**accept, **headers})
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
        begin = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        }
        one, two = [
            door.identity.issue_token(await new_athlete(door.database), timedelta(hours=1)) for _ in range(2)
        ]
        opened = await http.post(door.url, json=begin, headers={**accept, "Authorization": f"Bearer {one}"})
        session = {"mcp-session-id": opened.headers["mcp-session-id"]}
        stolen = await http.post(
            door.url, json=body, headers={**accept, **session, "Authorization": f"Bearer {two}"}
        )
        assert stolen.status_code >= 400

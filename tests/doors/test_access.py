"""Who gets in, how many, and how they are seen out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.doors.conftest import Server
from tests.doors.fakes import TOKEN, Answer, Earlier

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def raw(server: Server, headers: Mapping[str, str], query: str = "", **options: Any) -> Any:
    """A plain websocket connection."""
    return websockets.connect(server.url + query, additional_headers=headers, **options)


async def first_event(websocket: ClientConnection) -> dict[str, Any]:
    """The first event."""
    event: dict[str, Any] = json.loads(await asyncio.wait_for(websocket.recv(), 5))
    return event


async def turned_away(server: Server, query: str = "") -> tuple[str, int]:
    """The error code and the close code of a connection that is refused."""
    async with raw(server, BEARER, query) as websocket:
        event = await first_event(websocket)
        assert event["type"] == "error"
        with pytest.raises(ConnectionClosed) as closed:
            await websocket.recv()
    assert closed.value.rcvd is not None
    return event["error"]["code"], closed.value.rcvd.code


async def test_a_bearer_token_lets_in(server: Server) -> None:
    async with raw(server, BEARER) as websocket:
        assert (await first_event(websocket))["type"] == "session.created"


async def test_a_browser_sends_its_token_as_a_subprotocol(server: Server) -> None:
    offered = [Subprotocol("realtime"), Subprotocol(f"openai-insecure-api-key.{TOKEN}")]
    async with raw(server, {}, subprotocols=offered) as websocket:
        assert websocket.subprotocol == "realtime"
        assert (await first_event(websocket))["type"] == "session.created"


async def test_our_page_sends_its_cookie(server: Server) -> None:
    headers = {"Cookie": f"voicefit_session={TOKEN}"}
    async with raw(server, headers, origin=f"http://127.0.0.1:{server.port}") as websocket:
        assert (await first_event(websocket))["type"] == "session.created"


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({}, None),
        ({"Authorization": "Bearer wrong"}, None),
        ({"Authorization": "Basic abc"}, None),
        ({"Cookie": f"voicefit_session={TOKEN}"}, None),
        ({"Cookie": f"voicefit_session={TOKEN}"}, "https://elsewhere.example"),
        ({"Cookie": "voicefit_session=wrong"}, "same"),
    ],
)
async def test_others_stay_outside(server: Server, headers: dict[str, str], origin: str | None) -> None:
    origin = f"http://127.0.0.1:{server.port}" if origin == "same" else origin
    with pytest.raises(InvalidStatus) as refused:
        async with raw(server, headers, origin=origin):
            pass
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body or b"")["error"]["code"] == "unauthorized"
    assert not server.brain.sessions


async def test_what_is_asked_for_must_exist(server: Server) -> None:
    assert await turned_away(server, "?model=gpt-realtime") == ("model_not_found", 1008)
    assert await turned_away(server, "?conversation=mine") == ("invalid_conversation", 1008)
    assert await turned_away(server, f"?conversation={uuid4()}") == ("conversation_not_found", 1008)
    assert server.door.has_room()


@pytest.mark.parametrize("server", [1], indirect=True)
async def test_the_next_one_is_told_to_try_later(server: Server) -> None:
    async with server.connect():
        assert not server.door.has_room()
        assert await turned_away(server) == ("server_busy", 1013)
    async with asyncio.timeout(5):
        while not server.door.has_room():  # noqa: ASYNC110 the door has no event for it
            await asyncio.sleep(0.02)
    async with server.connect():
        pass


async def test_a_conversation_is_gone_on_with(server: Server) -> None:
    conversation = uuid4()
    server.brain.conversations[conversation] = [
        Earlier("item_a", "user", "225 for 8"),
        Earlier("item_b", "assistant", "225 for 8."),
    ]
    async with server.connect(conversation=str(conversation)) as client:
        assert client.of("session.created")[0].session.metadata["conversation_id"] == str(conversation)
        earlier = [await client.until("conversation.item.done") for _ in range(2)]
        added = client.of("conversation.item.added")
    assert [one.item.id for one in earlier] == ["item_a", "item_b"]
    assert [one.item.role for one in earlier] == ["user", "assistant"]
    assert added[-1].previous_item_id == "item_a"


async def test_who_is_signed_out_elsewhere_has_to_go(server: Server) -> None:
    async with server.connect() as client:
        server.identity.revoked.set()
        closed = await client.until_closed()
    assert closed.rcvd is not None
    assert closed.rcvd.code == 1008
    assert closed.rcvd.reason.startswith("You have been signed out here.")


async def test_draining_lets_a_sentence_finish(server: Server) -> None:
    server.brain.answers["talk"] = Answer("one two three four five")
    async with server.connect() as client:
        await client.type_text("talk")
        await client.until("response.output_audio.delta")
        draining = asyncio.create_task(server.door.drain(5))
        done = await client.until("response.done")
        closed = await client.until_closed()
        await draining
        assert await turned_away(server) == ("server_busy", 1013)
    assert done.response.status == "completed"
    assert closed.rcvd is not None
    assert (closed.rcvd.code, closed.rcvd.reason) == (
        1001,
        "The server is restarting: connect again to go on.",
    )
    assert server.brain.sessions[0].closed


async def test_draining_does_not_wait_for_ever(server: Server) -> None:
    server.brain.answers["talk"] = Answer(" ".join(["word"] * 100))
    async with server.connect() as client:
        await client.type_text("talk")
        await client.until("response.output_audio.delta")
        await asyncio.wait_for(server.door.drain(0.2), 3)
    assert server.brain.sessions[0].closed

"""Bad input, bad networks and bad manners: the session goes on, or ends cleanly."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.doors.conftest import Server
from tests.doors.fakes import TOKEN, Answer, silence, tone
from tests.doors.shapes import check_shape

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def create(item: Any) -> dict[str, Any]:
    """A `conversation.item.create`."""
    return {"type": "conversation.item.create", "item": item}


def update(session: Any) -> dict[str, Any]:
    """A `session.update`."""
    return {"type": "session.update", "session": session}


def append(audio: Any) -> dict[str, Any]:
    """An `input_audio_buffer.append`."""
    return {"type": "input_audio_buffer.append", "audio": audio}


def vad(**options: Any) -> dict[str, Any]:
    """A `session.update` of the turn detection."""
    return update({"audio": {"input": {"turn_detection": {"type": "server_vad", **options}}}})


TEXT = {"type": "input_text", "text": "hello"}

MALFORMED: list[tuple[Any, str]] = [
    ("", "invalid_json"),
    ("{", "invalid_json"),
    ("[" * 100_000, "invalid_json"),
    ("null", "invalid_event"),
    ("[]", "invalid_event"),
    ('"hello"', "invalid_event"),
    (b"\x00\x01", "invalid_event"),
    ({}, "missing_type"),
    ({"type": None}, "missing_type"),
    ({"type": 7}, "unknown_event_type"),
    ({"type": {}}, "unknown_event_type"),
    ({"type": "session.destroy"}, "unknown_event_type"),
    ({"type": "x" * 500_000}, "unknown_event_type"),
    ({"type": "session.update"}, "missing_field"),
    (update(7), "invalid_value"),
    (update({"type": "transcription"}), "invalid_value"),
    (update({"model": "gpt-realtime"}), "invalid_value"),
    (update({"output_modalities": ["audio", "text"]}), "invalid_value"),
    (update({"output_modalities": []}), "invalid_value"),
    (update({"output_modalities": ["video"]}), "invalid_value"),
    (update({"audio": {"input": {"format": {"type": "audio/pcmu"}}}}), "invalid_value"),
    (update({"audio": {"output": {"format": {"type": "audio/pcma"}}}}), "invalid_value"),
    (update({"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}}), "invalid_value"),
    (update({"audio": {"input": {"turn_detection": {"type": "semantic_vad"}}}}), "invalid_value"),
    (vad(threshold=2), "invalid_value"),
    (vad(silence_duration_ms=-1), "invalid_value"),
    (vad(create_response="perhaps"), "invalid_value"),
    (update({"tools": [{"type": "function", "name": "mine"}]}), "unsupported_tools"),
    ({"type": "input_audio_buffer.append"}, "missing_field"),
    (append(7), "invalid_value"),
    (append("not base64!"), "invalid_audio"),
    (append(base64.b64encode(b"odd").decode()), "invalid_audio"),
    (append("é"), "invalid_audio"),
    (append("A" * (1 << 20)), "message_too_large"),
    ({"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_empty"),
    ({"type": "conversation.item.create"}, "missing_field"),
    (create({}), "missing_field"),
    (create({"type": "message", "role": "user", "content": []}), "invalid_value"),
    (create({"type": "message", "role": "user", "content": [{"type": "input_image"}]}), "invalid_value"),
    (create({"type": "message", "role": "user", "content": [{"type": "input_text"}]}), "missing_field"),
    (create({"type": "message", "role": "user", "content": [TEXT | {"text": "  "}]}), "empty_text"),
    (create({"type": "message", "role": "user", "content": [TEXT | {"text": "a" * 5000}]}), "text_too_long"),
    (create({"type": "message", "role": "user", "content": [TEXT], "id": "no spaces"}), "invalid_value"),
    (create({"type": "message", "role": "user", "content": [TEXT], "id": "x" * 65}), "invalid_value"),
    (create({"type": "message", "role": "system", "content": [TEXT]}), "unsupported_item"),
    (create({"type": "message", "role": "assistant", "content": []}), "unsupported_item"),
    (create({"type": "function_call_output", "call_id": "c", "output": ""}), "invalid_value"),
    (
        create({"type": "message", "role": "user", "content": [TEXT]}) | {"previous_item_id": "nowhere"},
        "item_not_found",
    ),
    ({"type": "conversation.item.retrieve"}, "missing_field"),
    ({"type": "conversation.item.retrieve", "item_id": "nowhere"}, "item_not_found"),
    ({"type": "conversation.item.delete", "item_id": "nowhere"}, "item_not_found"),
    ({"type": "conversation.item.truncate", "item_id": "nowhere"}, "missing_field"),
    ({"type": "conversation.item.truncate", "item_id": "x", "audio_end_ms": -5}, "invalid_value"),
    ({"type": "conversation.item.truncate", "item_id": "x", "audio_end_ms": 5}, "item_not_found"),
    ({"type": "response.create"}, "nothing_to_answer"),
    ({"type": "response.create", "response": {"output_modalities": ["smell"]}}, "invalid_value"),
    ({"type": "response.create", "response": {"conversation": "none"}}, "invalid_value"),
    ({"type": "response.cancel"}, "response_cancel_not_active"),
    ({"type": "response.cancel", "response_id": "nothing"}, "response_cancel_not_active"),
]


@pytest.mark.slow
@pytest.mark.alone
async def test_malformed_events_are_answered_and_the_session_goes_on(server: Server) -> None:
    server.brain.answers["hello"] = Answer("Good morning.")
    async with server.connect() as client:
        for number, (event, code) in enumerate(MALFORMED):
            if isinstance(event, dict):
                event = event | {"event_id": f"mine-{number}"}
            await client.connection.send_raw(json.dumps(event) if isinstance(event, dict) else event)
            error = (await client.until("error")).error
            assert (error.code, error.type) == (code, "invalid_request_error"), (event, error)
            assert error.message
            parsed = isinstance(event, dict) and code != "message_too_large"
            assert error.event_id == (f"mine-{number}" if parsed else None), event
            await asyncio.sleep(0.02)  # errors cost: this many at once would be a flood
        await client.type_text("hello")
        assert (await client.until("response.done")).response.status == "completed"


def typed(text: str, item_id: str) -> dict[str, Any]:
    """A typed message."""
    content = [{"type": "input_text", "text": text}]
    return create({"type": "message", "role": "user", "id": item_id, "content": content})


async def test_what_waits_for_an_answer_is_no_longer_than_a_message(server: Server) -> None:
    async with server.connect() as client:
        for number in range(3):
            await client.send(typed("a" * 1500, f"mine-{number}"))
        assert (await client.until("error")).error.code == "text_too_long"
        await client.send({"type": "conversation.item.retrieve", "item_id": "mine-2"})
        assert (await client.until("error")).error.code == "item_not_found"
        await client.send({"type": "response.create"})
        await client.until("response.done")
        await client.send(typed("a" * 1500, "mine-2"))  # there is room again
        await client.send({"type": "response.create"})
        await client.until("response.done")
    assert [item_id for item_id, _ in server.brain.sessions[0].said] == ["mine-1", "mine-2"]


async def test_a_message_sent_twice_before_its_answer_is_said_once(server: Server) -> None:
    async with server.connect() as client:
        for _ in range(2):
            await client.send(typed("225 for 8", "mine-1"))
        await client.send({"type": "response.create"})
        await client.until("response.done")
    assert server.brain.sessions[0].said == [("mine-1", "225 for 8")]


async def test_unknown_fields_are_ignored(server: Server) -> None:
    async with server.connect() as client:
        await client.send(
            update({"instructions": "Be rude.", "temperature": 2, "voice": "alloy", "audio": {"new": 1}})
        )
        session = (await client.until("session.updated")).session
    assert session.instructions is None
    assert session.output_modalities == ["audio"]


@pytest.mark.slow
@pytest.mark.alone
async def test_audio_faster_than_life_is_bounded(server: Server) -> None:
    async with server.connect() as client:
        block = base64.b64encode(silence(10)).decode()
        for _ in range(30):
            await client.send(append(block))
        await client.type_text("still there?")
        await client.until("response.done")
        codes = {event.error.code for event in client.of("error")}
    assert codes <= {"input_audio_buffer_full"}


async def test_cleared_audio_is_not_a_turn(server: Server) -> None:
    async with server.connect() as client:
        await client.send(update({"audio": {"input": {"turn_detection": None}}}))
        await client.say(tone(0.3))
        await client.send({"type": "input_audio_buffer.clear"})
        await client.until("input_audio_buffer.cleared")
        await client.send({"type": "input_audio_buffer.commit"})
        assert (await client.until("error")).error.code == "input_audio_buffer_commit_empty"


async def flood(websocket: ClientConnection) -> None:
    """Sends events as fast as it can."""
    while True:
        await websocket.send('{"type": "response.cancel"}')
        await asyncio.sleep(0)


async def test_a_flood_of_events_ends_the_connection(server: Server) -> None:
    async with websockets.connect(server.url, additional_headers=BEARER, max_queue=None) as websocket:
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(flood(websocket), 10)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "Too many events.")


@pytest.mark.slow
@pytest.mark.alone
async def test_a_client_that_died_is_let_go(server: Server) -> None:
    websocket = await websockets.connect(server.url, additional_headers=BEARER)
    await websocket.recv()
    websocket.transport.pause_reading()  # no pong will be sent any more
    async with asyncio.timeout(5):
        while not server.brain.sessions[0].closed:  # noqa: ASYNC110 the fake has no event for it
            await asyncio.sleep(0.05)
    websocket.transport.abort()


@pytest.mark.slow
@pytest.mark.alone
async def test_leaving_in_the_middle_of_everything_leaves_nothing_behind(server: Server) -> None:
    server.brain.answers["talk"] = Answer("one two three four", "log_set", {}, {"ok": True}, seconds=0.3)
    before = len(asyncio.all_tasks())
    for _ in range(5):
        async with server.connect() as client:
            await client.say(tone(0.2), pace=0)
            await client.type_text("talk")
            await client.until("response.mcp_call.in_progress")
    async with asyncio.timeout(10):
        while not all(session.closed for session in server.brain.sessions):  # noqa: ASYNC110 as above
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    gc.collect()
    names = [task.get_name() for task in asyncio.all_tasks()]
    assert len(names) <= before, names
    assert server.door.has_room()


async def test_what_was_said_last_is_taken_though_the_client_is_gone(server: Server) -> None:
    server.brain.answers["hello"] = Answer("one two three four")
    async with server.connect() as client:
        await client.type_text("hello", "first")
        await client.until("response.output_audio.delta")
        await client.type_text("225 for 8", "second")
    async with asyncio.timeout(5):
        while not server.brain.sessions[0].closed:  # noqa: ASYNC110 the fake has no event for it
            await asyncio.sleep(0.05)
    assert [item_id for item_id, _ in server.brain.sessions[0].said] == ["first", "second"]


async def test_many_talk_at_once(server: Server) -> None:
    for number in range(5):
        server.brain.answers[f"turn {number}"] = Answer(f"answer {number}")

    async def talk(number: int) -> None:
        async with server.connect() as client:
            await client.type_text(f"turn {number}")
            done = await client.until("response.done")
            assert done.response.output[0].content[0].transcript.strip() == f"answer {number}"

    await asyncio.gather(*(talk(number) for number in range(5)))


def test_shapes_notice_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="response_id"):
        check_shape('{"type": "response.output_audio.done", "event_id": "event_1"}')
    with pytest.raises(KeyError):
        check_shape('{"type": "response.sung", "event_id": "event_1"}')

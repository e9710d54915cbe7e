"""The small parts of the door."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.websockets import WebSocket

from agent.doors.admission import Admission, ServerBusy
from agent.doors.realtime import connection as connection_module
from agent.doors.realtime.configuration import Configuration
from agent.doors.realtime.connection import Connection
from agent.doors.realtime.items import MAX_ITEMS, Conversation, typed_message
from agent.doors.realtime.outbox import Outbox
from agent.doors.realtime.protocol import ProtocolError, decode, error_event, parse_event, parse_user_message
from agent.doors.realtime.rate import TokenBucket
from tests.doors.fakes import ATHLETE, FakeBrain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
TYPES = st.sampled_from(
    [
        "session.update",
        "input_audio_buffer.append",
        "conversation.item.create",
        "conversation.item.truncate",
        "response.create",
        "response.cancel",
    ]
)
FIELDS = st.sampled_from(["session", "audio", "item", "item_id", "audio_end_ms", "response", "event_id"])


def refusal(action: Callable[[], object]) -> ProtocolError | None:
    """The error that the client is told of, if there is one. Anything else that is raised is a bug."""
    try:
        action()
    except ProtocolError as error:
        return error
    return None


@given(st.text() | JSON.map(json.dumps))
def test_any_text_is_an_event_or_a_clear_error(text: str) -> None:
    error = refusal(lambda: parse_event(decode(text)))
    assert error is None or (error.code and len(error.message) > 10)


@given(TYPES, st.dictionaries(FIELDS, JSON, max_size=4))
def test_any_fields_make_an_event_or_a_clear_error(kind: str, fields: dict[str, Any]) -> None:
    error = refusal(lambda: parse_event({"type": kind, **fields}))
    assert error is None or (error.code in ("missing_field", "invalid_value") and error.param)


@given(
    st.dictionaries(
        st.text(max_size=10) | st.sampled_from(["type", "role", "content", "id"]), JSON, max_size=5
    )
)
def test_any_item_is_a_message_or_a_clear_error(item: dict[str, Any]) -> None:
    error = refusal(lambda: parse_user_message(item))
    assert error is None or (error.param and error.param.startswith("item"))


@given(
    st.dictionaries(st.sampled_from(["audio", "output_modalities", "type", "tools", "x"]), JSON, max_size=5)
)
def test_a_session_changes_in_whole_or_not_at_all(update: dict[str, Any]) -> None:
    configuration = Configuration(session_id="s", conversation_id="c", silence_ms=300, voice=True)
    before = configuration.session()
    error = refusal(lambda: configuration.update(update))
    assert error is None or (error.param and configuration.session() == before)


def test_turn_detection_is_set_piece_by_piece() -> None:
    configuration = Configuration(session_id="s", conversation_id="c", silence_ms=300, voice=True)
    vad = {"type": "server_vad", "silence_duration_ms": 700, "interrupt_response": False, "threshold": 0.9}
    configuration.update({"audio": {"input": {"turn_detection": vad}}})
    configuration.update({"audio": {"input": {"turn_detection": {"type": "server_vad"}}}})
    audio = configuration.session().audio
    assert audio is not None
    assert audio.input is not None
    assert audio.input.turn_detection is not None
    told = audio.input.turn_detection.model_dump(exclude_unset=True)
    assert (told["silence_duration_ms"], told["interrupt_response"], told["threshold"]) == (700, False, 0.5)
    configuration.update({"audio": {"input": {"turn_detection": None}}})
    assert not configuration.answers_by_itself


async def test_the_outbox_keeps_order_and_its_bound() -> None:
    outbox = Outbox(limit=500)
    for code in ("one", "two"):
        outbox.send(error_event(code, "message"))
    assert [json.loads(await outbox.next())["error"]["code"]] == ["one"]
    outbox.sent()
    assert json.loads(await outbox.next())["error"]["code"] == "two"
    outbox.sent()
    await asyncio.wait_for(outbox.emptied(), 1)
    assert not outbox.overrun.is_set()
    for _ in range(10):
        outbox.send(error_event("three", "message"))
    assert outbox.overrun.is_set()


async def test_a_client_that_stops_reading_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "FAREWELL_TIMEOUT", 0.1)
    never = asyncio.Event()
    closed: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await never.wait()
        raise AssertionError

    async def send(message: Any) -> None:
        if message["type"] == "websocket.send":
            await never.wait()
        closed.append(message)

    session = await FakeBrain().open(ATHLETE)
    websocket = WebSocket({"type": "websocket", "headers": []}, receive, send)
    connection = Connection(websocket, session, silence_ms=200, max_waiting=20_000)
    running = asyncio.create_task(connection.run())
    await asyncio.sleep(0.3)
    for number in range(200):
        connection.channel.fail("noise", f"event {number} " + "x" * 200)
    await asyncio.wait_for(running, 5)
    assert session.closed


def test_a_bucket_holds_bursts_and_fills_up_again() -> None:
    now = 0.0
    bucket = TokenBucket(rate=10, burst=20, clock=lambda: now)
    bucket.take(20)
    assert not bucket.empty
    bucket.take(1)
    assert bucket.empty
    now = 1.0
    bucket.take(9)
    assert not bucket.empty
    now = 100.0
    bucket.take(21)
    assert bucket.empty


def test_places_are_given_back() -> None:
    admission = Admission(1)
    with admission.place():
        assert not admission.has_room
        with pytest.raises(ServerBusy), admission.place():
            pass
    assert admission.has_room


async def test_nobody_comes_in_while_draining() -> None:
    admission = Admission(5)
    await asyncio.wait_for(admission.drain(10), 1)
    with pytest.raises(ServerBusy, match="restart"), admission.place():
        pass


async def test_who_was_still_coming_in_is_turned_away() -> None:
    class Late:
        async def leave(self, grace: float) -> None:
            raise AssertionError

    admission = Admission(5)
    with admission.place():
        draining = asyncio.create_task(admission.drain(10))
        await asyncio.sleep(0.01)
        with pytest.raises(ServerBusy), admission.connected(Late()):
            pass
        assert not draining.done()
    await asyncio.wait_for(draining, 1)


def test_the_conversation_forgets_the_oldest() -> None:
    conversation = Conversation()
    for number in range(MAX_ITEMS + 10):
        conversation.put(typed_message(f"item_{number}", "hello"))
    assert conversation.find("item_9") is None
    assert conversation.find("item_10") is not None
    assert conversation.last_id == f"item_{MAX_ITEMS + 9}"
    assert len(conversation) == MAX_ITEMS

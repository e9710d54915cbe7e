"""Barge-in: the voice stops, and the history keeps what was heard of it."""

from __future__ import annotations

import asyncio

import pytest

from tests.doors.client import Client
from tests.doors.conftest import Server
from tests.doors.fakes import WORD_SECONDS, Answer, silence, tone

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.alone]

LONG = " ".join(["go"] * 60)
"""Twelve seconds of speech, far more than the client is sent ahead: every word is as long as the next."""


async def listen(client: Client, duration: float) -> None:
    """Keeps the microphone open in a quiet room while a reply plays."""
    await client.say(silence(duration))


async def begin_long_reply(server: Server, client: Client) -> str:
    """Has the coach talk, and returns the item of what it says once it is heard."""
    server.brain.answers["talk"] = Answer(LONG)
    await client.type_text("talk")
    item_id = (await client.until("response.output_audio.delta")).item_id
    assert isinstance(item_id, str)
    return item_id


def history(server: Server) -> list[tuple[str, str]]:
    """What was said, as the coach remembers it."""
    context = server.brain.sessions[0].agent.current_agent.chat_ctx
    return [(one.role, one.text_content or "") for one in context.messages() if one.role != "system"]


async def test_speech_stops_the_voice(server: Server) -> None:
    server.brain.script.append("stop")
    async with server.connect() as client:
        await begin_long_reply(server, client)
        await listen(client, 1.0)
        await client.say(tone(0.8))
        await client.until("input_audio_buffer.speech_started")
        sent = len(client.audio())
        done = await client.until("response.done")
        await client.say(silence(0.6))
        heard = await client.until("conversation.item.input_audio_transcription.completed")
        await client.until("response.done")

    assert done.response.status == "cancelled"
    assert done.response.status_details.reason == "turn_detected"
    reply = done.response.output[0]
    assert reply.status == "incomplete"
    words = reply.content[0].transcript.split()
    assert 5 <= len(words) <= 13  # about 1.4 s, a word every 0.2 s
    assert len(client.audio()) == sent
    assert heard.transcript == "stop"
    assert history(server)[1] == ("assistant", " ".join(words))


async def test_a_cough_does_not_stop_the_voice(server: Server) -> None:
    server.brain.answers["talk"] = Answer(" ".join(LONG.split()[:15]))
    async with server.connect() as client:
        await client.type_text("talk")
        await client.until("response.output_audio.delta")
        await listen(client, 0.4)
        await client.say(tone(0.12))
        await listen(client, 0.5)
        done = await client.until("response.done")
        await asyncio.sleep(0.1)
    assert done.response.status == "completed"
    assert not client.of("input_audio_buffer.speech_started")


async def test_a_noise_without_words_never_leaves_the_session_stuck(server: Server) -> None:
    async with server.connect() as client:
        await begin_long_reply(server, client)
        await listen(client, 0.4)
        await client.utter(tone(0.8))
        cancelled = await client.until("response.done")
        await client.until("conversation.item.input_audio_transcription.failed")
        server.brain.script.append("hello")
        server.brain.answers["hello"] = Answer("Good morning.")
        await client.utter(tone(0.5))
        done = await client.until("response.done")
    assert cancelled.response.status == "cancelled"
    assert done.response.status == "completed"


async def test_the_client_says_what_was_heard(server: Server) -> None:
    server.brain.script.append("stop")
    async with server.connect() as client:
        item_id = await begin_long_reply(server, client)
        await listen(client, 1.0)
        await client.utter(tone(0.6))
        await client.until("response.done")
        await client.connection.conversation.item.truncate(
            item_id=item_id, content_index=0, audio_end_ms=round(1000 * 3 * WORD_SECONDS)
        )
        truncated = await client.until("conversation.item.truncated")
        await client.connection.conversation.item.retrieve(item_id=item_id)
        retrieved = await client.until("conversation.item.retrieved")

    assert truncated.audio_end_ms == 600
    heard = " ".join(LONG.split()[:3])
    assert retrieved.item.content[0].transcript == heard
    assert history(server)[1] == ("assistant", heard)
    assert [text for _, text in server.brain.sessions[0].truncated] == [heard]


async def test_truncating_what_is_playing_stops_it(server: Server) -> None:
    async with server.connect() as client:
        item_id = await begin_long_reply(server, client)
        await asyncio.sleep(1.0)
        await client.connection.conversation.item.truncate(
            item_id=item_id, content_index=0, audio_end_ms=round(1000 * 2 * WORD_SECONDS)
        )
        await client.until("conversation.item.truncated")
        done = await client.until("response.done")
    assert done.response.status == "cancelled"
    assert done.response.status_details.reason == "client_cancelled"
    assert history(server)[1] == ("assistant", " ".join(LONG.split()[:2]))


async def test_a_truncation_beyond_the_audio_is_refused(server: Server) -> None:
    server.brain.answers["hello"] = Answer("Good morning.")
    async with server.connect() as client:
        await client.type_text("hello", "mine-1")
        done = await client.until("response.done")
        item_id = done.response.output[0].id
        await client.connection.conversation.item.truncate(
            item_id=item_id, content_index=0, audio_end_ms=60_000
        )
        assert (await client.until("error")).error.param == "audio_end_ms"
        await client.connection.conversation.item.truncate(item_id="mine-1", content_index=0, audio_end_ms=0)
        assert (await client.until("error")).error.code == "invalid_item"


async def test_a_reply_can_be_cancelled(server: Server) -> None:
    async with server.connect() as client:
        await begin_long_reply(server, client)
        await client.connection.response.cancel()
        done = await client.until("response.done")
        await client.connection.response.cancel()
        error = await client.until("error")
    assert done.response.status_details.reason == "client_cancelled"
    assert error.error.code == "response_cancel_not_active"


async def test_typing_interrupts_the_voice(server: Server) -> None:
    server.brain.answers["hello"] = Answer("Good morning.")
    async with server.connect() as client:
        await begin_long_reply(server, client)
        await client.type_text("hello")
        first = await client.until("response.done")
        second = await client.until("response.done")
    assert first.response.status == "cancelled"
    assert second.response.status == "completed"
    assert second.response.output[0].content[0].transcript.strip() == "Good morning."


async def test_what_a_tool_did_is_told_even_after_an_interruption(server: Server) -> None:
    server.brain.answers["225 for 8"] = Answer("Done.", "log_set", {}, {"ok": True}, seconds=0.5)
    async with server.connect() as client:
        await client.type_text("225 for 8")
        await client.until("response.mcp_call.in_progress")
        await client.connection.response.cancel()
        await client.until("response.mcp_call.completed")
        finished = await client.until("conversation.item.done")
        if not client.of("response.done"):
            await client.until("response.done")
    assert finished.item.type == "mcp_call"
    assert finished.item.output == '{"ok": true}'
    assert client.of("response.done")[0].response.status == "cancelled"


async def test_speech_can_be_kept_from_interrupting(server: Server) -> None:
    server.brain.answers["talk"] = Answer(" ".join(LONG.split()[:12]))
    vad = {"type": "server_vad", "interrupt_response": False}
    async with server.connect() as client:
        await client.send(
            {"type": "session.update", "session": {"audio": {"input": {"turn_detection": vad}}}}
        )
        await client.type_text("talk")
        await client.until("response.output_audio.delta")
        await client.utter(tone(0.8))
        done = await client.until("response.done")
    assert done.response.status == "completed"

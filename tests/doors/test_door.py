"""The door from the outside: the official SDK against a server on loopback, with fakes behind it."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.doors.client import Client
from tests.doors.conftest import Server
from tests.doors.fakes import Answer, silence, tone

SET = {"ok": True, "say": "225 for 8.", "tool": "log_set", "sets": [{"exercise": "Bench Press", "reps": 8}]}
LOG = Answer("225 for 8.", "log_set", {"reps": 8, "weight": 225}, SET)


def order(client: Client, *kinds: str) -> list[str]:
    """The events of these types, in the order they came."""
    return [kind for kind in client.types() if kind in kinds]


async def test_a_typed_set_is_logged_and_answered_in_voice(server: Server) -> None:
    server.brain.answers["225 for 8"] = LOG
    async with server.connect() as client:
        await client.type_text("225 for 8", "mine-1")
        done = await client.until("response.done")

    assert done.response.status == "completed"
    call, reply = done.response.output
    assert (call.type, call.server_label, call.name) == ("mcp_call", "voicefit", "log_set")
    assert json.loads(call.arguments) == {"reps": 8, "weight": 225}
    assert json.loads(call.output) == SET
    assert reply.content[0].transcript.strip() == "225 for 8."
    assert client.audio().startswith(tone(0.2) * 3)
    assert server.brain.sessions[0].said == [("mine-1", "225 for 8")]


async def test_a_response_is_told_in_the_protocols_order(server: Server) -> None:
    server.brain.answers["225 for 8"] = LOG
    async with server.connect() as client:
        await client.type_text("225 for 8")
        done = await client.until("response.done")

    told = [one for one in client.events if one.type.startswith("response.")]
    kinds = list(dict.fromkeys(one.type for one in told))
    deltas = {"response.output_audio.delta", "response.output_audio_transcript.delta"}
    assert [kind for kind in kinds if kind not in deltas] == [
        "response.created",
        "response.output_item.added",
        "response.mcp_call_arguments.delta",
        "response.mcp_call_arguments.done",
        "response.mcp_call.in_progress",
        "response.mcp_call.completed",
        "response.output_item.done",
        "response.content_part.added",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.done",
    ]
    call, reply = done.response.output
    for one in told:
        if hasattr(one, "response_id"):
            assert one.response_id == done.response.id
        if hasattr(one, "item_id"):
            assert one.item_id == (call.id if one.output_index == 0 else reply.id)
    assert len({one.event_id for one in client.events}) == len(client.events)
    for item in (call, reply):
        added = [one for one in client.of("conversation.item.added") if one.item.id == item.id]
        finished = [one for one in client.of("conversation.item.done") if one.item.id == item.id]
        assert (len(added), len(finished)) == (1, 1)


@pytest.mark.slow
@pytest.mark.alone
async def test_speech_becomes_words_and_an_answer(server: Server) -> None:
    server.brain.script.append("225 for 8")
    server.brain.answers["225 for 8"] = LOG
    async with server.connect() as client:
        await client.utter(tone(0.8))
        started = await client.until("input_audio_buffer.speech_started")
        stopped = await client.until("input_audio_buffer.speech_stopped")
        committed = await client.until("input_audio_buffer.committed")
        heard = await client.until("conversation.item.input_audio_transcription.completed")
        done = await client.until("response.done")

    assert started.item_id == stopped.item_id == committed.item_id == heard.item_id
    assert 500 < stopped.audio_end_ms - started.audio_start_ms < 1300
    assert heard.transcript == "225 for 8"
    assert done.response.status == "completed"
    assert [one.type for one in done.response.output] == ["mcp_call", "message"]


@pytest.mark.slow
@pytest.mark.alone
async def test_push_to_talk_answers_on_request(server: Server) -> None:
    server.brain.script.append("225 for 8")
    server.brain.answers["225 for 8"] = LOG
    async with server.connect() as client:
        await client.connection.session.update(
            session={"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        )
        updated = await client.until("session.updated")
        await client.say(tone(0.8))
        await client.connection.input_audio_buffer.commit()
        committed = await client.until("input_audio_buffer.committed")
        await client.connection.response.create()
        heard = await client.until("conversation.item.input_audio_transcription.completed")
        done = await client.until("response.done")

    assert updated.session.audio.input.turn_detection is None
    assert heard.item_id == committed.item_id
    assert heard.transcript == "225 for 8"
    assert done.response.status == "completed"
    assert not client.of("input_audio_buffer.speech_started")


@pytest.mark.slow
@pytest.mark.alone
async def test_push_to_talk_does_not_wait_for_words_that_have_come(server: Server) -> None:
    server.brain.script.append("225 for 8")
    server.brain.answers["225 for 8"] = LOG
    async with server.connect() as client:
        await client.send(
            {"type": "session.update", "session": {"audio": {"input": {"turn_detection": None}}}}
        )
        await client.say(tone(0.4) + silence(1.2))
        await client.connection.input_audio_buffer.commit()
        await client.connection.response.create()
        async with asyncio.timeout(2):
            heard = await client.until("conversation.item.input_audio_transcription.completed")
    assert heard.transcript == "225 for 8"


@pytest.mark.slow
@pytest.mark.alone
async def test_push_to_talk_takes_a_recording_at_once(server: Server) -> None:
    server.brain.script.append("225 for 8")
    async with server.connect() as client:
        await client.send(
            {"type": "session.update", "session": {"audio": {"input": {"turn_detection": None}}}}
        )
        await client.say(tone(3), pace=0)
        await client.connection.input_audio_buffer.commit()
        await client.connection.response.create()
        heard = await client.until("conversation.item.input_audio_transcription.completed")
    assert heard.transcript == "225 for 8"


@pytest.mark.slow
@pytest.mark.alone
async def test_push_to_talk_without_words_ends_cleanly(server: Server) -> None:
    async with server.connect() as client:
        await client.send(
            {"type": "session.update", "session": {"audio": {"input": {"turn_detection": None}}}}
        )
        await client.say(tone(0.4))
        await client.connection.input_audio_buffer.commit()
        await client.connection.response.create()
        failed = await client.until("conversation.item.input_audio_transcription.failed")
        await client.until("response.done")
        await client.type_text("still there?")
        assert (await client.until("response.done")).response.status == "completed"
    assert failed.error.code == "no_speech"


@pytest.mark.slow
@pytest.mark.alone
async def test_an_utterance_without_words_is_told_and_forgotten(server: Server) -> None:
    async with server.connect() as client:
        await client.utter(tone(0.5))
        await client.until("input_audio_buffer.speech_started")
        failed = await client.until("conversation.item.input_audio_transcription.failed")
        server.brain.script.append("hello")
        await client.utter(tone(0.5))
        heard = await client.until("conversation.item.input_audio_transcription.completed")
    assert failed.error.code == "no_speech"
    assert heard.item_id != failed.item_id


async def test_text_can_be_asked_for(server: Server) -> None:
    server.brain.answers["hello"] = Answer("Good morning.")
    async with server.connect() as client:
        await client.connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        await client.type_text("hello")
        written = await client.until("response.output_text.done")
        done = await client.until("response.done")
    assert written.text.strip() == "Good morning."
    assert done.response.output[0].content[0].type == "output_text"
    assert client.audio() == b""


async def test_text_can_be_asked_for_once(server: Server) -> None:
    server.brain.answers["hello"] = Answer("Good morning.")
    async with server.connect() as client:
        await client.send(
            {
                "type": "conversation.item.create",
                "item": {
                    "type": "message",
                    "role": "user",
                    "content": [{"type": "input_text", "text": "hello"}],
                },
            }
        )
        await client.send({"type": "response.create", "response": {"output_modalities": ["text"]}})
        first = await client.until("response.done")
        assert client.audio() == b""
        await client.type_text("hello")
        second = await client.until("response.done")
    assert first.response.output_modalities == ["text"]
    assert second.response.output_modalities == ["audio"]
    assert client.audio()


async def test_a_server_without_a_voice_writes(server: Server) -> None:
    server.brain.voice = False
    server.brain.answers["hello"] = Answer("Good morning.")
    async with server.connect() as client:
        assert client.of("session.created")[0].session.output_modalities == ["text"]
        await client.type_text("hello")
        assert (await client.until("response.output_text.done")).text.strip() == "Good morning."
        await client.send({"type": "session.update", "session": {"output_modalities": ["audio"]}})
        assert (await client.until("error")).error.code == "no_voice"


async def test_a_failed_tool_says_so(server: Server) -> None:
    output = {"ok": False, "say": "That could not be saved."}
    server.brain.answers["225 for 8"] = Answer("That could not be saved.", "log_set", {}, output, failed=True)
    async with server.connect() as client:
        await client.type_text("225 for 8")
        await client.until("response.mcp_call.failed")
        done = await client.until("response.done")
    assert done.response.output[0].error.message == "That could not be saved."
    assert done.response.output[0].error.type == "tool_execution_error"


async def test_a_reply_of_no_words_still_ends(server: Server) -> None:
    async with server.connect() as client:
        await client.type_text("nice")
        done = await client.until("response.done")
    assert (done.response.status, done.response.output) == ("completed", [])


async def test_a_turn_that_cannot_be_taken_fails(server: Server) -> None:
    async with server.connect() as client:
        server.brain.sessions[0].broken = True
        await client.type_text("hello")
        done = await client.until("response.done")
    assert done.response.status == "failed"
    assert done.response.status_details.error.message == "The database is not there."


async def test_a_voice_that_breaks_fails_the_response(server: Server) -> None:
    server.brain.answers["hello"] = Answer("Good morning.")
    async with server.connect() as client:
        tts = server.brain.sessions[0].tts
        assert tts is not None
        tts.broken = True
        await client.type_text("hello")
        done = await client.until("response.done")
    assert done.response.status == "failed"
    assert done.response.status_details.error.message == "The reply could not be spoken."


async def test_the_same_message_again_is_the_same_turn(server: Server) -> None:
    async with server.connect() as client:
        await client.type_text("hello", "mine-1")
        await client.until("response.done")
        await client.type_text("hello", "mine-1")
        await client.until("response.done")
        await client.type_text("something else", "mine-1")
        assert (await client.until("error")).error.code == "item_id_in_use"
    assert server.brain.sessions[0].said == [("mine-1", "hello")] * 2


async def test_items_can_be_read_and_deleted(server: Server) -> None:
    async with server.connect() as client:
        await client.type_text("hello", "mine-1")
        await client.until("response.done")
        await client.connection.conversation.item.retrieve(item_id="mine-1")
        retrieved = await client.until("conversation.item.retrieved")
        await client.connection.conversation.item.delete(item_id="mine-1")
        deleted = await client.until("conversation.item.deleted")
        await client.connection.conversation.item.retrieve(item_id="mine-1")
        assert (await client.until("error")).error.code == "item_not_found"
        context = server.brain.sessions[0].agent.current_agent.chat_ctx
    assert retrieved.item.content[0].text == "hello"
    assert deleted.item_id == "mine-1"
    assert context.get_by_id("mine-1") is None


async def test_the_session_tells_its_tools_and_its_conversation(server: Server) -> None:
    async with server.connect() as client:
        session = client.of("session.created")[0].session
        listed = client.of("conversation.item.done")[0].item
    assert session.model == "voicefit"
    assert session.metadata["conversation_id"] == str(server.brain.sessions[0].conversation_id)
    assert session.tools[0].server_label == "voicefit"
    assert session.tools[0].allowed_tools == ["log_set"]
    assert session.audio.input.turn_detection.silence_duration_ms == 200
    assert listed.type == "mcp_list_tools"
    assert [tool.name for tool in listed.tools] == ["log_set"]


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize(
    "ask", [{"create_response": False}, {"create_response": False, "interrupt_response": False}]
)
async def test_server_vad_can_leave_the_answer_to_the_client(server: Server, ask: dict[str, bool]) -> None:
    server.brain.script.append("hello")
    server.brain.answers["hello"] = Answer("Good morning.")
    vad = {"type": "server_vad", **ask}
    async with server.connect() as client:
        await client.send(
            {"type": "session.update", "session": {"audio": {"input": {"turn_detection": vad}}}}
        )
        await client.utter(tone(0.5))
        await client.until("input_audio_buffer.committed")
        assert not client.of("response.created")
        await client.connection.response.create()
        heard = await client.until("conversation.item.input_audio_transcription.completed")
        done = await client.until("response.done")
    assert heard.transcript == "hello"
    assert done.response.status == "completed"

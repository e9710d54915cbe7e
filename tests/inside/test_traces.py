"""Traces as a collector gets them over the wire, and the figures of the same conversations."""

from __future__ import annotations

import httpx2
import pytest
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from sqlalchemy import select, text

from agent.observing import TURN_ATTRIBUTES
from core.errors import NotConfigured
from core.tracing import open_tracing
from db.models import VoiceCommand
from tests.doors.fakes import silence, tone
from tests.inside.collector import Collector, attributes
from tests.inside.conftest import Inside

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
PERSONAL = ("Zebulon", "quartermain", "bench", "marmalade", "shoulder", "grandmother")
HTTP = {"http.request.method", "http.route", "http.response.status_code"}


async def test_a_spoken_turn_is_one_trace_of_its_parts(inside: Inside, collector: Collector) -> None:
    inside.ears.script.append("bench 225 for 8")
    async with inside.realtime(traceparent=TRACEPARENT) as client:
        await client.utter(tone(0.5))
        await client.until("response.done")
    await inside.ended()
    (turn,) = collector.named("turn")
    assert collector.below(turn) == ["hear", "understand", "do", "speak"]
    (hear,), (do,), (speak,) = (collector.named(name) for name in ("hear", "do", "speak"))
    assert collector.below(hear) == ["speech", "stt", "endpointing"]
    assert collector.below(do) == ["log_set", "commit"]
    assert collector.below(speak) == ["tts", "playout"]
    assert hear.start_time_unix_nano == turn.start_time_unix_nano
    assert hear.end_time_unix_nano <= do.start_time_unix_nano
    assert do.end_time_unix_nano <= speak.end_time_unix_nano <= turn.end_time_unix_nano
    said = attributes(turn)
    assert said["voicefit.door"] == "realtime"
    assert (said["voicefit.outcome"], said["voicefit.route"]) == ("done", "local")
    assert said["voicefit.tools"] == ["log_set"]
    # A conversation is no call: its turns are traces of their own, tied to that of whoever opened it.
    assert turn.trace_id.hex() != TRACE
    assert [link.trace_id.hex() for link in turn.links] == [TRACE]
    async with inside.database.transaction(inside.athlete) as db:
        row = (await db.scalars(select(VoiceCommand))).one()
    assert said["voicefit.turn"] == str(row.id)
    assert row.trace_id == turn.trace_id.hex()
    assert (row.door, row.outcome, row.interrupted) == ("realtime", "done", False)
    assert [one["tool"] for one in row.call_timings or ()] == ["log_set"]
    figures = await inside.figures()
    assert figures['voicefit_turns_total{door="realtime",outcome="done",route="local"}'] == 1
    assert figures['voicefit_tool_calls_total{door="realtime",outcome="done",tool="log_set"}'] == 1
    for stage in ("hear", "endpoint", "understand", "commit", "first_audio", "total"):
        name = f'voicefit_turn_stage_seconds_count{{door="realtime",route="local",stage="{stage}"}}'
        assert figures[name] == 1, stage
    assert figures['voicefit_open_sessions{door="realtime"}'] == 0


async def test_nothing_of_a_person_is_in_a_trace(inside: Inside, collector: Collector) -> None:
    inside.ears.script.extend(["bench 225 for 8", "how is my grandmother marmalade"])
    async with inside.realtime() as client:
        for _ in range(2):
            await client.utter(tone(0.5) + silence(0.2))
            await client.until("conversation.item.input_audio_transcription.completed")
        await client.type_text("Zebulon squats 225 for 5, my shoulder hurts", "zebulon-quartermain-1")
        await client.until("response.done")
    async with inside.http() as client:
        await client.post("/api/coach/ask", json={"question": "what would my grandmother bench, Zebulon?"})
        await client.get("/api/workouts?sort=-started_at")
        await client.get("/api/search/exercises", params={"q": "marmalade"})
        await client.get("/api/nothing/about/quartermain")
    await _assistant(inside)
    await inside.ended()
    assert len(collector.named("turn")) == 4
    wire = collector.text().lower()
    for words in (*PERSONAL, str(inside.athlete), inside.athlete.hex, "127.0.0.1"):
        assert words.lower() not in wire, words
    for span in collector.spans:
        assert set(attributes(span)) <= TURN_ATTRIBUTES | HTTP, span.name
        assert not span.events, span.name


async def _assistant(inside: Inside) -> None:
    async with (
        httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {inside.token()}", "traceparent": TRACEPARENT}
        ) as http,
        streamable_http_client(f"{inside.url}/mcp", http_client=http) as streams,
        ClientSession(streams[0], streams[1]) as session,
    ):
        await session.initialize()
        await session.call_tool("log_set", {"exercise": "bench", "weight": 225, "reps": 8})
        await session.call_tool("marmalade", {})


async def test_an_assistants_call_hangs_below_the_request_that_made_it(
    inside: Inside, collector: Collector
) -> None:
    await _assistant(inside)
    await inside.ended()
    (call,) = collector.named("log_set")
    above = {span.span_id: span for span in collector.spans}[call.parent_span_id]
    assert above.name == "POST /mcp"
    assert call.trace_id.hex() == above.trace_id.hex() == TRACE
    assert attributes(call)["voicefit.outcome"] == "done"
    assert attributes(*collector.named("unknown"))["voicefit.outcome"] == "asked"
    figures = await inside.figures()
    assert figures['voicefit_tool_calls_total{door="mcp",outcome="done",tool="log_set"}'] == 1


async def test_a_question_in_writing_belongs_to_the_callers_trace(
    inside: Inside, collector: Collector
) -> None:
    async with inside.http() as client:
        answer = await client.post(
            "/api/coach/ask", json={"question": "bench 225 for 8"}, headers={"traceparent": TRACEPARENT}
        )
        assert answer.status_code == 200, answer.text
    await inside.ended()
    (turn,) = collector.named("turn")
    request = {span.span_id: span for span in collector.spans}[turn.parent_span_id]
    assert request.name == "POST /api/coach/ask"
    assert request.parent_span_id.hex() == "b7ad6b7169203331"
    assert turn.trace_id.hex() == TRACE
    assert attributes(turn)["voicefit.door"] == "chat"


async def test_a_turn_that_failed_says_by_what_and_no_more(inside: Inside, collector: Collector) -> None:
    async with inside.database.transaction(None) as db:
        await db.execute(text("select set_config('role', 'none', true)"))
    async with inside.realtime() as client:
        await client.type_text("bench 225 for 8")
        await client.until("response.done")
        async with inside.database.transaction(None) as db:  # its writes fail from now on
            await db.execute(text("update users set role = 'athlete' where id = :a"), {"a": inside.athlete})
            await db.execute(text("delete from conversations where user_id = :a"), {"a": inside.athlete})
        await client.type_text("205 for 10")
        await client.until("response.done")
    await inside.ended()
    failed = collector.named("turn")[-1]
    assert attributes(failed)["voicefit.outcome"] == "failed"
    assert attributes(failed)["voicefit.error"] == "IntegrityError"
    assert (failed.status.code, failed.status.message) == (2, "")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_it_is_off_unless_asked_for(environ: dict[str, str]) -> None:
    assert open_tracing(environ) is None


def test_a_protocol_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(NotConfigured, match="http/protobuf"):
        open_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})

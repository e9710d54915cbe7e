"""A session that is stuck is noticed, and goes on or is closed; nothing is claimed that was not committed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from livekit.agents import tts
from sqlalchemy import select

from agent.answers import Answers
from agent.doors.realtime.speaker import PacedSpeaker
from db.models import WorkoutSet
from prompts import phrase
from services import workouts
from tests.doors.client import Client
from tests.doors.fakes import ToneTTS
from tests.inside.collector import Collector, attributes
from tests.inside.conftest import Inside


@pytest.fixture
def changes() -> dict[str, Any]:
    return {"stuck_thinking_seconds": 3.0, "stuck_speaking_seconds": 0.8}


async def sets(inside: Inside) -> list[tuple[float | None, int | None]]:
    async with inside.database.transaction(inside.athlete) as db:
        rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
        return [(row.weight, row.reps) for row in rows]


async def stuck(inside: Inside, state: str, outcome: str) -> float:
    labels = f'door="realtime",outcome="{outcome}",state="{state}"'
    return (await inside.figures()).get(f"voicefit_stuck_sessions_total{{{labels}}}", 0.0)


async def say(client: Client, words: str) -> tuple[str, str]:
    """A typed turn: how its response ended, and what was said."""
    await client.type_text(words)
    done = await client.until("response.done")
    said = [
        part.transcript or "" for one in done.response.output if one.type == "message" for part in one.content
    ]
    return done.response.status, " ".join(said)


async def test_a_turn_that_never_ends_is_given_up(
    inside: Inside, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    async with inside.realtime() as client:
        with monkeypatch.context() as patch:
            patch.setattr(workouts, "log_sets", never)
            assert await say(client, "bench 225 for 8") == ("completed", phrase("went_wrong"))
        assert await sets(inside) == []
        status, said = await say(client, "bench 225 for 8")
        assert (status, said.startswith("225 for 8")) == ("completed", True)
    assert await sets(inside) == [(225, 8)]
    assert await stuck(inside, "thinking", "recovered") == 1
    await inside.ended()
    broken, fine = collector.named("turn")
    assert attributes(broken)["voicefit.error"] == "BrokenOff"
    assert [attributes(one)["voicefit.outcome"] for one in (broken, fine)] == ["failed", "done"]


async def test_a_model_that_never_answers_is_cut_off(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> str:
        await asyncio.Event().wait()
        return ""

    async with inside.realtime() as client:
        with monkeypatch.context() as patch:
            patch.setattr(Answers, "reply", never)
            status, said = await say(client, "bench 225 for 8")
            assert (status, said) == ("cancelled", "")
        assert await sets(inside) == [(225, 8)]
        # What nobody has heard is said with the next reply.
        status, said = await say(client, "205 for 10")
        assert said.startswith("225 for 8")
        assert "205 for 10" in said
    assert await stuck(inside, "thinking", "recovered") == 1


class StuckStream(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        await asyncio.Event().wait()


async def test_a_voice_that_never_sounds_is_cut_off(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck_voice(self: ToneTTS, text: str, *, conn_options: Any) -> tts.ChunkedStream:
        return StuckStream(tts=self, input_text=text, conn_options=conn_options)

    async with inside.realtime() as client:
        with monkeypatch.context() as patch:
            patch.setattr(ToneTTS, "synthesize", stuck_voice)
            status, _ = await say(client, "bench 225 for 8")
            assert status == "cancelled"
        assert (await say(client, "205 for 10"))[0] == "completed"
    assert await sets(inside) == [(225, 8), (205, 10)]
    assert await stuck(inside, "thinking", "recovered") == 1


async def test_a_client_that_never_has_played_it_is_sent_away_and_goes_on(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reply is cut off; the next is stuck again, so it is closed, and another connection goes on."""
    with monkeypatch.context() as patch:
        patch.setattr(PacedSpeaker, "_finish", lambda self: None)
        patch.setattr(PacedSpeaker, "clear_buffer", lambda self: None)
        async with inside.realtime() as client:
            conversation = client.of("session.created")[0].session.metadata["conversation_id"]
            assert (await say(client, "bench 225 for 8"))[0] == "cancelled"
            await client.type_text("205 for 10", "turn-2")
            closed = await client.until_closed()
            assert closed.rcvd is not None
            assert (closed.rcvd.code, "connect again" in closed.rcvd.reason) == (1011, True)
    await inside.ended()
    assert await stuck(inside, "speaking", "recovered") == 1
    closed_in = [await stuck(inside, state, "closed") for state in ("thinking", "speaking")]
    assert sum(closed_in) == 1
    async with inside.realtime(conversation=conversation) as client:
        await client.type_text("205 for 10", "turn-2")
        await client.until("response.done")
        assert (await say(client, "same again"))[0] == "completed"
    assert await sets(inside) == [(225, 8), (205, 10), (205, 10)]


async def test_a_long_answer_is_not_stuck(inside: Inside) -> None:
    """Its sound lasts several times as long as a session may be silent."""
    async with inside.realtime() as client:
        await client.type_text("how should I breathe when I squat?")
        done = await client.until("response.done")
        assert done.response.status == "completed"
        assert len(client.audio()) > 2 * 24_000 * 2
    figures = await inside.figures()
    assert not [name for name in figures if name.startswith("voicefit_stuck_sessions_total")]

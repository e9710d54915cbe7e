"""Speech to row through the websocket door: the official client, real recognition, a real voice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from sqlalchemy import select

from db.models import Message
from eval.microphone import Heard, Microphone
from eval.speaker import Speaker
from tests.e2e.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]

BENCH = "barbell-bench-press"
ANSWER_SECONDS = 20.0


async def say(microphone: Microphone, speaker: Speaker, text: str) -> Heard:
    """Says a sentence and waits for the answer to be over."""
    await microphone.speak(await speaker.say(text))
    await until(microphone, lambda heard: heard.over(time.monotonic()))
    return microphone.heard


async def until(microphone: Microphone, true: Callable[[Heard], bool]) -> None:
    """Is silent until `true` of what was heard. Raises `TimeoutError`."""
    async with asyncio.timeout(ANSWER_SECONDS):
        while not true(microphone.heard):
            await microphone.silence(0.06)


async def test_the_newcomers_four_sentences(server: Server, speaker: Speaker) -> None:
    athlete, token = await server.athlete("newcomer@example.org")
    async with server.microphone(token) as microphone:
        first = await say(microphone, speaker, "Bench press, two twenty five for eight.")
        assert [(call.tool, call.wrote) for call in first.calls] == [("log_set", True)]
        assert first.calls[0].args["weight"] == 225
        assert first.audio_at is not None
        assert first.reply[0].startswith("225 for 8")
        assert await server.sets(athlete) == [(BENCH, 225, 8)]

        assert [c.tool for c in (await say(microphone, speaker, "No, make that ten reps.")).calls] == [
            "correct_set"
        ]
        assert [c.tool for c in (await say(microphone, speaker, "Same again.")).calls] == ["repeat_set"]
        assert await server.sets(athlete) == [(BENCH, 225, 10), (BENCH, 225, 10)]
        assert [c.tool for c in (await say(microphone, speaker, "Scratch that.")).calls] == ["undo_last"]
    assert await server.sets(athlete) == [(BENCH, 225, 10)]


async def test_speaking_over_the_voice_stops_it_and_is_heard(server: Server, speaker: Speaker) -> None:
    athlete, token = await server.athlete("hurried@example.org")
    squat = await speaker.say("Squat, three fifteen for five.")
    async with server.microphone(token) as microphone:
        await microphone.type("bench 135 for 10 then 185 for 8 then 205 for 6 then 225 for 5")
        await until(microphone, lambda heard: heard.audio_at is not None)
        answer = microphone.heard
        await microphone.silence(0.3)
        await microphone.speak(squat, answer)
        assert answer.interrupted
        await until(microphone, lambda heard: len(heard.calls) == 5 and heard.done)
    assert await server.sets(athlete) == [
        (BENCH, 135, 10),
        (BENCH, 185, 8),
        (BENCH, 205, 6),
        (BENCH, 225, 5),
        ("barbell-back-squat", 315, 5),
    ]
    async with server.database() as database, database.transaction(athlete) as db:
        replies = await db.scalars(
            select(Message).where(Message.role == "assistant").order_by(Message.sequence)
        )
        cut = next(iter(replies))
    assert (cut.metadata_ or {})["interrupted"]
    assert "225 for 5" not in cut.content  # it was never heard


async def test_noise_and_silence_write_nothing(server: Server) -> None:
    athlete, token = await server.athlete("quiet@example.org")
    async with server.microphone(token) as microphone:
        await microphone.hum(3.0)
        await microphone.silence(1.5)
        assert microphone.heard.calls == []
    assert await server.sets(athlete) == []


async def test_two_athletes_at_once_stay_apart(server: Server, speaker: Speaker) -> None:
    async def train(email: str, sentence: str) -> list[tuple[str, float | None, int | None]]:
        athlete, token = await server.athlete(email)
        async with server.microphone(token) as microphone:
            await say(microphone, speaker, sentence)
            await say(microphone, speaker, "Same again.")
        return await server.sets(athlete)

    one, two = await asyncio.gather(
        train("one@example.org", "Bench press, two twenty five for eight."),
        train("two@example.org", "Deadlift, four oh five for three."),
    )
    assert one == [(BENCH, 225, 8)] * 2
    assert two == [("conventional-deadlift", 405, 3)] * 2

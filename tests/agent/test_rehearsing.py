"""Replies that are known before the turn: rehearsed on a guess, with nothing done, and said at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest
from livekit import rtc
from livekit.agents import UserInputTranscribedEvent
from sqlalchemy import text

from agent.brain import Brain
from agent.doors.text import TextDoor
from agent.events import TurnBegan
from agent.prepared import LONGEST_CHARACTERS, Prepared
from agent.rehearsing import Guesses, Rehearsing

SAID = (
    "start my workout",
    "bench press, two twenty five for eight",
    "make that nine reps",
    "same again",
    "five pounds more for six",
    "235 for 3 then 185 for 12",
    "scratch that",
    "rest ninety seconds",
    "what plates for 245",
    "log a set",
    "swap it for incline bench",
    "what did I do last time on squats",
    "how am I doing so far",
    "that's it for today",
    "start an easy 5k",
    "pause",
    "resume the run",
)
TABLES = ("tool_calls", "workouts", "workout_sets", "runs", "personal_records", "voice_commands", "messages")


async def rows(brain: Brain, athlete: UUID) -> list[list[str]]:
    async with brain.database.transaction(athlete) as db:
        return [sorted((await db.scalars(text(f"select t::text from {table} t"))).all()) for table in TABLES]


async def test_a_rehearsal_says_what_the_turn_will_and_does_nothing(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        for said in SAID:
            before = await rows(brain, athlete)
            situation = session.turns.situation
            kept, state = situation.kept(), situation.state
            rehearsed = await session.turns.rehearse(said)
            assert await rows(brain, athlete) == before
            assert (situation.kept(), situation.state) == (kept, state)
            reply = (await door.say(said)).reply
            assert rehearsed, said
            assert reply.startswith(rehearsed), said  # news may follow: a record, a badge


@pytest.mark.parametrize(
    "said",
    ["eighty for", "how much protein do I need", "nice", "he just benched three fifteen for five", "blah"],
)
async def test_what_takes_more_to_know_is_not_rehearsed(brain: Brain, athlete: UUID, said: str) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 8")
        assert await (await brain.open(athlete)).turns.rehearse(said) == ""


async def test_while_a_turn_is_under_way_nothing_is_rehearsed(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session):
        turn = session.turns.begin("one", "bench 225 for 8")
        await asyncio.sleep(0)
        assert session.turns.are_under_way
        assert await session.turns.rehearse("same again") == ""
        await turn.done.wait()


async def test_of_several_guesses_the_newest_counts(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    prepared: list[str] = []
    speaks = False
    rehearsing = Rehearsing(session.turns, lambda: speaks, prepared.append)
    async with TextDoor(session):
        rehearsing.guess("bench 225 for 8")
        speaks = True
        for guess in ("bench 225", "bench 225 for 8", "bench 225 for 8 and rest 90 seconds"):
            rehearsing.guess(guess)
            await asyncio.sleep(0)
        await rehearsing.settled()
    assert len(prepared) == 1
    assert prepared[0].startswith("225 for 8")
    assert "1 minute 30" in prepared[0] or "90" in prepared[0]


async def test_a_rehearsal_that_waits_for_the_database_is_broken_off_at_the_end(
    brain: Brain, athlete: UUID
) -> None:
    session = await brain.open(athlete)
    prepared: list[str] = []
    rehearsing = Rehearsing(session.turns, lambda: True, prepared.append)
    async with TextDoor(session):
        async with brain.database.transaction(athlete, alone=True):
            rehearsing.guess("bench 225 for 8")
            await asyncio.sleep(0.1)
            assert session.turns.are_under_way
            async with asyncio.timeout(5):
                await rehearsing.aclose()
        assert prepared == []
        assert not session.turns.are_under_way


class Listener:
    """What a session of livekit-agents tells of what is heard."""

    def __init__(self) -> None:
        self.user_state = "speaking"
        self.listeners: list[Any] = []

    def on(self, event: str, listener: Any) -> None:
        assert event == "user_input_transcribed"
        self.listeners.append(listener)

    def hear(self, words: str, *, final: bool = True) -> None:
        for listener in self.listeners:
            listener(UserInputTranscribedEvent(transcript=words, is_final=final))


def test_a_hosted_recogniser_s_words_are_guesses_until_the_turn_is_about_to_end() -> None:
    agent = Listener()
    guessed: list[str] = []
    guesses = Guesses(agent, guessed.append)  # type: ignore[arg-type]
    agent.hear("bench", final=False)
    agent.hear("bench press")
    agent.hear("225 for 8")
    assert guessed == ["bench press", "bench press 225 for 8"]
    agent.user_state = "listening"
    agent.hear("and rest")
    assert len(guessed) == 2
    guesses.on_event(TurnBegan("one", "bench press 225 for 8"))
    agent.user_state = "speaking"
    agent.hear("same again")
    assert guessed[2:] == ["same again"]


class Voice:
    """Speaks words as frames, as slowly as it is let."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.let = asyncio.Event()
        self.fails = False

    async def speak(self, words: str) -> AsyncGenerator[rtc.AudioFrame]:
        self.texts.append(words)
        for number, _ in enumerate(words.split()):
            if number:
                await self.let.wait()
            if self.fails:
                raise RuntimeError("no voice")
            yield rtc.AudioFrame(bytes(2 * (number + 1)), 24_000, 1, number + 1)


async def lengths(sound: AsyncGenerator[rtc.AudioFrame] | None) -> list[int] | None:
    return None if sound is None else [frame.samples_per_channel async for frame in sound]


async def test_prepared_sound_is_said_as_far_as_it_is_there_and_then_as_it_is_made() -> None:
    voice = Voice()
    prepared = Prepared(voice.speak)
    prepared.begin("225 for 8")
    prepared.begin("225 for 8")
    await asyncio.sleep(0.01)
    sound = prepared.take("225 for 8")
    assert sound is not None
    assert (await anext(sound)).samples_per_channel == 1
    voice.let.set()
    assert await lengths(sound) == [2, 3]
    assert voice.texts == ["225 for 8"]
    assert prepared.take("225 for 8") is None


async def test_what_was_prepared_for_other_words_is_let_go_of() -> None:
    voice = Voice()
    said: list[bool] = []
    prepared = Prepared(voice.speak, said.append)
    prepared.begin("225 for 8")
    await asyncio.sleep(0.01)
    assert prepared.take("225 for 9") is None
    assert said == [False]
    assert prepared.take("225 for 8") is None
    prepared.begin("word " * LONGEST_CHARACTERS)
    await asyncio.sleep(0.01)
    assert voice.texts == ["225 for 8"]


async def test_a_voice_that_failed_is_asked_again_by_whoever_speaks() -> None:
    voice = Voice()
    voice.fails = True
    prepared = Prepared(voice.speak)
    prepared.begin("225 for 8")
    await asyncio.sleep(0.01)
    assert prepared.take("225 for 8") is None
    await prepared.aclose()


async def test_a_sound_that_nobody_wants_any_more_is_not_made() -> None:
    voice = Voice()
    prepared = Prepared(voice.speak)
    prepared.begin("225 for 8")
    await asyncio.sleep(0.01)
    sound = prepared.take("225 for 8")
    assert sound is not None
    await anext(sound)
    await sound.aclose()
    voice.let.set()
    await asyncio.sleep(0.01)
    assert [task for task in asyncio.all_tasks() if "_make" in str(task.get_coro())] == []

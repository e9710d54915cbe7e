"""A conversation in text through the real session, router, tools and database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from livekit.agents import ConversationItemAddedEvent
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from agent.brain import Brain
from agent.doors.text import TextDoor
from db.models import Message, VoiceCommand, WorkoutSet
from prompts import phrase
from services import workouts
from services.conversations import UnknownConversation
from tests.db.fixtures import new_athlete


async def sets(brain: Brain, athlete: UUID) -> list[tuple[float | None, int | None]]:
    async with brain.database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
        return [(row.weight, row.reps) for row in rows]


async def test_the_newcomers_workout(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("bench press, two twenty five for eight")).reply.startswith("225 for 8")
        assert (await door.say("no, make that ten reps")).reply == "Changed to 225 for 10."
        assert (await door.say("same again")).reply == "225 for 10."
        assert await sets(brain, athlete) == [(225, 10), (225, 10)]
        assert (await door.say("scratch that")).reply == "Removed 225 for 10."
    assert await sets(brain, athlete) == [(225, 10)]


async def test_several_sets_in_one_sentence_are_logged_in_order(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say("bench 225 for 8 then 205 for 10")
    assert [call.tool for call in turn.calls] == ["log_set", "log_set"]
    assert await sets(brain, athlete) == [(225, 8), (205, 10)]


async def test_a_question_is_answered_by_the_next_turn(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        asked = await door.say("225 for 5")
        assert asked.reply.endswith("?")
        assert asked.calls == []
        await door.say("squat")
    assert await sets(brain, athlete) == [(225, 5)]


async def test_what_is_not_for_the_agent_gets_no_call(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 8")
        for words in ("one two three four five", "he just benched three fifteen for five", "nice"):
            assert (await door.say(words)).calls == []
    assert await sets(brain, athlete) == [(225, 8)]


async def test_a_turn_is_recorded_with_what_it_touched(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("bench 225 for 8", item_id="turn-1")
    async with brain.database.transaction(athlete) as db:
        command = (await db.scalars(select(VoiceCommand))).one()
        logged = (await db.scalars(select(WorkoutSet))).one()
        messages = list(await db.scalars(select(Message).order_by(Message.sequence)))
    assert command.raw_transcript == "bench 225 for 8"
    assert command.parsed_output is not None
    assert command.parsed_output["calls"][0]["tool"] == "log_set"
    assert command.route == "local"
    assert command.reason
    assert command.confidence is not None
    assert command.workout_set_id == logged.id
    assert command.exercise_id == logged.exercise_id
    assert command.latency_ms is not None
    assert {"router", "committed"} <= set(command.timings or {})
    assert logged.voice_command_id == command.id
    assert logged.voice_transcript == "bench 225 for 8"
    assert (messages[0].role, messages[0].item_id) == ("user", "turn-1")
    assert messages[1].role == "assistant"
    assert (messages[1].metadata_ or {})["reply_to"] == "turn-1"


async def test_a_correction_marks_the_turn_it_corrects(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 8")
        await door.say("no make that ten reps")
    async with brain.database.transaction(athlete) as db:
        command = (await db.scalars(select(VoiceCommand).order_by(VoiceCommand.created_at))).first()
    assert command is not None
    assert (command.was_corrected, command.correction_type) == (True, "reps")


async def test_a_turn_sent_twice_is_one_turn(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        first = await door.say("bench 225 for 8", item_id="turn-1")
        again = await door.say("bench 225 for 8", item_id="turn-1")
    assert again.reply == first.reply
    assert await sets(brain, athlete) == [(225, 8)]


async def test_a_turn_sent_again_after_reconnecting_is_the_same_turn(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("bench 225 for 8", item_id="turn-1")
    resumed = await brain.open(athlete, session.conversation_id)
    assert [item.role for item in resumed.history] == ["user", "assistant"]
    async with TextDoor(resumed) as door:
        await door.say("bench 225 for 8", item_id="turn-1")
        await door.say("same again", item_id="turn-2")
    assert await sets(brain, athlete) == [(225, 8), (225, 8)]


async def test_a_crash_between_turn_and_call_is_made_good_by_the_retry(brain: Brain, athlete: UUID) -> None:
    """The turn was recorded, its first call made, then everything stopped."""
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("bench 225 for 8 then 205 for 10", item_id="turn-1")
    async with brain.database.transaction(None) as db:
        await db.execute(text("delete from messages where role = 'assistant'"))
        await db.execute(text("delete from workout_sets where reps = 10"))
        await db.execute(text("delete from tool_calls where idempotency_key like '%turn-1_1'"))
    async with TextDoor(await brain.open(athlete, session.conversation_id)) as door:
        await door.say("bench 225 for 8 then 205 for 10", item_id="turn-1")
    assert await sets(brain, athlete) == [(225, 8), (205, 10)]


async def test_turns_said_at_once_are_done_in_order(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    await session.start()
    for index, words in enumerate(["bench 225 for 8", "205 for 10", "same again", "no make that twelve"]):
        session.turns.begin(f"turn-{index}", words)
    await session.turns.drain()
    await session.aclose()
    assert await sets(brain, athlete) == [(225, 8), (205, 10), (205, 12)]


async def test_an_interrupted_reply_loses_no_set_and_is_said_later(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("bench 135 for 10")
        session.turns.begin("cut-off", "225 for 8")  # its reply is never generated
        turn = await door.say("205 for 10")
    assert turn.reply == "205 for 10."
    assert await sets(brain, athlete) == [(135, 10), (225, 8), (205, 10)]
    async with brain.database.transaction(athlete) as db:
        spoken = list(await db.scalars(select(Message.content).where(Message.role == "assistant")))
    assert "225 for 8. 205 for 10." in spoken


async def test_closing_waits_for_the_turn_in_hand(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    await session.start()
    session.turns.begin("last", "bench 225 for 8")
    await session.aclose()
    assert await sets(brain, athlete) == [(225, 8)]


async def test_when_nothing_can_be_saved_it_says_so(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 8")

        async def broken(*_: object) -> None:
            raise OperationalError("insert", {}, OSError("connection lost"))

        with monkeypatch.context() as patch:
            patch.setattr(workouts, "log_sets", broken)
            assert (await door.say("205 for 10")).reply == phrase("not_saved")
        assert (await door.say("205 for 10")).reply == "205 for 10."
    assert await sets(brain, athlete) == [(225, 8), (205, 10)]


async def test_another_athletes_conversation_cannot_be_resumed(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    await session.aclose()
    stranger = await new_athlete(brain.database, email="stranger@example.org")
    with pytest.raises(UnknownConversation):
        await brain.open(stranger, session.conversation_id)
    with pytest.raises(UnknownConversation):
        await brain.open(athlete, uuid4())


async def test_two_athletes_at_once_stay_apart(brain: Brain, athlete: UUID) -> None:
    other = await new_athlete(brain.database, email="other@example.org")

    async def train(who: UUID, exercise: str, weight: int) -> None:
        async with TextDoor(await brain.open(who)) as door:
            await door.say(f"{exercise} {weight} for 5")
            for _ in range(3):
                await door.say("same again")

    await asyncio.gather(train(athlete, "bench", 225), train(other, "squat", 315))
    assert await sets(brain, athlete) == [(225, 5)] * 4
    assert await sets(brain, other) == [(315, 5)] * 4


async def test_the_end_of_a_rest_is_said(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session):
        said: list[str] = []
        spoken = asyncio.Event()

        def note(event: ConversationItemAddedEvent) -> None:
            said.append(getattr(event.item, "text_content", "") or "")
            spoken.set()

        session.agent.on("conversation_item_added", note)
        session.set_timer(datetime.now(UTC) + timedelta(milliseconds=50))
        await asyncio.wait_for(spoken.wait(), 5)
        session.set_timer(datetime.now(UTC) + timedelta(milliseconds=50))
        session.alarm.cancel()
        await asyncio.sleep(0.2)
    assert said == [phrase("rest_over")]


async def test_a_running_timer_is_picked_up_again(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("rest ninety seconds")
        assert session.alarm.is_set
    resumed = await brain.open(athlete, session.conversation_id)
    assert resumed.alarm.is_set
    await resumed.aclose()


async def test_a_set_that_is_undone_at_once_leaves_a_whole_record(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    await session.start()
    for index, words in enumerate(["bench 225 for 8", "scratch that", "205 for 10"]):
        session.turns.begin(f"turn-{index}", words)
    await session.settled()
    await session.aclose()
    async with brain.database.transaction(athlete) as db:
        commands = list(await db.scalars(select(VoiceCommand).order_by(VoiceCommand.created_at)))
    assert all(command.timings for command in commands)
    assert commands[2].workout_set_id is not None

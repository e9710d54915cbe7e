"""Records and questions in a conversation: through the router, the tools and the database."""

from __future__ import annotations

from uuid import UUID

import pytest

from agent.brain import Brain
from agent.doors.text import TextDoor
from db.models import PersonalRecord, ToolCall
from tests.tools.lifter import Lifter


@pytest.fixture
async def lifter(brain: Brain, athlete: UUID) -> Lifter:
    lifter = Lifter(brain.database, athlete)
    await lifter.did("barbell-bench-press", (225, 5), (225, 5), days_ago=1)
    return lifter


async def test_a_gym_session_with_questions(brain: Brain, lifter: Lifter) -> None:
    async with TextDoor(await brain.open(lifter.athlete_id)) as door:
        for said, answer in (
            ("what did I bench last time", "225 for 5 yesterday, 2 sets."),
            ("what's my bench PR", "225 for 5 yesterday."),
            ("what plates for 245", "Two 45s and a 10 a side."),
            ("bench 235 for 5", "235 for 5, barbell bench press. That's a PR."),
            ("same again", "235 for 5."),
            ("what's my estimated max on this", "274, going by 235 for 5 today."),
            ("how am I doing so far", "2 sets, 1 exercise, 2350 pounds in 1 minute."),
            ("no, make that three reps", "Changed to 235 for 3."),
            ("scratch that", "Took the change back."),
            ("what's on for today", "Nothing is planned for today."),
        ):
            # A badge may be told of after it.
            assert (await door.say(said)).reply.startswith(answer), said


async def test_taking_the_set_back_takes_the_record_back(brain: Brain, lifter: Lifter) -> None:
    async with TextDoor(await brain.open(lifter.athlete_id)) as door:
        await door.say("bench 235 for 5")
        await door.say("scratch that")
        assert (await door.say("what's my bench PR")).reply.startswith("225 for 5 yesterday.")
        again = await door.say("bench 235 for 5")
    assert "That's a PR." in again.reply
    assert {row.value for row in await lifter.rows(PersonalRecord) if row.pr_type == "1rm"} == {235}


async def test_a_question_is_no_row_of_the_ledger(brain: Brain, lifter: Lifter) -> None:
    before = len(await lifter.rows(ToolCall))
    async with TextDoor(await brain.open(lifter.athlete_id)) as door:
        turn = await door.say("what's my bench PR")
    assert [call.tool for call in turn.calls] == ["get_personal_records"]
    assert turn.outputs[0]["records"][0]["exercise"] == "Barbell Bench Press"
    assert len(await lifter.rows(ToolCall)) == before

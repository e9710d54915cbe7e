"""Questions about training in conversation."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select

from agent.brain import Brain
from agent.doors.text import TextDoor
from db.models import VoiceCommand, WorkoutSet
from db.session import Database
from services.coach import DONT_KNOW


@pytest.fixture
def database(indexed: Database) -> Database:
    """A database whose search indexes are up to date."""
    return indexed


async def test_a_question_between_sets_is_answered_and_changes_nothing(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench press 225 for 8")
        answered = await door.say("how much protein do I need a day")
        assert [call.tool for call in answered.calls] == ["search_knowledge"]
        assert "gram" in answered.reply
        assert " Per " in answered.reply
        await door.say("same again")
    async with brain.database.transaction(athlete) as db:
        assert await db.scalar(select(func.count()).select_from(WorkoutSet)) == 2
        assert await db.scalar(select(func.count()).select_from(VoiceCommand)) == 3


async def test_a_cry_for_help_is_answered_at_once(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert "emergency services" in (await door.say("my chest feels really tight")).reply


async def test_what_nothing_is_written_about_is_not_made_up(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        answered = await door.say("how many calories does my cat need")
        assert [call.tool for call in answered.calls] == ["search_knowledge"]
        assert answered.reply == DONT_KNOW


async def test_talk_with_others_is_not_answered(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        for said in ("do you eat before you train man", "she asked me how much protein he should eat"):
            assert not (await door.say(said)).calls

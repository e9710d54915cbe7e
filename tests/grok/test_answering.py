"""What the grammar hands over, answered by a scripted model over the wire."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from agent.brain import Brain
from agent.doors.text import TextDoor
from db.models import Message, VoiceCommand, WorkoutSet
from prompts import phrase
from tests.grok.provider import Answer, Provider

HARD = "hey so the flat bench was two twenty five and eight came off it"
"""A set that the grammar does not explain to the last word."""
TALK = "tell me something nice about my training"


async def sets(brain: Brain, athlete: UUID) -> list[tuple[float | None, int | None]]:
    async with brain.database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
        return [(row.weight, row.reps) for row in rows]


def log(reps: int = 8, weight: float = 225, exercise: str = "flat bench") -> tuple[str, dict[str, object]]:
    return "log_set", {"exercise": exercise, "reps": reps, "weight": weight}


async def test_words_of_the_model_are_the_reply(brain: Brain, athlete: UUID, provider: Provider) -> None:
    provider.will(Answer("Good to hear.", piece=3))
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(TALK)).reply == "Good to hear."
    async with brain.database.transaction(athlete) as db:
        command = (await db.scalars(select(VoiceCommand))).one()
        reply = (await db.scalars(select(Message).where(Message.role == "assistant"))).one()
    assert (command.route, command.model_used) == ("model", "grok-4.20-non-reasoning")
    assert reply.content == "Good to hear."
    assert (reply.metadata_ or {})["usage"]["cached_tokens"] == 800
    assert (reply.metadata_ or {})["prompts"]["coach"] >= 1


async def test_a_set_that_was_said_is_logged_and_told_by_the_tool(
    brain: Brain, athlete: UUID, provider: Provider
) -> None:
    provider.will(Answer(calls=[log()], piece=1), Answer("[silent]"))
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say(HARD)
    assert turn.reply.startswith("225 for 8")
    assert [call.tool for call in turn.calls] == ["log_set"]
    assert await sets(brain, athlete) == [(225, 8)]
    assert provider.requests[1].outputs[0]["ok"] is True


async def test_what_the_tool_has_told_is_not_told_again(
    brain: Brain, athlete: UUID, provider: Provider
) -> None:
    provider.will(Answer(calls=[log()]), Answer("225 for 8. Logged. That's heavy for a Monday."))
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say(HARD)
    assert turn.reply == "225 for 8, barbell bench press. That's heavy for a Monday."


async def test_nothing_is_said_to_what_was_not_for_us(
    brain: Brain, athlete: UUID, provider: Provider
) -> None:
    for words in ("[silent]", "[silent] I'll keep quiet."):
        provider.will(Answer(words, piece=4))
        async with TextDoor(await brain.open(athlete)) as door:
            assert (await door.say("sorry mate are those twenties free")).reply == ""


async def test_what_the_grammar_understands_never_gets_there(
    brain: Brain, athlete: UUID, provider: Provider
) -> None:
    provider.will(Answer("Never."))
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("bench 225 for 8")).reply.startswith("225 for 8")
    assert provider.requests == []


async def test_without_a_key_nobody_is_asked(brain: Brain, athlete: UUID) -> None:
    alone = Brain(brain.database, brain.settings.model_copy(update={"xai_api_key": None}), speech=None)
    async with TextDoor(await alone.open(athlete)) as door:
        assert (await door.say(TALK)).reply == phrase("not_understood")

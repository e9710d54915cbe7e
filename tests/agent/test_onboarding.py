"""Being set up in a conversation: one thing at a time, and never in the way."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from agent.brain import Brain
from agent.doors.text import TextDoor, TypedTurn
from db.models import InjuryLog, User, UserOnboarding, UserProfile, WorkoutSet


async def profile(brain: Brain, athlete: UUID) -> UserProfile:
    async with brain.database.transaction(athlete) as db:
        return await db.get_one(UserProfile, athlete)


async def onboarding(brain: Brain, athlete: UUID) -> UserOnboarding | None:
    async with brain.database.transaction(athlete) as db:
        return await db.get(UserOnboarding, athlete)


async def name_of(brain: Brain, athlete: UUID) -> str | None:
    async with brain.database.transaction(athlete) as db:
        return (await db.get_one(User, athlete)).name


async def say(door: TextDoor, *words: str) -> list[str]:
    return [(await door.say(one)).reply for one in words]


async def test_a_whole_setup(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        replies = await say(
            door,
            "set me up",
            "call me José",
            "kilos",
            "kilometers",
            "I've been lifting for two years",
            "eighty two kilos",
            "get stronger and lose some weight",
            "dumbbells and a bench",
            "I train four days a week",
            "Monday, Tuesday, Thursday and Friday",
            "my left knee",
        )
    assert replies == [
        "What should I call you?",
        "Hi José. Pounds or kilos?",
        "Kilos. Miles or kilometers?",
        "Kilometers. How long have you been training?",
        "Intermediate. What do you weigh?",
        "82 kilos. What do you train for?",
        "Strength and fat loss. What do you have to train with?",
        "Dumbbell. How many days a week do you train?",
        "4 days a week. On which days?",
        "4 days. Does anything hurt?",
        "I'll mind your left knee. You're all set.",
    ]
    row = await profile(brain, athlete)
    assert (row.preferred_unit, row.distance_unit, row.experience_level) == ("kg", "km", "intermediate")
    assert (row.weight_kg, row.goals, row.equipment) == (82, ["strength", "fat_loss"], ["dumbbell"])
    assert (row.weekly_goal, row.training_days) == (4, [1, 2, 4, 5])
    assert await name_of(brain, athlete) == "José"
    done = await onboarding(brain, athlete)
    assert done is not None
    assert done.is_complete
    assert done.completed_at is not None
    async with brain.database.transaction(athlete) as db:
        injury = (await db.scalars(select(InjuryLog))).one()
    assert (injury.body_part, injury.side, injury.is_active) == ("knee", "left", True)


async def test_a_newcomer_who_says_hello_is_asked(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("hello")).reply == "What should I call you?"
        assert (await door.say("Sam")).reply.startswith("Hi Sam.")


async def test_who_has_trained_or_was_set_up_is_not(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 8")
        assert (await door.say("hello")).calls == []
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("hello")).calls == []


async def test_a_command_is_done_at_once_and_the_setup_goes_on_when_asked(
    brain: Brain, athlete: UUID
) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await say(door, "set me up", "Sam", "kilos")
        assert (await door.say("bench 100 for 8")).reply == "100 for 8, barbell bench press."
        assert (await door.say("same again")).reply == "100 for 8."
        assert (await door.say("continue the setup")).reply == "Pounds or kilos?"
        assert (await door.say("kilos and miles")).reply.endswith("How long have you been training?")
    async with brain.database.transaction(athlete) as db:
        assert list(await db.scalars(select(WorkoutSet.weight_unit))) == ["kg", "kg"]


async def test_it_goes_on_in_another_conversation(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await say(door, "set me up", "Sam", "pounds and miles")
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("set me up")).reply == "How long have you been training?"


async def test_skip_back_and_later(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        replies = await say(door, "set me up", "skip", "skip", "go back", "back", "later", "set me up")
    assert replies == [
        "What should I call you?",
        "Pounds or kilos?",
        "Miles or kilometers?",
        "Pounds or kilos?",
        "What should I call you?",
        "Okay, later. Say set me up to go on.",
        "What should I call you?",
    ]
    assert await name_of(brain, athlete) is None


async def test_all_of_it_skipped_is_done_too(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        replies = await say(door, "set me up", *["skip"] * 10)
    assert replies[-1] == "You're all set."
    done = await onboarding(brain, athlete)
    assert done is not None
    assert (done.is_complete, done.steps_completed) == (True, ["done"])


async def test_what_was_answered_can_be_scratched(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await say(door, "set me up", "Sam", "kilos", "scratch that")
        assert (await profile(brain, athlete)).preferred_unit == "lbs"
        row = await onboarding(brain, athlete)
        assert row is not None
        assert (row.current_step, row.steps_completed) == ("units", ["welcome"])
        await door.say("scratch that")
        assert await name_of(brain, athlete) is None
        assert (await door.say("set me up")).reply == "What should I call you?"


async def test_injuries_and_schedules_can_be_scratched(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await say(door, "set me up", *["skip"] * 7, "Monday to Thursday", "my back")
        async with brain.database.transaction(athlete) as db:
            assert len(list(await db.scalars(select(InjuryLog)))) == 1
        await say(door, "scratch that", "scratch that")
    row = await profile(brain, athlete)
    assert (row.weekly_goal, row.training_days) == (None, [])
    async with brain.database.transaction(athlete) as db:
        assert list(await db.scalars(select(InjuryLog))) == []
    done = await onboarding(brain, athlete)
    assert done is not None
    assert not done.is_complete


@pytest.mark.parametrize("words", ["mumble mumble", "I had a sandwich for lunch"])
async def test_what_is_no_answer_is_asked_once_more(brain: Brain, athlete: UUID, words: str) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await say(door, "set me up", "Sam")
        assert (await door.say(words)).reply == "Sorry. Pounds, or kilos?"
        assert (await door.say("kilos")).reply == "Kilos. Miles or kilometers?"


async def test_talk_around_it_leaves_the_question_waiting(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await say(door, "set me up", "Sam", "nice", "he just benched three fifteen for five")
        assert (await door.say("kilos")).reply == "Kilos. Miles or kilometers?"


async def test_units_and_goals_change_at_any_time(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        replies = await say(door, "use kilos", "set my weekly goal to five", "bench 100 for 8")
    assert replies[:2] == ["Kilos.", "5 days a week."]
    async with brain.database.transaction(athlete) as db:
        assert await db.scalar(select(WorkoutSet.weight_unit)) == "kg"
    assert (await profile(brain, athlete)).weekly_goal == 5


async def test_a_turn_sent_again_answers_once(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await say(door, "set me up", "Sam")
        first: TypedTurn = await door.say("kilos", item_id="turn-3")
        again = await door.say("kilos", item_id="turn-3")
    assert again.reply == first.reply
    row = await onboarding(brain, athlete)
    assert row is not None
    assert row.current_step == "units"

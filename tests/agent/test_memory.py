"""What a conversation remembers: suggestions on offer and cues told, also on another server."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.settings import Settings
from db.models import Message, VoiceCommand, Workout, WorkoutSet
from services import workouts
from services.exercises.catalogue import packaged_catalogue

OFFER = "my shoulder hurts, what can I do instead of overhead press"


async def open_exercise(brain: Brain, athlete: UUID) -> str | None:
    async with brain.database.transaction(athlete) as db:
        workout = await workouts.current_workout(db, athlete)
    return workout.exercise if workout else None


async def offered(door: TextDoor) -> list[str]:
    """The slugs that are suggested instead of the overhead press."""
    turn = await door.say(OFFER)
    (output,) = turn.outputs
    return [one["slug"] for one in output["suggestions"]]


@pytest.mark.parametrize(
    ("say", "place"), [("go with the second one", 1), ("the last one", 2), ("option one please", 0)]
)
async def test_a_suggestion_is_taken_by_its_place(brain: Brain, athlete: UUID, say: str, place: int) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        slugs = await offered(door)
        turn = await door.say(say)
    assert [call.tool for call in turn.calls] == ["swap_exercise"]
    assert await open_exercise(brain, athlete) == slugs[place]
    async with brain.database.transaction(athlete) as db:
        assert (await db.scalars(select(Workout.swaps))).one() == {"overhead-press": slugs[place]}


@pytest.mark.parametrize(
    "say", ["let's do the landmine press", "I'll do lateral raises", "landmine press sounds good"]
)
async def test_a_suggestion_is_taken_by_its_name_or_refused_for_another(
    brain: Brain, athlete: UUID, say: str
) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert "landmine-press" in await offered(door)
        await door.say(say)
    assert await open_exercise(brain, athlete) in ("landmine-press", "lateral-raise")


async def test_then_sets_are_of_it(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("overhead press ninety five for six")
        await door.say("my shoulder hurts, what else could I do")
        await door.say("go with the first one")
        await door.say("forty for ten")
    async with brain.database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet.exercise_id).order_by(WorkoutSet.sequence))
        slugs = [packaged_catalogue().by_id[one].slug for one in rows]
    assert slugs == ["overhead-press", "landmine-press"]


@pytest.mark.parametrize(
    "between",
    [
        ("go with the second one",),
        ("squat 135 for 5",),
        ("bench 95 for 8", "that's it for today"),
    ],
    ids=["taken", "moved on", "finished"],
)
async def test_suggestions_are_gone_once_they_are_taken_or_passed_over(
    brain: Brain, athlete: UUID, between: tuple[str, ...]
) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await offered(door)
        for say in between:
            await door.say(say)
        before = await open_exercise(brain, athlete)
        turn = await door.say("the first one")
    assert turn.calls == []
    assert await open_exercise(brain, athlete) == before


async def test_suggestions_end_with_a_workout_that_is_finished_elsewhere(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("overhead press 95 for 6")
        await offered(door)
        async with brain.database.transaction(athlete) as db:
            (await db.scalars(select(Workout))).one().status = "completed"
        turn = await door.say("go with the second one")
    assert turn.calls == []
    assert turn.reply.endswith("?")


async def test_talk_in_between_does_not_take_suggestions_away(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        slugs = await offered(door)
        await door.say("hmm let me think")
        await door.say("how do I do a landmine press")
        await door.say("overhead press 95 for 6")
        await door.say("the second one")
    assert await open_exercise(brain, athlete) == slugs[1]


async def test_another_server_knows_what_was_offered(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        slugs = await offered(door)
        await door.say("hmm let me think")
    other = Brain(brain.database, Settings(), speech=None)
    async with TextDoor(await other.open(athlete, session.conversation_id)) as door:
        await door.say("go with the second one")
    assert await open_exercise(brain, athlete) == slugs[1]
    async with TextDoor(await other.open(athlete, session.conversation_id)) as door:
        assert (await door.say("the first one")).calls == []


async def test_another_conversation_does_not(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await offered(door)
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("the second one")).calls == []


async def test_cues_go_on_where_they_were_also_on_another_server(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("squat 135 for 5")
        first = (await door.say("give me a cue")).reply
        second = (await door.say("give me a cue")).reply
    async with TextDoor(await brain.open(athlete, session.conversation_id)) as door:
        third = (await door.say("give me a cue")).reply
    async with TextDoor(await brain.open(athlete)) as door:
        anew = (await door.say("give me a cue")).reply
    assert len({first, second, third}) == 3
    assert anew == first


async def test_what_is_remembered_is_kept_only_with_replies_that_change_it(
    brain: Brain, athlete: UUID
) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 135 for 5")
        await offered(door)
        await door.say("same again")
    async with brain.database.transaction(athlete) as db:
        rows = await db.scalars(
            select(Message.metadata_).where(Message.role == "assistant").order_by(Message.sequence)
        )
        assert ["memory" in (row or {}) for row in rows] == [False, True, True]


async def test_an_injury_that_is_logged_is_known_to_the_next_question(brain: Brain, athlete: UUID) -> None:
    from db.models import InjuryLog

    async with TextDoor(await brain.open(athlete)) as door:
        async with brain.database.transaction(athlete) as db:
            db.add(InjuryLog(user_id=athlete, body_part="wrist", severity="minor"))
        turn = await door.say("what can I do instead of squats")
        assert turn.calls[0].arguments["reason"] == "preference"
        turn = await door.say("what can I do instead of bench")
    assert turn.calls[0].arguments["body_part"] == "wrist"


async def sets_of(brain: Brain, athlete: UUID) -> list[tuple[str, int | None, float | None]]:
    async with brain.database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
        by_id = packaged_catalogue().by_id
        return [(by_id[one.exercise_id].slug, one.reps, one.weight) for one in rows]


@pytest.mark.parametrize(
    ("say", "answer", "logged"),
    [
        ("bench press 225", "eight reps", ("barbell-bench-press", 8, 225)),
        ("225 for 8", "bench press", ("barbell-bench-press", 8, 225)),
    ],
)
async def test_a_question_is_answered_after_the_connection_was_lost(
    brain: Brain, athlete: UUID, say: str, answer: str, logged: tuple[str, int, float]
) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        assert (await door.say(say)).reply.endswith("?")
    async with TextDoor(await brain.open(athlete, session.conversation_id)) as door:
        await door.say(answer)
        assert await sets_of(brain, athlete) == [logged]
    async with TextDoor(await brain.open(athlete, session.conversation_id)) as door:
        await door.say(answer)
    assert await sets_of(brain, athlete) == [logged], "an answered question is open no more"


async def test_a_question_of_the_setup_is_answered_after_the_connection_was_lost(
    brain: Brain, athlete: UUID
) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        assert (await door.say("hello")).reply == "What should I call you?"
    async with TextDoor(await brain.open(athlete, session.conversation_id)) as door:
        assert (await door.say("Sam")).reply.startswith("Hi Sam.")


async def test_a_question_is_not_open_for_ever(brain: Brain, athlete: UUID) -> None:
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("bench press 225")
    async with brain.database.transaction(athlete) as db:
        await db.execute(update(VoiceCommand).values(created_at=func.now() - timedelta(minutes=11)))
    async with TextDoor(await brain.open(athlete, session.conversation_id)) as door:
        await door.say("eight")
    assert await sets_of(brain, athlete) == []

"""Conversations about runs that are put right, thrown away, brought back, and asked about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from agent.brain import Brain
from agent.doors.text import TextDoor
from db.models import Run, UserProfile


async def runs(brain: Brain, athlete: UUID) -> list[Any]:
    async with brain.database.transaction(athlete) as db:
        return list(await db.scalars(select(Run).order_by(Run.created_at)))


async def test_a_run_is_put_right_and_deleted_and_brought_back(brain: Brain, athlete: UUID) -> None:
    async with brain.database.transaction(athlete) as db:
        await db.execute(update(UserProfile).values(distance_unit="km"))
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say("I ran ten k in 50 minutes")
        assert (await door.say("no it was eleven k")).reply.startswith(
            "Changed to 11 kilometers in 50 minutes"
        )
        await door.say("make that 52 minutes")
    # The conversation goes on elsewhere and knows what it is about.
    async with TextDoor(await brain.open(athlete, session.conversation_id)) as door:
        assert (await door.say("it took 53")).reply.startswith("Changed to 11 kilometers in 53 minutes")
        assert (await door.say("delete that run")).reply.startswith("Deleted 11 kilometers in 53 minutes")
        assert await runs(brain, athlete) == []
        assert (await door.say("undo that")).reply == "Brought the run back."
        (run,) = await runs(brain, athlete)
        assert (run.distance_meters, run.duration_seconds) == (11_000, 3180)
        # After a set a correction is of the set.
        await door.say("bench 100 for five")
        await door.say("no, make that six")
        assert (await runs(brain, athlete))[0].distance_meters == 11_000


async def test_questions_of_the_agents_own_are_answered_plainly(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("pause the run")).reply == "No run is on. Shall I start one?"
        assert (await door.say("no")).reply == "Okay."
        assert (await door.say("yes")).outputs == []
        await door.say("pause the run")
        assert (await door.say("yes")).reply == "Run started."
        assert (await door.say("start an easy run")).reply == "A run is on already. Shall I finish it?"
        assert (await door.say("yes please")).reply.startswith("Done. ")
        assert [run.status for run in await runs(brain, athlete)] == ["completed"]
        # A question is answered at once, or not at all.
        assert (await door.say("finish the run")).reply == "No run is on. Shall I start one?"
        await door.say("what time is it")
        assert (await door.say("yes")).outputs == []


async def test_what_was_run_is_thrown_away_after_a_yes(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("start a run")
        async with brain.database.transaction(athlete) as db:
            (run,) = await db.scalars(select(Run))
            run.start_time = run.start_time.replace(year=run.start_time.year - 1)
        assert (await door.say("forget this run, I'm not doing it")).reply.endswith(" of a run?")
        assert (await door.say("no")).reply == "Okay."
        assert [run.status for run in await runs(brain, athlete)] == ["active"]
        await door.say("scrap the run")
        assert (await door.say("yes")).reply == "Run cancelled, nothing saved."
        assert await runs(brain, athlete) == []
        assert (await door.say("undo that")).reply == "The run goes on."
        assert [run.status for run in await runs(brain, athlete)] == ["active"]

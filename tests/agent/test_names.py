"""Athletes' own names in conversation: given, undone, learned from corrections, and nobody else's."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from agent.brain import Brain
from agent.doors.text import TextDoor
from db.models import ExerciseName, WorkoutSet
from services.exercises.catalogue import packaged_catalogue
from tests.db.fixtures import new_athlete

GIVEN = "when I say press I mean overhead press"


async def slugs(brain: Brain, athlete: UUID) -> list[str]:
    """The exercises of the athlete's sets, in the order of logging."""
    async with brain.database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet.exercise_id).order_by(WorkoutSet.sequence))
        return [packaged_catalogue().by_id[one].slug for one in rows]


async def kept(brain: Brain, athlete: UUID) -> list[tuple[str, str]]:
    """The athlete's names and how they were learned."""
    async with brain.database.transaction(athlete) as db:
        rows = await db.scalars(select(ExerciseName).order_by(ExerciseName.words))
        return [(row.words, row.source) for row in rows]


async def test_a_name_is_understood_from_the_next_sentence_on(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("press 95 for 8")).reply.endswith("?")
        assert (await door.say(GIVEN)).reply == "Okay, press is overhead press from now on."
        await door.say("press 95 for 8")
    assert await slugs(brain, athlete) == ["overhead-press"]
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("press 95 for 7")
    assert await slugs(brain, athlete) == ["overhead-press"] * 2


async def test_a_name_is_nobody_elses(brain: Brain, athlete: UUID) -> None:
    other = await new_athlete(brain.database)
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say(GIVEN)
    async with TextDoor(await brain.open(other)) as door:
        assert (await door.say("press 95 for 8")).reply.endswith("?")
    assert await slugs(brain, other) == []


async def test_a_name_is_taken_back(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say(GIVEN)
        assert (await door.say("scratch that")).reply == "Took the name back."
        assert (await door.say("press 95 for 8")).reply.endswith("?")
    assert await kept(brain, athlete) == []


@pytest.mark.parametrize("say", ["when I say go I mean squats", "when I say same again I mean squats"])
async def test_words_of_every_sentence_are_no_names(brain: Brain, athlete: UUID, say: str) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(say)).reply.endswith("?")
    assert await kept(brain, athlete) == []


async def correct(door: TextDoor, said: str, meant: str) -> str:
    """Logs `said` and corrects its exercise to `meant`; returns the reply to that."""
    await door.say(f"{said} 95 for 8")
    return (await door.say(f"no, that was {meant}")).reply


async def test_the_same_correction_twice_is_learned(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        first = await correct(door, "rows", "seated cable rows")
        assert "from now on" not in first
        assert await kept(brain, athlete) == []
        second = await correct(door, "rows", "seated cable rows")
        assert second.endswith("I'll take 'rows' for that from now on.")
        await door.say("rows 100 for 8")
    assert await kept(brain, athlete) == [("rows", "corrected")]
    assert await slugs(brain, athlete) == ["seated-cable-row"] * 3


async def test_what_was_learned_goes_with_its_correction(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        for _ in range(2):
            await correct(door, "rows", "seated cable rows")
        await door.say("scratch that")
        await door.say("rows 100 for 8")
    assert await kept(brain, athlete) == []
    assert await slugs(brain, athlete) == ["seated-cable-row", "barbell-row", "barbell-row"]


async def test_different_corrections_teach_nothing(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await correct(door, "rows", "seated cable rows")
        await correct(door, "rows", "pendlay rows")
        await correct(door, "pull downs", "seated cable rows")
    assert await kept(brain, athlete) == []


async def test_the_name_of_an_exercise_stays_its_own(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        for _ in range(2):
            await correct(door, "barbell row", "seated cable rows")
    assert await kept(brain, athlete) == []

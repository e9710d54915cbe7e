"""Scenarios out of corrections: only with consent, nothing personal, and they load and say what was meant."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.settings import Settings
from db.models import User, UserProfile
from db.session import Database
from eval.harvest import harvest, personal
from eval.loading import load_scenarios
from eval.scenario import Scenario
from tests.db.fixtures import new_athlete


async def talk(database: Database, athlete: UUID, *said: str) -> None:
    session = await Brain(database, Settings(), speech=None).open(athlete)
    async with TextDoor(session) as door:
        for words in said:
            await door.say(words)


async def lifter(database: Database, *, shares: bool, name: str | None = None) -> UUID:
    athlete = await new_athlete(database)
    async with database.transaction(None) as db:
        await db.execute(
            update(UserProfile).where(UserProfile.user_id == athlete).values(share_corrections=shares)
        )
        await db.execute(update(User).where(User.id == athlete).values(name=name))
    return athlete


async def test_what_was_corrected_becomes_a_scenario(database: Database, tmp_path: Path) -> None:
    athlete = await lifter(database, shares=True)
    await talk(database, athlete, "bench press 225 for 8", "230 for 6", "no make that 7 reps", "nice")
    found = await harvest(database)
    (scenario,) = found.scenarios
    assert [turn.say for turn in scenario.turns] == ["230 for 6"]
    (call,) = scenario.turns[0].calls
    assert (call.tool, call.args["weight"], call.args["reps"]) == ("log_set", 230, 7)
    assert scenario.given.workout is not None
    assert [(row.exercise, row.reps) for row in scenario.given.workout.sets] == [("Barbell Bench Press", 8)]
    (tmp_path / "new.jsonl").write_text(found.lines(), encoding="utf-8")
    (loaded,) = load_scenarios([tmp_path / "new.jsonl"])
    assert isinstance(loaded, Scenario)
    assert str(athlete) not in found.lines()


async def test_without_consent_nothing_is_taken_and_the_same_is_taken_once(database: Database) -> None:
    said = ("bench press 225 for 8", "make that 9")
    await talk(database, await lifter(database, shares=False), *said)
    assert (await harvest(database)).scenarios == []
    for _ in range(2):
        await talk(database, await lifter(database, shares=True), *said)
    found = await harvest(database)
    assert len(found.scenarios) == 1
    assert found.left_out == {"it was there already": 1}


@pytest.mark.parametrize(
    ("say", "reason"),
    [
        ("bench press two twenty five for eight", None),
        ("squat 315 for 5 at rpe 9", None),
        ("bench with Kowalczyk 225 for 8", "it has a word that we do not know"),
        ("arnold press 50 for 8", None),
        ("bench 225 for 8 call 5550199", "it has a long number"),
        ("bench 225 for 8 my number is 555 0199", "it has a long number"),
        ("225 for 8 call five five five zero one nine nine", "it has a long number"),
        ("Grace did bench 225 for 8", "it has a word of the athlete's name"),
        ("bench 225 for 8 hopper", "it has a word of the athlete's name"),
    ],
)
def test_what_may_be_personal_is_left_out_whole(say: str, reason: str | None) -> None:
    assert personal(say, "Grace", "g.hopper@example.com") == reason


@pytest.mark.parametrize(
    "say",
    [
        "bench press 225 for 8 with Rose",
        "my wife Joy did squats 135 for 5",
        "coach Hill said bench 225 for 8",
        "Jack did burpees",
        "Arnold press 50 for 8 with Arnold",
        "Smith machine bench press 135 for 8 with Smith",
        "Jefferson curl 20 for 10 next to Jefferson",
        "my doctor said my blood pressure is high 225 for 8",
        "I have cancer bench 225 for 8",
        "225 for 8 at the gym on Hill Street",
        "my pin is 4821 bench 225 for 8",
        "rose at home dot com bench 225 for 8",
        "born in may 1990 bench 225 for 8",
    ],
)
def test_words_of_our_own_texts_that_name_people_places_or_illnesses_are_left_out_too(say: str) -> None:
    assert personal(say, "Ana", "a@example.org") is not None

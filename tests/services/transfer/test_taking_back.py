"""Imports that are taken back."""

from __future__ import annotations

from uuid import UUID, uuid4

from db.models import WorkoutSet
from db.session import Database
from services.transfer.commit import take_back
from services.transfer.resolving import Choices
from tests.db.fixtures import new_athlete
from tests.services.transfer.importing import CLASSIC, MAPPING, bring, counts, sets_of


async def test_an_import_can_be_taken_back(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, "fitbod.csv")
    wrong = await bring(database, athlete, CLASSIC, Choices("kg", MAPPING))
    assert wrong.id is not None
    async with database.transaction(athlete) as session:
        assert await take_back(session, athlete, wrong.id) == (2, 10)
    assert await counts(database, athlete) == (1, 3, 1)
    assert (await bring(database, athlete, CLASSIC, Choices("lbs", MAPPING))).sets == 10


async def test_taking_back_leaves_what_others_put_into_the_workout(database: Database, athlete: UUID) -> None:
    receipt = await bring(database, athlete, "fitbod.csv")
    assert receipt.id is not None
    (first, *_) = await sets_of(database, athlete)
    async with database.transaction(athlete) as session:
        session.add(
            WorkoutSet(
                user_id=athlete, workout_id=first.workout_id, exercise_id=first.exercise_id, set_number=9
            )
        )
    async with database.transaction(athlete) as session:
        assert await take_back(session, athlete, receipt.id) == (0, 3)
    assert await counts(database, athlete) == (1, 1, 0)


async def test_nobody_takes_back_anothers_import(database: Database, athlete: UUID) -> None:
    receipt = await bring(database, athlete, "fitbod.csv")
    other = await new_athlete(database, timezone="UTC")
    for wanted in (receipt.id, uuid4()):
        assert wanted is not None
        async with database.transaction(other) as session:
            assert await take_back(session, other, wanted) is None
    assert await counts(database, athlete) == (1, 3, 1)

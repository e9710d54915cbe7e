"""Whoever writes sets, the records follow: imports, restored exports, workouts that come and go."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from db.models import PersonalRecord, PrHistory, Workout, WorkoutSet
from db.session import Database
from services import records, workouts
from services.exercises.catalogue import packaged_catalogue
from services.images import Images
from services.transfer.commit import commit, take_back
from services.transfer.resolving import Choices
from tests.db.fixtures import new_athlete
from tests.services.records.reference import check_records
from tests.tools.lifter import Lifter

BENCH = "barbell-bench-press"
STRONG = """Date,Workout Name,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE
2024-01-03 07:00:00,"Push","Bench Press (Barbell)",1,185,8,0,0,"","",
2024-01-03 07:00:00,"Push","Bench Press (Barbell)",2,205,5,0,0,"","",
2024-01-03 07:00:00,"Push","Bench Press (Barbell)",3,225,3,0,0,"","",
2024-01-10 07:00:00,"Push","Bench Press (Barbell)",1,235,3,0,0,"","",
"""


@pytest.fixture
async def lifter(database: Database) -> Lifter:
    return Lifter(database, await new_athlete(database))


async def bring(lifter: Lifter) -> UUID:
    receipt = await commit(
        lifter.database, lifter.athlete_id, io.BytesIO(STRONG.encode()), Choices(unit="lbs"), "strong.csv"
    )
    assert receipt.id is not None
    return receipt.id


async def checked(lifter: Lifter) -> int:
    async with lifter.database.transaction(lifter.athlete_id) as db:
        return await check_records(db)


async def best(lifter: Lifter) -> float:
    (row,) = (one for one in await lifter.rows(PersonalRecord) if one.pr_type == "1rm")
    return float(row.value)


async def test_an_import_sets_records_in_the_order_of_its_sets(lifter: Lifter) -> None:
    await bring(lifter)
    assert await checked(lifter) > 0
    history = [row for row in await lifter.rows(PrHistory) if row.pr_type == "1rm"]
    assert sorted(row.value for row in history) == [185, 205, 225, 235]
    assert len({row.achieved_at for row in history}) == 4  # though three sets are of one moment


async def test_an_import_takes_a_record_of_today_down_and_its_removal_brings_it_back(lifter: Lifter) -> None:
    await lifter.did(BENCH, (200, 3), days_ago=3)
    await lifter.do("log_set", exercise="bench", weight=230, reps=3)
    taken = await bring(lifter)
    assert await best(lifter) == 235
    await checked(lifter)
    async with lifter.database.transaction(lifter.athlete_id) as db:
        await take_back(db, lifter.athlete_id, taken)
    assert await best(lifter) == 230
    await checked(lifter)


async def test_sets_of_a_cancelled_workout_do_not_count(lifter: Lifter) -> None:
    await lifter.did(BENCH, (200, 3), days_ago=3)
    workout = await lifter.did(BENCH, (250, 3), days_ago=1)
    async with lifter.database.transaction(lifter.athlete_id) as db:
        row = await workouts.get_workout(db, lifter.athlete_id, workout)
        await workouts.change_workout(db, row, {"status": "cancelled"}, Images())
    assert await best(lifter) == 200
    await checked(lifter)


async def test_records_of_sets_that_somebody_else_deleted_fall_at_the_next_change(lifter: Lifter) -> None:
    """A record's set may go with a row that the database deletes on its own."""
    workout = await lifter.did(BENCH, (250, 3), days_ago=9)
    await lifter.did(BENCH, (200, 5), days_ago=3)
    async with lifter.database.transaction(lifter.athlete_id) as db:
        await db.execute(delete(Workout).where(Workout.id == workout))
        bench = packaged_catalogue().by_slug[BENCH].id
        newest = await db.scalar(select(WorkoutSet.completed_at))
        await records.recompute(db, lifter.athlete_id, {bench: newest})
    assert await best(lifter) == 200
    assert await checked(lifter) == 5


async def test_computing_again_changes_nothing(lifter: Lifter) -> None:
    await bring(lifter)
    await lifter.did(BENCH, (240, 2), days_ago=3)

    async def all_rows() -> list[tuple[object, ...]]:
        names = ("id", "value", "achieved_at", "previous_pr_id")
        return sorted(tuple(getattr(row, name) for name in names) for row in await lifter.rows(PrHistory))

    before, standing = await all_rows(), {row.id for row in await lifter.rows(PersonalRecord)}
    async with lifter.database.transaction(lifter.athlete_id) as db:
        await records.recompute(db, lifter.athlete_id, {packaged_catalogue().by_slug[BENCH].id: None})
    assert await all_rows() == before
    assert {row.id for row in await lifter.rows(PersonalRecord)} == standing

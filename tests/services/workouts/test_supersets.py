"""Sets done in turn: each exercise keeps its numbers, and the superset is found out."""

from __future__ import annotations

import pytest

from db.models import WorkoutSet
from db.session import Database
from tests.db.fixtures import new_athlete
from tests.tools.lifter import Lifter


@pytest.fixture
async def lifter(database: Database) -> Lifter:
    return Lifter(database, await new_athlete(database))


async def log(lifter: Lifter, *exercises: str) -> list[tuple[int, int | None]]:
    """Logs a set of each and returns the number and superset of all sets in order."""
    for exercise in exercises:
        assert (await lifter.do("log_set", exercise=exercise, weight=45, reps=10)).ok
    rows = sorted(await lifter.rows(WorkoutSet), key=lambda row: row.sequence)
    return [(row.set_number, row.superset_group) for row in rows]


async def test_two_rounds_make_a_superset_of_both(lifter: Lifter) -> None:
    assert await log(lifter, "bench", "barbell row", "bench") == [(1, None), (1, None), (2, None)]
    assert await log(lifter, "barbell row") == [(1, 1), (1, 1), (2, 1), (2, 1)]
    assert await log(lifter, "bench", "barbell row") == [(1, 1), (1, 1), (2, 1), (2, 1), (3, 1), (3, 1)]


async def test_three_in_a_circle_are_one_too(lifter: Lifter) -> None:
    circle = ("bench", "barbell row", "plank")
    for exercise in (*circle, *circle):
        fields = {"duration_seconds": 30} if exercise == "plank" else {"weight": 45, "reps": 10}
        await lifter.do("log_set", exercise=exercise, **fields)
    assert {row.superset_group for row in await lifter.rows(WorkoutSet)} == {1}


async def test_straight_sets_are_none(lifter: Lifter) -> None:
    sets = await log(lifter, "bench", "bench", "bench", "barbell row", "barbell row", "bench")
    assert {group for _, group in sets} == {None}


async def test_the_next_superset_is_another(lifter: Lifter) -> None:
    pairs = ["bench", "barbell row"] * 2 + ["squat", "leg curl"] * 2
    assert [group for _, group in await log(lifter, *pairs)] == [1, 1, 1, 1, 2, 2, 2, 2]


async def test_undo_takes_the_superset_back_with_its_last_set(lifter: Lifter) -> None:
    await log(lifter, "bench", "barbell row", "bench", "barbell row")
    await lifter.do("undo_last")
    assert await log(lifter) == [(1, None), (1, None), (2, None)]


async def test_a_superset_that_is_said_is_kept(lifter: Lifter) -> None:
    result = await lifter.do("log_set", exercise="bulgarian split squat", weight=35, reps=10, per_side=True)
    assert result.say.startswith("35 for 10 a side")
    again = await lifter.do("repeat_set")
    assert again.sets[0].is_per_side

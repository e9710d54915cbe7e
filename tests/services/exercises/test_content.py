"""Cues and substitutions of an exercise, as an athlete's transaction reads them."""

from __future__ import annotations

from typing import get_args

import pytest

from db.catalogue.exercises import exercise_id
from db.models import CueType
from db.session import Database
from services.exercises.cues import get_cues
from services.exercises.substitutions import SubstitutionFilter, list_substitutions
from tests.db.fixtures import new_athlete

SQUAT = exercise_id("barbell-back-squat")
BENCH = exercise_id("barbell-bench-press")


async def test_cues_come_in_the_order_in_which_they_are_said(database: Database) -> None:
    async with database.transaction(await new_athlete(database)) as session:
        cues = await get_cues(session, SQUAT)
    order = list(get_args(CueType))
    places = [(order.index(cue.cue_type), cue.position) for cue in cues]
    assert places == sorted(places)
    assert {place for place, _ in places} == {0, 1, 2, 3}


@pytest.mark.parametrize("cue_type", get_args(CueType))
async def test_cues_of_one_type(database: Database, cue_type: CueType) -> None:
    async with database.transaction(await new_athlete(database)) as session:
        cues = await get_cues(session, SQUAT, cue_type)
    assert {cue.cue_type for cue in cues} == {cue_type}


async def test_an_exercise_without_cues_has_none(database: Database) -> None:
    async with database.transaction(await new_athlete(database)) as session:
        assert await get_cues(session, exercise_id("no-such-exercise")) == []


async def test_substitutions_are_the_most_similar_first(database: Database) -> None:
    async with database.transaction(await new_athlete(database)) as session:
        found = await list_substitutions(session, BENCH, SubstitutionFilter())
    scores = [substitution.similarity_score for substitution, _ in found]
    assert len(scores) > 3
    assert scores == sorted(scores, reverse=True)
    assert all(
        exercise.id == substitution.substitute_exercise_id != BENCH for substitution, exercise in found
    )


async def test_substitutions_that_spare_a_part_of_the_body(database: Database) -> None:
    async with database.transaction(await new_athlete(database)) as session:
        found = await list_substitutions(session, BENCH, SubstitutionFilter("injury", "chest"))
        other = await list_substitutions(session, BENCH, SubstitutionFilter("equipment", "chest"))
    assert "Push-Up" in {exercise.name for _, exercise in found}
    assert {(one.reason, one.affected_body_part) for one, _ in found} == {("injury", "chest")}
    assert other == []

"""Suggestions: what may never be among them, and which comes first."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from db.models import BodyPart, InjuryLog, StressLevel, SubstitutionReason, UserProfile
from db.session import Database
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.exercises.gear import BENCH, can_be_done, gear_named, gear_owned, needs
from services.exercises.substitutes import (
    STRESS_ORDER,
    Athlete,
    Candidate,
    Direction,
    Wish,
    direction,
    rank,
)
from services.exercises.suggesting import suggest
from tests.db.fixtures import new_athlete

CATALOGUE = packaged_catalogue()
EXERCISES = st.sampled_from(CATALOGUE.exercises)
PARTS = st.sampled_from(get_args(BodyPart))
LEVELS = st.sampled_from(get_args(StressLevel))
GEAR = st.sampled_from(["barbell", "dumbbell", "machine", "cable", "band", "kettlebell", "bodyweight"])
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        exercise=EXERCISES,
        similarity=st.floats(0, 1),
        reasons=st.sets(
            st.tuples(st.sampled_from(get_args(SubstitutionReason)), st.none() | PARTS), max_size=2
        ),
    ),
    max_size=12,
    unique_by=lambda one: one.exercise.slug,
)
WISHES = st.builds(
    Wish,
    reason=st.sampled_from(get_args(SubstitutionReason)),
    body_part=st.none() | PARTS,
    equipment=st.none() | GEAR,
    missing=st.none() | GEAR | st.just(BENCH),
    direction=st.none() | st.sampled_from(get_args(Direction)),
)


@st.composite
def situations(
    draw: st.DrawFn,
) -> tuple[Exercise, Wish, Athlete, list[Candidate], dict[tuple[UUID, BodyPart], StressLevel]]:
    """An exercise, why something else is wanted, by whom, what could stand in, and what it asks."""
    original, candidates, wish = draw(EXERCISES), draw(CANDIDATES), draw(WISHES)
    injured = draw(st.lists(PARTS, max_size=2))
    athlete = Athlete(
        hurting=tuple(dict.fromkeys([*([wish.body_part] if wish.body_part else []), *injured])),
        equipment=frozenset(draw(st.sets(GEAR, max_size=2))),
        familiar=frozenset(c.exercise.id for c in candidates if draw(st.booleans())),
    )
    stress = {
        (exercise.id, part): draw(LEVELS)
        for exercise in (original, *(c.exercise for c in candidates))
        for part in athlete.hurting
        if draw(st.booleans())
    }
    return original, wish, athlete, candidates, stress


@given(situations())
def test_what_may_never_be_suggested(
    situation: tuple[Exercise, Wish, Athlete, list[Candidate], dict[tuple[UUID, BodyPart], StressLevel]],
) -> None:
    original, wish, athlete, candidates, stress = situation
    ranked = rank(original, wish, athlete, candidates, stress)
    offered = [one.exercise for one in ranked]
    assert len({one.slug for one in offered}) == len(offered)
    assert {one.slug for one in offered} <= {c.exercise.slug for c in candidates}
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    for exercise in offered:
        assert exercise.slug != original.slug
        assert all(stress.get((exercise.id, part)) != "high" for part in athlete.hurting)
        if wish.equipment:
            assert can_be_done(exercise, {wish.equipment})
        else:
            assert wish.missing is None or not needs(exercise, wish.missing)
            assert not athlete.equipment or can_be_done(exercise, athlete.equipment)
        if wish.direction:
            assert direction(original, exercise) in (None, wish.direction)
        if wish.reason == "injury" and wish.body_part:
            before, after = (stress.get((one.id, wish.body_part)) for one in (original, exercise))
            assert after != "medium" or STRESS_ORDER[after] < STRESS_ORDER[before]


@given(situations(), st.data())
def test_being_familiar_and_asking_less_of_what_hurts_never_makes_it_worse(
    situation: tuple[Exercise, Wish, Athlete, list[Candidate], dict[tuple[UUID, BodyPart], StressLevel]],
    data: st.DataObject,
) -> None:
    original, wish, athlete, candidates, stress = situation
    before = {one.exercise.slug: one.score for one in rank(original, wish, athlete, candidates, stress)}
    if not before:
        return
    slug = data.draw(st.sampled_from(sorted(before)))
    chosen = CATALOGUE.by_slug[slug]
    easier = {key: level for key, level in stress.items() if key[0] != chosen.id}
    known = Athlete(athlete.hurting, athlete.equipment, athlete.familiar | {chosen.id})
    after = {one.exercise.slug: one.score for one in rank(original, wish, known, candidates, easier)}
    assert after[slug] >= before[slug]


async def suggested(database: Database, athlete: UUID, slug: str, wish: Wish, limit: int = 3) -> list[str]:
    async with database.transaction(athlete) as db:
        found = await suggest(db, athlete, CATALOGUE.by_slug[slug], wish, limit)
    return [one.exercise.slug for one in found]


@pytest.mark.parametrize(
    ("slug", "wish", "wanted", "unwanted"),
    [
        ("overhead-press", Wish("injury", "shoulder"), "landmine-press", "behind-the-neck-press"),
        ("barbell-back-squat", Wish("injury", "knee"), "goblet-squat", "barbell-front-squat"),
        ("conventional-deadlift", Wish("injury", "lower_back"), "hip-thrust", "barbell-row"),
        ("running", Wish("injury", "shin"), "stationary-bike", "sprint"),
        ("barbell-bench-press", Wish("equipment", equipment="dumbbell"), "dumbbell-bench-press", "push-up"),
        ("barbell-bench-press", Wish("equipment", missing=BENCH), "push-up", "dumbbell-bench-press"),
        ("lat-pulldown", Wish("equipment"), "pull-up", "straight-arm-pulldown"),
        ("push-up", Wish("difficulty", direction="harder"), "diamond-push-up", "knee-push-up"),
        ("push-up", Wish("difficulty", direction="easier"), "knee-push-up", "diamond-push-up"),
        ("pull-up", Wish("difficulty", direction="easier"), "assisted-pull-up", "weighted-pull-up"),
        ("barbell-bench-press", Wish("difficulty", direction="easier"), "machine-chest-press", "dip"),
    ],
)
async def test_what_the_catalogue_suggests(
    database: Database, slug: str, wish: Wish, wanted: str, unwanted: str
) -> None:
    found = await suggested(database, await new_athlete(database), slug, wish)
    assert wanted in found
    assert unwanted not in found


async def test_an_injury_that_was_not_spoken_of_counts_as_well(database: Database) -> None:
    athlete = await new_athlete(database)
    wish = Wish("preference")
    before = await suggested(database, athlete, "barbell-back-squat", wish, limit=30)
    async with database.transaction(athlete) as db:
        db.add(InjuryLog(user_id=athlete, body_part="knee", severity="severe"))
    after = await suggested(database, athlete, "barbell-back-squat", wish, limit=30)
    assert "barbell-front-squat" in before
    assert "barbell-front-squat" not in after
    async with database.transaction(athlete) as db:
        await db.execute(update(InjuryLog).values(is_active=False))
    assert await suggested(database, athlete, "barbell-back-squat", wish, limit=30) == before


async def test_equipment_of_the_profile_is_all_there_is(database: Database) -> None:
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as db:
        (await db.get_one(UserProfile, athlete)).equipment = ["Dumbbells", "resistance bands"]
    found = await suggested(database, athlete, "barbell-bench-press", Wish("preference"), limit=30)
    assert "dumbbell-bench-press" in found
    assert "push-up" in found
    assert not {"machine-chest-press", "smith-machine-bench-press", "cable-chest-press"} & set(found)


async def test_an_exercise_without_substitutes_has_what_trains_the_same(database: Database) -> None:
    athlete = await new_athlete(database)
    for exercise in CATALOGUE:
        found = await suggested(database, athlete, exercise.slug, Wish("preference"))
        assert exercise.slug not in found


@pytest.mark.parametrize(
    ("words", "gear"),
    [
        ("Dumbbells", "dumbbell"),
        ("cable machine", "cable"),
        ("smith machine", "smith_machine"),
        ("EZ bar", "ez_bar"),
        ("bodyweight", "bodyweight"),
        ("benches", BENCH),
        ("unicycle", None),
    ],
)
def test_equipment_as_people_name_it(words: str, gear: str | None) -> None:
    assert gear_named(words) == gear


def test_a_profile_that_names_nothing_known_has_everything() -> None:
    assert gear_owned(["full gym"]) == frozenset()
    assert gear_owned(["full gym", "kettlebells"]) == {"kettlebell"}


@pytest.mark.parametrize(
    ("slug", "gear", "needed"),
    [
        ("dumbbell-bench-press", BENCH, True),
        ("machine-chest-press", BENCH, False),
        ("push-up", BENCH, False),
        ("goblet-squat", "dumbbell", False),
        ("barbell-row", "barbell", True),
        ("weighted-pull-up", "plate", True),
        ("walking-lunge", "dumbbell", False),
    ],
)
def test_what_an_exercise_cannot_do_without(slug: str, gear: str, needed: bool) -> None:
    assert needs(CATALOGUE.by_slug[slug], gear) is needed

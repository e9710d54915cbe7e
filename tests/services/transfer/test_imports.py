"""Imports: previewed without writing, written all or not at all, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select, update

from core.units import WeightUnit
from db.models import UserProfile, Workout, WorkoutSet
from db.session import Database
from services.transfer.resolving import Choices
from tests.db.fixtures import new_athlete
from tests.services.transfer import dialects
from tests.services.transfer.dialects import WORKOUTS, Trained
from tests.services.transfer.importing import CLASSIC, FILES, MAPPING, bring, counts, look, sets_of, slug


async def test_a_preview_says_all_and_writes_nothing(database: Database, athlete: UUID) -> None:
    seen = await look(database, athlete, CLASSIC)
    assert (seen.app, seen.unit, seen.needs_unit) == ("strong", None, True)
    assert (seen.workouts, seen.sets, seen.new_workouts, seen.new_sets) == (2, 11, 2, 10)
    assert (seen.first_day, seen.last_day) == (date(2024, 3, 5), date(2024, 3, 7))
    assert [(one.name, one.sets, one.exercise and one.exercise.slug) for one in seen.names] == [
        ("Sissy Lizard Crawl", 1, None),
        ("Bench Press (Barbell)", 4, "barbell-bench-press"),
        ("Chest Dip", 2, "dip"),
        ("Squat (Barbell)", 2, "barbell-back-squat"),
        ("Plank", 1, "plank"),
        ("Rowing (Machine)", 1, "row-erg"),
    ]
    assert 1 <= len(seen.unknown[0].suggestions) <= 5
    assert seen.skipped == {"rest timers": 1, "sets without reps, time or distance": 1}
    assert (seen.bad_rows, seen.problems, seen.same_time) == (0, [], 0)
    assert await counts(database, athlete) == (0, 0, 0)


async def test_what_was_lifted_is_written_as_it_was(database: Database, athlete: UUID) -> None:
    receipt = await bring(database, athlete, CLASSIC, Choices("lbs", MAPPING))
    assert (receipt.workouts, receipt.sets, receipt.already_here, receipt.left_out) == (2, 10, 0, 1)
    rows = await sets_of(database, athlete)
    assert [(slug(one), one.set_number, one.set_type, one.reps, one.weight) for one in rows] == [
        ("barbell-bench-press", 1, "warmup", 10, 45),
        ("barbell-bench-press", 2, "working", 8, 135),
        ("barbell-bench-press", 3, "working", 5, 185),
        ("barbell-bench-press", 4, "drop", 9, 135),
        ("dip", 1, "working", 12, None),
        ("dip", 2, "failure", 9, None),
        ("plank", 1, "working", None, None),
        ("barbell-back-squat", 1, "working", 5, 225),
        ("barbell-back-squat", 2, "working", 5, 225),
        ("row-erg", 1, "working", None, None),
    ]
    assert {one.weight_unit for one in rows} == {"lbs"}
    assert rows[6].duration_seconds == 90
    assert rows[9].distance_meters == pytest.approx(1.2 * 1609.344)  # miles go with pounds
    assert (rows[1].rpe, rows[2].notes) == (7.5, 'left shoulder, "twinge"')
    async with database.transaction(athlete) as session:
        push = (await session.scalars(select(Workout).order_by(Workout.started_at))).first()
    assert push is not None
    assert (push.name, push.status, push.duration) == ("Push Day", "completed", 3900)
    assert (push.source, push.notes) == ("strong", "Slept badly, felt fine")
    assert push.started_at == datetime(2024, 3, 5, 18, 1, 12, tzinfo=UTC)


async def test_times_without_a_zone_are_the_athletes(database: Database, athlete: UUID) -> None:
    async with database.transaction(athlete) as session:
        await session.execute(update(UserProfile).values(timezone="America/New_York"))
    await bring(database, athlete, "fitnotes_android.csv")
    await bring(database, athlete, "fitbod.csv")
    await bring(database, athlete, "hevy_kg.csv")
    async with database.transaction(athlete) as session:
        starts = list(await session.scalars(select(Workout.started_at).order_by(Workout.started_at)))
    assert starts == [
        datetime(2022, 5, 1, 16, tzinfo=UTC),  # a day alone is its noon
        datetime(2022, 5, 3, 16, tzinfo=UTC),
        datetime(2025, 9, 15, 11, 48, tzinfo=UTC),
        datetime(2025, 9, 17, 22, 2, tzinfo=UTC),
        datetime(2025, 12, 15, 17, 30, tzinfo=UTC),  # this one had a zone of its own
    ]


async def test_supersets_are_kept(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, "hevy_kg.csv")
    rows = await sets_of(database, athlete)
    assert [(slug(one), one.superset_group) for one in rows[5:]] == [
        ("seated-cable-row", 1),
        ("face-pull", 1),
        ("seated-cable-row", 1),
    ]


async def test_a_second_import_writes_nothing(database: Database, athlete: UUID) -> None:
    first = await bring(database, athlete, "hevy_kg.csv")
    second = await bring(database, athlete, "hevy_kg.csv")
    assert (first.sets, second.sets, second.already_here, second.id) == (8, 0, 8, None)
    assert await counts(database, athlete) == (2, 8, 1)
    seen = await look(database, athlete, "hevy_kg.csv")
    assert (seen.sets, seen.new_sets, seen.new_workouts) == (8, 0, 0)


async def test_the_time_zone_of_the_second_import_makes_no_difference(
    database: Database, athlete: UUID
) -> None:
    await bring(database, athlete, "hevy_kg.csv")
    async with database.transaction(athlete) as session:
        await session.execute(update(UserProfile).values(timezone="Asia/Tokyo"))
    assert (await bring(database, athlete, "hevy_kg.csv")).sets == 0


async def test_a_longer_export_adds_what_is_new(database: Database, athlete: UUID) -> None:
    lines = (FILES / "fitnotes_android.csv").read_text().splitlines(keepends=True)
    await bring(database, athlete, "".join(lines[:3]))
    receipt = await bring(database, athlete, "".join(lines))
    assert (receipt.workouts, receipt.sets, receipt.already_here) == (1, 4, 2)
    rows = await sets_of(database, athlete)
    assert [one.set_number for one in rows if slug(one) == "barbell-bench-press"] == [1, 2, 3]
    assert len({one.workout_id for one in rows}) == 2


async def test_what_was_left_out_can_be_brought_later(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, CLASSIC, Choices("lbs", MAPPING))
    later = Choices("lbs", {"Sissy Lizard Crawl": "sissy-squat"})
    assert (await bring(database, athlete, CLASSIC, later)).sets == 1
    assert await counts(database, athlete) == (2, 11, 2)


async def test_imports_at_once_write_once(database: Database, athlete: UUID) -> None:
    receipts = await asyncio.gather(*(bring(database, athlete, "hevy_kg.csv") for _ in range(4)))
    assert sorted(one.sets for one in receipts) == [0, 0, 0, 8]
    assert await counts(database, athlete) == (2, 8, 1)


async def test_the_database_itself_refuses_a_set_twice(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, "hevy_kg.csv")
    (first, *_) = await sets_of(database, athlete)
    twin = WorkoutSet(
        user_id=athlete,
        workout_id=first.workout_id,
        exercise_id=first.exercise_id,
        set_number=9,
        import_key=first.import_key,
    )
    with pytest.raises(Exception, match="uq_workout_sets_user_id_import_key"):
        async with database.transaction(athlete) as session:
            session.add(twin)


async def test_two_athletes_bring_the_same_file(database: Database, athlete: UUID) -> None:
    other = await new_athlete(database, timezone="UTC")
    await bring(database, athlete, "hevy_kg.csv")
    assert (await bring(database, other, "hevy_kg.csv")).sets == 8
    assert await counts(database, athlete) == await counts(database, other) == (2, 8, 1)


async def test_workouts_that_came_by_way_of_another_app_are_pointed_out(
    database: Database, athlete: UUID
) -> None:
    text = (
        "Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps\n"
        "2025-09-15 07:48:30,Push,Squat (Barbell),1,100,kg,5\n"
        "2025-09-16 07:48:30,Push,Squat (Barbell),1,100,kg,5\n"
    )
    await bring(database, athlete, text)
    assert (await look(database, athlete, "hevy_kg.csv")).same_time == 1


async def test_a_mapping_wins_over_a_match(database: Database, athlete: UUID) -> None:
    mapping = MAPPING | {"Chest Dip": "ring-dip", "Plank": "skip"}
    await bring(database, athlete, CLASSIC, Choices("kg", mapping))
    slugs = {slug(one) for one in await sets_of(database, athlete)}
    assert "ring-dip" in slugs
    assert not {"dip", "plank"} & slugs


@pytest.mark.slow
async def test_a_long_history_is_imported(database: Database, athlete: UUID) -> None:
    days = [date.fromordinal(date(2010, 1, 1).toordinal() + i) for i in range(2_000)]
    rows = (f"{day},Barbell Squat,Legs,{60 + i * 5},5\n" for day in days for i in range(20))
    content = "Date,Exercise,Category,Weight (kgs),Reps\n" + "".join(rows)
    receipt = await bring(database, athlete, content)
    assert (receipt.workouts, receipt.sets) == (2_000, 40_000)
    assert (await bring(database, athlete, content)).already_here == 40_000


@pytest.mark.parametrize(
    ("render", "unit"),
    [(dialects.strong_classic, "kg"), (dialects.strong_german, None), (dialects.fitbod, None)],
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workouts=WORKOUTS)
async def test_what_was_trained_is_in_the_database_once(
    database: Database, render: Any, unit: WeightUnit | None, workouts: Sequence[Trained]
) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    unsure = {'Curl, "strict"', "Kreuzheben; schwer", "ベンチ"}
    used = {done.exercise for one in workouts for done in one.sets}
    choices = Choices(unit, dict.fromkeys(used & unsure, "barbell-curl"))
    content = render(list(workouts))
    total = sum(len(one.sets) for one in workouts)
    assert (await bring(database, athlete, content, choices)).sets == total
    assert (await bring(database, athlete, content, choices)).already_here == total
    rows = await sets_of(database, athlete)
    lifted = [(done.reps, done.weight) for one in workouts for done in one.sets]
    assert [(one.reps, one.weight) for one in rows] == lifted
    assert await counts(database, athlete) == (len(workouts), total, 1)

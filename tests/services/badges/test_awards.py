"""Awards: by events, once whatever happens at once, kept whatever is corrected later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update

from db.models import UserBadge, UserStreak, Workout, WorkoutSet
from db.session import Database
from services import badges
from services.badges import event_of
from tests.services.badges.person import BENCH, NOW, SQUAT, UNDONE, Person, logged, take_away

CORRECTED = event_of("correct_set", {"ok": True})


@pytest.mark.parametrize(
    ("tool", "result"),
    [
        ("start_rest_timer", {"ok": True}),
        ("swap_exercise", {"ok": True}),
        ("get_progress", {"ok": True}),
        ("log_set", {"ok": False, "question": "Which exercise?"}),
    ],
)
def test_what_changes_nothing_is_no_event(tool: str, result: dict[str, Any]) -> None:
    assert event_of(tool, result) is None


async def test_two_events_are_looked_at_at_once(person: Person) -> None:
    first, second = await person.workout(), await person.workout()
    one = logged(first, await person.sets(first))
    both = one | logged(second, await person.sets(second, SQUAT, is_pr=True))
    assert both.exercises == {BENCH, SQUAT}
    assert both.workouts == {first.id, second.id}
    assert [row.slug for row in both.sets] == [BENCH, SQUAT]
    assert both.only_sets
    assert "records" in both.families - one.families
    assert UNDONE is not None
    assert (both | UNDONE).exercises == frozenset()
    assert (both | UNDONE).takes_back


async def test_a_set_earns_what_it_asks_for(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=101, reps=3)
    look = await person.follow(logged(workout, rows))
    assert {"bench_one_plate", "bench_200", "bench_two_plates"} <= {one.badge.id for one in look.awarded}
    row = (await person.rows())["bench_two_plates"]
    assert row.badge_type == "strength"
    assert row.metadata_ == {"value": 101.0, "unit": "kg", "exercise": BENCH, "workout_id": str(workout.id)}


@pytest.fixture
def queries(database: Database) -> Iterator[list[str]]:
    """The statements that are sent to the database."""
    sent: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if "set_config" not in statement:
            sent.append(" ".join(statement.split()))

    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def test_a_set_is_a_look_and_the_volume_of_its_workout(person: Person, queries: list[str]) -> None:
    workout = await person.workout(status="active")
    for slug in (SQUAT, SQUAT, "lying-leg-curl"):
        rows = await person.sets(workout, slug, weight=30, reps=3)
        queries.clear()
        await person.follow(logged(workout, rows))
    assert len(queries) == 2


async def test_what_is_remembered_is_as_good_as_what_is_counted(person: Person) -> None:
    workout = await person.workout(status="active")
    for _ in range(97):
        await person.follow(logged(workout, await person.sets(workout, SQUAT, weight=30, reps=1)))
    assert "sets_100" not in await person.earned()
    for _ in range(2):  # with the one of ten days ago it is a hundred
        await person.follow(logged(workout, await person.sets(workout, SQUAT, weight=30, reps=1)))
    assert "sets_100" in await person.earned()


async def test_what_is_remembered_wrongly_awards_nothing(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, SQUAT, weight=30, reps=1)
    for _ in range(120):  # the same event again and again
        await person.follow(logged(workout, rows))
    assert "sets_100" not in await person.earned()


async def test_a_total_is_that_of_all_lifts(person: Person) -> None:
    workout = await person.workout(status="active")
    for slug in (BENCH, SQUAT):
        await person.follow(logged(workout, await person.sets(workout, slug, weight=70, reps=1)))
    assert "total_500" not in await person.earned()
    rows = await person.sets(workout, "conventional-deadlift", weight=90, reps=1)
    await person.follow(logged(workout, rows))
    assert "total_500" in await person.earned()


async def test_the_first_set_of_a_day_moves_the_streaks(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.follow(logged(workout, await person.sets(workout)))
    async with person.database.transaction(person.key) as db:
        found = await db.scalars(select(UserStreak).where(UserStreak.user_id == person.key))
        assert {row.streak_type: row.last_activity_date for row in found}["workout"] == NOW.date()


async def test_awards_at_once_are_one_award(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=101)
    looks = await asyncio.gather(*(person.follow(logged(workout, rows)) for _ in range(5)))
    told = [one.badge.id for look in looks for one in look.awarded]
    assert "bench_two_plates" in told
    assert len(told) == len(set(told))
    async with person.database.transaction(person.key) as db:
        per_badge = select(UserBadge.badge_id, func.count()).group_by(UserBadge.badge_id)
        assert {count for _, count in await db.execute(per_badge)} == {1}


async def test_the_same_event_again_awards_nothing(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=101)
    assert (await person.follow(logged(workout, rows))).awarded
    before = {key: row.earned_at for key, row in (await person.rows()).items()}
    assert not (await person.follow(logged(workout, rows))).awarded
    assert {key: row.earned_at for key, row in (await person.rows()).items()} == before


async def test_what_an_event_missed_is_made_good_by_the_next_look(person: Person) -> None:
    await person.sets(await person.workout(), SQUAT, weight=141)
    assert "squat_three_plates" not in await person.earned()
    await person.reconcile()
    assert "squat_three_plates" in await person.earned()


async def test_a_set_that_is_undone_takes_back_what_it_alone_had_earned(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=61)
    await person.follow(logged(workout, rows))
    misheard = await person.sets(workout, weight=141)
    await person.follow(logged(workout, misheard))
    assert "bench_three_plates" in await person.earned()
    await take_away(person, misheard)
    assert UNDONE is not None
    look = await person.follow(UNDONE)
    assert "bench_three_plates" in look.taken_back
    assert await person.earned() >= {"bench_one_plate"}
    assert not {"bench_two_plates", "bench_three_plates"} & await person.earned()


async def test_a_corrected_weight_takes_back_what_the_wrong_one_earned(person: Person) -> None:
    workout = await person.workout(status="active")
    (row,) = await person.sets(workout, weight=141)
    await person.follow(logged(workout, [row]))
    async with person.database.transaction(person.key) as db:
        await db.execute(update(WorkoutSet).where(WorkoutSet.id == row.id).values(weight=61))
    assert CORRECTED is not None
    await person.follow(CORRECTED)
    assert "bench_one_plate" in await person.earned()
    assert "bench_three_plates" not in await person.earned()


async def test_the_first_set_undone_with_its_workout_takes_its_badges_along(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=141)
    await person.follow(logged(workout, rows))
    async with person.database.transaction(person.key) as db:
        await db.execute(delete(Workout).where(Workout.id == workout.id))
    assert UNDONE is not None
    await person.follow(UNDONE)
    assert not {one for one in await person.earned() if one.startswith("bench")}


async def test_a_badge_of_a_finished_workout_stays_whatever_is_corrected(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=141)
    await person.follow(logged(workout, rows))
    async with person.database.transaction(person.key) as db:
        await db.execute(update(Workout).where(Workout.id == workout.id).values(status="completed"))
    await take_away(person, rows)
    for one in (UNDONE, CORRECTED, badges.ANYTHING):
        assert one is not None
        await person.follow(one)
    assert "bench_three_plates" in await person.earned()

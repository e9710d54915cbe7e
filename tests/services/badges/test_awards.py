"""Awards: by events, once whatever happens at once, kept whatever is corrected later, told of once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, event, func, select, text, update

from db.models import UserBadge, UserStreak, Workout, WorkoutSet
from db.session import Database
from services import badges
from services.badges import Event, Milestone, NewBadge, News, event_of
from tests.services.badges.person import BENCH, NOW, Person, days_before, define

SQUAT = "barbell-back-squat"
CORRECTED = event_of("correct_set", {"ok": True})
UNDONE = event_of("undo_last", {"ok": True})


def logged(workout: Workout, slug: str = BENCH) -> Event:
    """The event of a set in an open workout."""
    found = event_of("log_set", {"ok": True, "sets": [{"slug": slug}], "workout": {"id": str(workout.id)}})
    assert found is not None
    return found


@pytest.fixture
async def person(database: Database) -> Person:
    """Somebody who has trained before, and has all the badges of that."""
    person = await Person.make(database)
    await person.sets(await person.workout(days_before(10)), weight=20, reps=1)
    await person.reconcile()
    return person


async def news(person: Person) -> News | None:
    async with person.database.transaction(person.key) as db:
        return await badges.due(db, person.key)


async def claim(person: Person, one: News) -> bool:
    async with person.database.transaction(person.key) as db:
        return await badges.claim(db, person.key, one)


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


def test_two_events_are_looked_at_at_once() -> None:
    first, second = uuid4(), uuid4()
    one = event_of("log_set", {"sets": [{"slug": BENCH}], "workout": {"id": str(first)}})
    other = event_of("log_set", {"sets": [{"slug": SQUAT}], "workout": {"id": str(second)}})
    assert one is not None
    assert other is not None
    both = one | other
    assert both.exercises == {BENCH, SQUAT}
    assert both.workouts == {first, second}
    assert both.only_sets
    assert UNDONE is not None
    assert (both | UNDONE).exercises == frozenset()
    assert (both | UNDONE).takes_back


async def test_a_set_earns_what_it_asks_for(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, weight=101, reps=3)
    look = await person.follow(logged(workout))
    assert {"bench_one_plate", "bench_200", "bench_two_plates"} <= {one.badge.id for one in look.awarded}
    row = (await person.rows())["bench_two_plates"]
    assert row.badge_type == "strength"
    assert row.metadata_ == {"value": 101.0, "unit": "kg", "exercise": BENCH, "workout_id": str(workout.id)}


async def test_an_event_looks_only_where_it_can_have_changed_something(
    person: Person, database: Database
) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, SQUAT, weight=30, reps=3)
    await person.follow(logged(workout, SQUAT))
    statements: list[str] = []
    engine = database._engine.sync_engine

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    await person.follow(logged(workout, SQUAT))
    event.remove(engine, "before_cursor_execute", note)
    queries = [one for one in statements if "set_config" not in one]
    assert len(queries) == 5  # a look, and one for each family of sets
    assert not any("runs" in one or "wod_logs" in one or "pg_advisory" in one for one in queries)


async def test_the_first_set_of_a_day_moves_the_streaks(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout)
    await person.follow(logged(workout))
    async with person.database.transaction(person.key) as db:
        rows = await db.scalars(select(UserStreak).where(UserStreak.user_id == person.key))
        assert {row.streak_type: row.last_activity_date for row in rows}["workout"] == NOW.date()


async def test_awards_at_once_are_one_award(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, weight=101)
    looks = await asyncio.gather(*(person.follow(logged(workout)) for _ in range(5)))
    told = [one.badge.id for look in looks for one in look.awarded]
    assert "bench_two_plates" in told
    assert len(told) == len(set(told))
    async with person.database.transaction(person.key) as db:
        per_badge = select(UserBadge.badge_id, func.count()).group_by(UserBadge.badge_id)
        assert {count for _, count in await db.execute(per_badge)} == {1}


async def test_the_same_event_again_awards_nothing(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, weight=101)
    assert (await person.follow(logged(workout))).awarded
    before = {key: row.earned_at for key, row in (await person.rows()).items()}
    assert not (await person.follow(logged(workout))).awarded
    assert {key: row.earned_at for key, row in (await person.rows()).items()} == before


async def test_what_an_event_missed_is_made_good_by_the_next_look(person: Person) -> None:
    await person.sets(await person.workout(), SQUAT, weight=141)
    assert "squat_three_plates" not in await person.earned()
    await person.reconcile()
    assert "squat_three_plates" in await person.earned()


async def take_away(person: Person, rows: list[WorkoutSet]) -> None:
    async with person.database.transaction(person.key) as db:
        await db.execute(delete(WorkoutSet).where(WorkoutSet.id.in_([row.id for row in rows])))


async def test_a_set_that_is_undone_takes_back_what_it_alone_had_earned(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, weight=61)
    await person.follow(logged(workout))
    misheard = await person.sets(workout, weight=141)
    await person.follow(logged(workout))
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
    await person.follow(logged(workout))
    async with person.database.transaction(person.key) as db:
        await db.execute(update(WorkoutSet).where(WorkoutSet.id == row.id).values(weight=61))
    assert CORRECTED is not None
    await person.follow(CORRECTED)
    assert "bench_one_plate" in await person.earned()
    assert "bench_three_plates" not in await person.earned()


async def test_the_first_set_undone_with_its_workout_takes_its_badges_along(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, weight=141)
    await person.follow(logged(workout))
    async with person.database.transaction(person.key) as db:
        await db.execute(delete(Workout).where(Workout.id == workout.id))
    assert UNDONE is not None
    await person.follow(UNDONE)
    assert not {one for one in await person.earned() if one.startswith("bench")}


async def test_a_badge_of_a_finished_workout_stays_whatever_is_corrected(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=141)
    await person.follow(logged(workout))
    async with person.database.transaction(person.key) as db:
        await db.execute(update(Workout).where(Workout.id == workout.id).values(status="completed"))
    await take_away(person, rows)
    for one in (UNDONE, CORRECTED, badges.ANYTHING):
        assert one is not None
        await person.follow(one)
    assert "bench_three_plates" in await person.earned()


async def test_a_badge_is_told_of_once(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, weight=101)
    await person.follow(logged(workout))
    one = await news(person)
    assert one == NewBadge("bench_two_plates", "Two Plate Bench")  # the highest of its ladder, and no other
    assert sorted(await asyncio.gather(*(claim(person, one) for _ in range(4)))) == [
        False,
        False,
        False,
        True,
    ]
    assert await news(person) is None


async def test_three_are_told_of_in_a_workout(person: Person) -> None:
    workout = await person.workout(status="active")
    async with person.database.transaction(person.key) as db:
        await db.execute(update(Workout).where(Workout.id == workout.id).values(started_at=func.now()))
    for slug in (BENCH, SQUAT, "conventional-deadlift", "overhead-press"):
        await person.sets(workout, slug, weight=101)
        await person.follow(logged(workout, slug))
    told = []
    while (one := await news(person)) is not None:
        assert await claim(person, one)
        told.append(one)
    assert len(told) == 3


async def test_what_was_taken_back_is_not_told_of(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=101)
    await person.follow(logged(workout))
    one = await news(person)
    await take_away(person, rows)
    assert UNDONE is not None
    await person.follow(UNDONE)
    assert one is not None
    assert not await claim(person, one)
    assert await news(person) is None


async def test_what_was_imported_is_not_told_of(person: Person) -> None:
    await person.sets(await person.workout(), weight=141)
    assert (await person.reconcile()).awarded
    assert await news(person) is None


async def test_what_somebody_brings_along_on_their_first_day_is_not_told_of(database: Database) -> None:
    person = await Person.make(database)
    workout = await person.workout(status="active")
    await person.sets(workout, weight=141)
    look = await person.follow(logged(workout))
    assert "bench_three_plates" in {one.badge.id for one in look.awarded}
    assert await news(person) is None
    async with database.transaction(person.key) as db:
        await db.execute(update(Workout).values(status="completed"))
    finished = event_of("finish_workout", {"ok": True})
    assert finished is not None
    await person.follow(finished)
    assert await news(person) == NewBadge("first_workout", "First Workout")


async def test_old_news_is_none(person: Person) -> None:
    workout = await person.workout(status="active")
    await person.sets(workout, weight=101)
    await person.follow(logged(workout))
    async with person.database.transaction(person.key) as db:
        await db.execute(text("update user_badges set earned_at = earned_at - interval '13 hours'"))
    assert await news(person) is None


async def streak_of(person: Person, length: int) -> None:
    for back in range(1, length):
        await person.workout(days_before(back))
    await person.reconcile()
    workout = await person.workout(status="active")
    await person.sets(workout, weight=20, reps=1)
    await person.follow(logged(workout))


async def test_a_milestone_is_told_of_on_its_day(person: Person) -> None:
    await streak_of(person, 14)
    assert await news(person) == Milestone("workout", 14)
    assert await claim(person, Milestone("workout", 14))
    assert await news(person) is None
    assert not await claim(person, Milestone("workout", 14))


async def test_a_streak_with_a_badge_is_told_of_once(person: Person) -> None:
    await streak_of(person, 7)
    assert await news(person) == NewBadge("streak_7", "Full Week")
    assert await claim(person, NewBadge("streak_7", "Full Week"))
    assert await news(person) is None


async def test_a_day_like_any_other_is_no_milestone(person: Person) -> None:
    await streak_of(person, 15)
    assert await news(person) is None


async def test_the_overview_says_how_far_it_is(person: Person, database: Database) -> None:
    easy = await define(database, {"type": "pr", "exercise": SQUAT, "weight_kg": 10}, badge_type="strength")
    await person.sets(await person.workout(), SQUAT, weight=90, reps=1)
    async with database.transaction(person.key) as db:
        found = await badges.overview(db, person.key, NOW)
    shown = {one.badge.id: one for one in found.all}
    assert shown["squat_one_plate"].row is not None
    two_plates = shown["squat_two_plates"]
    assert two_plates.row is None
    assert two_plates.progress is not None
    assert (two_plates.progress.current, two_plates.progress.needed) == (90, 100)
    assert two_plates in found.next
    assert shown["squat_three_plates"] not in found.next
    assert shown[easy].row is not None
    shares = [one.progress.share for one in found.next if one.progress is not None]
    assert shares == sorted(shares, reverse=True)
    assert not any(one.badge.criteria.type == "comeback" for one in found.next)
    assert len(found.all) == len(found.earned) + sum(one.row is None for one in found.all)


async def test_a_badge_that_stayed_shows_what_it_asked_for(person: Person, database: Database) -> None:
    workout = await person.workout()
    rows = await person.sets(workout, SQUAT, weight=101)
    await person.reconcile()
    await take_away(person, rows)
    async with database.transaction(person.key) as db:
        found = await badges.overview(db, person.key, NOW)
    progress = next(one.progress for one in found.all if one.badge.id == "squat_two_plates")
    assert progress is not None
    assert (progress.current, progress.share) == (100, 1.0)


async def test_what_was_reported_is_no_news(person: Person, database: Database) -> None:
    async with database.transaction(person.key) as db:
        found = await badges.overview(db, person.key, NOW)
        assert found.unreported
        await badges.report(db, person.key, found.unreported)
    async with database.transaction(person.key) as db:
        again = await badges.overview(db, person.key, NOW + timedelta(minutes=1))
    assert again.unreported == []


def test_ids_of_workouts_are_uuids() -> None:
    found = event_of("log_set", {"sets": [], "workout": {"id": UUID(int=7)}})
    assert found is not None
    assert found.workouts == {UUID(int=7)}

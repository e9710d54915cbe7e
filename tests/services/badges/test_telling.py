"""What is told of badges and streaks: once, few, and nothing old."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, text, update

from db.models import Workout
from db.session import Database
from services import badges
from services.badges import Milestone, NewBadge, News, event_of
from tests.services.badges.person import (
    BENCH,
    NOW,
    SQUAT,
    UNDONE,
    Person,
    days_before,
    define,
    logged,
    take_away,
)


async def news(person: Person) -> News | None:
    async with person.database.transaction(person.key) as db:
        return await badges.due(db, person.key)


async def claim(person: Person, one: News) -> bool:
    async with person.database.transaction(person.key) as db:
        return await badges.claim(db, person.key, one)


async def test_a_badge_is_told_of_once(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=101)
    await person.follow(logged(workout, rows))
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
        rows = await person.sets(workout, slug, weight=101)
        await person.follow(logged(workout, rows))
    told = []
    while (one := await news(person)) is not None:
        assert await claim(person, one)
        told.append(one)
    assert len(told) == 3


async def test_what_was_taken_back_is_not_told_of(person: Person) -> None:
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=101)
    await person.follow(logged(workout, rows))
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
    rows = await person.sets(workout, weight=141)
    look = await person.follow(logged(workout, rows))
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
    rows = await person.sets(workout, weight=101)
    await person.follow(logged(workout, rows))
    async with person.database.transaction(person.key) as db:
        await db.execute(text("update user_badges set earned_at = earned_at - interval '13 hours'"))
    assert await news(person) is None


async def streak_of(person: Person, length: int) -> None:
    for back in range(1, length):
        await person.workout(days_before(back))
    await person.reconcile()
    workout = await person.workout(status="active")
    rows = await person.sets(workout, weight=20, reps=1)
    await person.follow(logged(workout, rows))


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

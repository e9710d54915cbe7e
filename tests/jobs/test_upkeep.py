"""What is done by the clock: expired rows, workouts left open, days summed up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from core.settings import Settings
from db.models import DailySummary, Exercise, PrHistory, UserProfile, Workout, WorkoutSet
from db.session import Database
from services.cache import cache_key, open_cache
from services.images import Images
from services.jobs import enqueue, known_jobs, working
from services.jobs.registry import Job
from services.jobs.upkeep import (
    CloseIdleWorkouts,
    CloseWorkout,
    PurgeExpired,
    SummariseDay,
    SummariseDays,
)
from services.ledger import undo_last
from services.ratelimit.counters import DatabaseCounter
from services.retention import Expired, delete_expired
from services.summaries import days_to_summarise, summarise_day
from services.workouts import start_workout
from services.workouts.idle import close_if_idle, idle_workouts
from tests.db.fixtures import new_athlete
from tests.jobs.conftest import emptied, letters, put

IDLE = timedelta(hours=3)
HOUR = timedelta(hours=1)
DAY = date(2026, 3, 14)


async def has_done(
    database: Database,
    athlete: UUID,
    started_at: datetime,
    sets: Sequence[dict[str, Any]] = (),
    *,
    status: str = "completed",
    exercise: str = "barbell-bench-press",
) -> UUID:
    """A workout of an athlete with sets, a minute apart."""
    async with database.transaction(athlete) as db:
        exercise_id = await db.scalar(select(Exercise.id).where(Exercise.slug == exercise))
        workout = Workout(user_id=athlete, started_at=started_at, status=status)
        db.add(workout)
        await db.flush()
        for number, values in enumerate(sets, 1):
            row = {
                "completed_at": started_at + timedelta(minutes=number),
                "exercise_id": exercise_id,
            } | values
            db.add(WorkoutSet(user_id=athlete, workout_id=workout.id, set_number=number, **row))
        await db.flush()
        return workout.id


async def summary(database: Database, athlete: UUID, day: date) -> DailySummary | None:
    async with database.transaction(athlete) as db:
        return await db.scalar(
            select(DailySummary).where(DailySummary.user_id == athlete, DailySummary.date == day)
        )


async def do(database: Database, *jobs: Job) -> None:
    """Has jobs done, and all that come of them, by a worker."""
    await put(database, *jobs)
    async with working(database, Settings(home=Path("/nonexistent")), known_jobs()):
        await emptied(database)
    assert await letters(database) == []


async def lives_in(database: Database, zone: str) -> UUID:
    athlete = await new_athlete(database, timezone="UTC")
    async with database.transaction(athlete) as db:
        profile = await db.get(UserProfile, athlete)
        assert profile is not None
        profile.timezone = zone
    return athlete


# workouts that were left open


async def test_a_workout_left_open_ends_with_its_last_set(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    began = datetime.now(UTC) - 6 * HOUR
    workout_id = await has_done(database, athlete, began, [{"reps": 5}, {"reps": 5}], status="active")
    await do(database, CloseIdleWorkouts())
    async with database.transaction(athlete) as db:
        workout = await db.get(Workout, workout_id)
        assert workout is not None
        assert workout.status == "completed"
        assert workout.completed_at == began + timedelta(minutes=2)
        assert workout.duration == 120
        assert await undo_last(db, athlete) is None, "it was not the athlete's doing"


async def test_one_without_a_set_never_was(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    workout_id = await has_done(database, athlete, datetime.now(UTC) - 6 * HOUR, status="active")
    await do(database, CloseIdleWorkouts())
    async with database.transaction(athlete) as db:
        workout = await db.get(Workout, workout_id)
        assert workout is not None
        assert (workout.status, workout.completed_at) == ("cancelled", None)
    assert await summary(database, athlete, workout.started_at.date()) is None


async def test_one_that_goes_on_is_left_alone(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    began = datetime.now(UTC) - 6 * HOUR
    recent = datetime.now(UTC) - IDLE + timedelta(minutes=1)
    sets = [{"reps": 5}, {"reps": 5, "completed_at": recent}]
    workout_id = await has_done(database, athlete, began, sets, status="active")
    async with database.transaction(None) as db:
        assert await idle_workouts(db, IDLE, 10) == []
    await do(database, CloseWorkout(athlete_id=athlete, workout_id=workout_id))
    async with database.transaction(athlete) as db:
        workout = await db.get(Workout, workout_id)
        assert workout is not None
        assert workout.status == "active"
        assert await close_if_idle(db, athlete, workout_id, timedelta(0)) is not None


async def test_after_it_a_new_workout_begins(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    old = await has_done(database, athlete, datetime.now(UTC) - 6 * HOUR, [{"reps": 5}], status="active")
    await do(database, CloseIdleWorkouts())
    async with database.transaction(athlete) as db:
        workout, is_new = await start_workout(db, athlete, None, Images())
        assert is_new
        assert workout.id != old


async def test_anothers_workout_cannot_be_closed_by_mistake(database: Database) -> None:
    ann, ben = await new_athlete(database, timezone="UTC"), await new_athlete(database, timezone="UTC")
    workout_id = await has_done(database, ann, datetime.now(UTC) - 6 * HOUR, [{"reps": 5}], status="active")
    async with database.transaction(ben) as db:
        assert await close_if_idle(db, ben, workout_id, IDLE) is None


async def test_the_day_of_a_workout_closed_late_is_summed_up_again(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    began = datetime.now(UTC) - 30 * HOUR
    await has_done(
        database, athlete, began, [{"reps": 5, "weight": 100, "weight_unit": "kg"}], status="active"
    )
    async with database.transaction(athlete) as db:
        await summarise_day(db, athlete, began.date())
    await do(database, CloseIdleWorkouts())
    found = await summary(database, athlete, began.date())
    assert found is not None
    assert (found.workouts_completed, found.total_sets, found.total_volume) == (1, 1, 500)


# daily summaries


async def test_a_summary_says_what_was_done(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    await has_done(
        database,
        athlete,
        noon,
        [
            {"reps": 10, "weight": 60, "weight_unit": "kg", "set_type": "warmup"},
            {"reps": 5, "weight": 100, "weight_unit": "kg"},
            {"reps": 3, "weight": 220, "weight_unit": "lbs"},
            {"reps": 8, "weight": 20, "weight_unit": "kg", "is_per_side": True},
            {"duration_seconds": 60},
        ],
    )
    await has_done(database, athlete, noon + 3 * HOUR, [{"reps": 10}], exercise="barbell-back-squat")
    await has_done(database, athlete, noon + 5 * HOUR, [{"reps": 10}], status="cancelled")
    async with database.transaction(athlete) as db:
        exercise_id = await db.scalar(select(Exercise.id).where(Exercise.slug == "barbell-bench-press"))
        for achieved_at in (noon, noon - timedelta(days=1)):
            db.add(
                PrHistory(
                    user_id=athlete,
                    exercise_id=exercise_id,
                    pr_type="1rm",
                    value=100,
                    achieved_at=achieved_at,
                )
            )
    async with database.transaction(athlete) as db:
        await summarise_day(db, athlete, DAY)
        muscles = await db.scalars(
            select(Exercise.primary_muscle)
            .where(Exercise.slug.in_(["barbell-bench-press", "barbell-back-squat"]))
            .order_by(Exercise.primary_muscle)
        )
        expected_muscles = muscles.all()
    found = await summary(database, athlete, DAY)
    assert found is not None
    assert found.workouts_completed == 2
    assert found.total_sets == 5
    assert found.total_volume == pytest.approx(5 * 100 + 3 * 220 * 0.45359237 + 2 * 8 * 20)
    assert found.muscles_trained == expected_muscles
    assert found.prs_hit == 1


async def test_a_day_without_training_has_no_summary(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    async with database.transaction(athlete) as db:
        await summarise_day(db, athlete, DAY)
    assert await summary(database, athlete, DAY) is None


async def test_a_summary_follows_what_it_sums_up_and_leaves_the_rest_alone(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    workout_id = await has_done(database, athlete, datetime(2026, 3, 14, 12, tzinfo=UTC), [{"reps": 5}])
    async with database.transaction(athlete) as db:
        db.add(DailySummary(user_id=athlete, date=DAY, recovery_score=77))
        await db.flush()
        await summarise_day(db, athlete, DAY)
        await db.execute(text("delete from workouts where id = :id"), {"id": workout_id})
        await summarise_day(db, athlete, DAY)
    found = await summary(database, athlete, DAY)
    assert found is not None
    assert (found.workouts_completed, found.total_sets, found.total_volume, found.muscles_trained) == (
        *(0, 0, 0),
        None,
    )
    assert found.recovery_score == 77


@pytest.mark.parametrize(
    ("zone", "hour_utc", "day"),
    [
        ("UTC", 23, 14),
        ("Pacific/Auckland", 11, 15),  # UTC+13 in March
        ("Pacific/Auckland", 10, 14),
        ("America/Los_Angeles", 6, 13),  # UTC-7
        ("America/Los_Angeles", 7, 14),
        ("Asia/Kathmandu", 18, 14),  # UTC+5:45
        ("Asia/Kathmandu", 19, 15),
        ("Mars/Olympus_Mons", 23, 14),
    ],
)
async def test_days_are_the_athletes_own(database: Database, zone: str, hour_utc: int, day: int) -> None:
    athlete = await lives_in(database, zone)
    await has_done(database, athlete, datetime(2026, 3, 14, hour_utc, 5, tzinfo=UTC), [{"reps": 5}])
    async with database.transaction(athlete) as db:
        for one in (12, 13, 14, 15, 16):
            await summarise_day(db, athlete, date(2026, 3, one))
        assert (await db.scalars(select(DailySummary.date))).all() == [date(2026, 3, day)]


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"]),
    minutes=st.lists(st.integers(0, 4 * 24 * 60), min_size=1, max_size=6),
)
async def test_every_workout_is_in_one_summary(database: Database, zone: str, minutes: list[int]) -> None:
    athlete = await lives_in(database, zone)
    first = datetime(2026, 3, 27, tzinfo=UTC)  # a weekend in which Europe's clocks change
    for one in minutes:
        await has_done(database, athlete, first + timedelta(minutes=one), [{"reps": 5}])
    async with database.transaction(athlete) as db:
        for one in range(8):
            await summarise_day(db, athlete, date(2026, 3, 26) + timedelta(days=one))
        rows = (await db.scalars(select(DailySummary))).all()
    assert sum(row.workouts_completed for row in rows) == len(minutes)
    assert sum(row.total_sets or 0 for row in rows) == len(minutes)


async def test_days_that_are_over_are_found_and_summed_up_once(database: Database) -> None:
    athlete, other = await new_athlete(database, timezone="UTC"), await new_athlete(database, timezone="UTC")
    now = datetime.now(UTC)
    await has_done(database, athlete, now - timedelta(days=1), [{"reps": 5}])
    await has_done(database, athlete, now - timedelta(days=3), [{"reps": 5}])
    await has_done(database, other, now - timedelta(days=2), [{"reps": 5}])
    await has_done(database, other, now, [{"reps": 5}])  # not over
    await has_done(database, other, now - timedelta(days=20), [{"reps": 5}])  # long over
    async with database.transaction(None) as db:
        found = await days_to_summarise(db, 10)
    assert found == [
        (athlete, (now - timedelta(days=3)).date()),
        (other, (now - timedelta(days=2)).date()),
        (athlete, (now - timedelta(days=1)).date()),
    ]
    await do(database, SummariseDays())
    async with database.transaction(None) as db:
        assert await days_to_summarise(db, 10) == []
        assert len((await db.scalars(select(DailySummary))).all()) == 3


async def test_a_workout_that_was_changed_has_its_day_summed_up_again(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    began = datetime.now(UTC) - timedelta(days=1)
    workout_id = await has_done(database, athlete, began, [{"reps": 5}])
    await do(database, SummariseDays())
    async with database.transaction(athlete) as db:
        workout = await db.get(Workout, workout_id)
        assert workout is not None
        workout.name = "Push day"
    async with database.transaction(None) as db:
        assert await days_to_summarise(db, 10) == [(athlete, began.date())]


async def test_a_job_of_an_athlete_who_is_gone_does_no_harm(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    async with database.transaction(None) as db:
        await enqueue(db, SummariseDay(athlete_id=athlete, day=DAY))
        await db.execute(text("delete from users where id = :id"), {"id": athlete})
    await do(database, CloseWorkout(athlete_id=athlete, workout_id=athlete))


# what expires


async def test_what_has_expired_is_deleted(database: Database) -> None:
    counter, cache = DatabaseCounter(database), open_cache(database, None)
    old = int((datetime.now(UTC) - 2 * HOUR).timestamp() * 1000)
    await counter.hit("old", 5, 60_000, old)
    await counter.hit("new", 5, 60_000)
    await cache.set(cache_key("a", None, "old", version="1"), 1, timedelta(milliseconds=1))
    await cache.set(cache_key("a", None, "new", version="1"), 1, HOUR)
    async with database.transaction(None) as db:
        await db.execute(
            text(
                "insert into internal.job_log (job_id, status, entrypoint, priority, created, aggregated) "
                "values (-1, 'successful', 'note', 0, now() - interval '40 days', true), "
                "(-1, 'successful', 'note', 0, now() - interval '40 days', false)"
            )
        )
    await do(database, PurgeExpired())
    async with database.transaction(None) as db:
        left = await db.execute(
            text(
                "select (select array_agg(key) from internal.rate_limits), "
                "(select count(*) from internal.cache_entries), "
                "(select count(*) from internal.job_log where job_id = -1)"
            )
        )
    assert tuple(left.one()) == (["new"], 1, 1)


async def test_many_rows_are_deleted_in_pieces(database: Database) -> None:
    async with database.transaction(None) as db:
        await db.execute(
            text(
                "insert into internal.rate_limits select i::text, 1, '{1}', now() - interval '1 day' "
                "from generate_series(1, 25) i"
            )
        )
    rule = Expired("internal.rate_limits", "expires_at < now()")
    assert await delete_expired(database, [rule], batch=10) == {"internal.rate_limits": 25}

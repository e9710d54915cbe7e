"""Streaks in the database: what counts, in whose day, and made right again whatever happens to the past."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from db.models import (
    Base,
    Exercise,
    HealthMetric,
    NutritionLog,
    Run,
    SleepSession,
    UserProfile,
    UserStreak,
    WodLog,
    Workout,
    WorkoutSet,
)
from db.session import Database
from services import streaks
from services.streaks import Plan
from tests.db.fixtures import new_athlete

NOW = datetime(2025, 11, 5, 18, 0, tzinfo=UTC)
LA, TOKYO = "America/Los_Angeles", "Asia/Tokyo"
KINDS = ("workout", "running", "logging", "weekly")


class Athlete:
    """Somebody with rows, who asks for their streaks."""

    def __init__(self, database: Database, key: UUID) -> None:
        self.database = database
        self.key = key

    async def add(self, *rows: Base) -> None:
        async with self.database.transaction(self.key) as db:
            db.add_all(rows)

    async def works_out(self, *days: int, hour: int = 18, **more: Any) -> None:
        """On days of November 2025, at an hour of UTC."""
        began = [datetime(2025, 11, day, hour, tzinfo=UTC) for day in days]
        given = {"status": "completed", **more}
        await self.add(*(Workout(user_id=self.key, started_at=at, completed_at=at, **given) for at in began))

    async def profile(self, **columns: Any) -> None:
        async with self.database.transaction(self.key) as db:
            await db.execute(update(UserProfile).where(UserProfile.user_id == self.key).values(columns))

    async def plans(self) -> tuple[Plan, ...]:
        async with self.database.transaction(self.key) as db:
            return (await streaks.read_diary(db, self.key)).schedule.plans

    async def ages_its_schedule(self) -> None:
        """Nothing that the schedule says is of today."""
        async with self.database.transaction(self.key) as db:
            schedules = await db.scalar(select(UserProfile.schedules))
        await self.profile(schedules=[one | {"noted_at": "2025-10-01T12:00:00Z"} for one in schedules or ()])

    async def streaks(self, now: datetime = NOW) -> dict[str, int]:
        async with self.database.transaction(self.key) as db:
            await streaks.refresh(db, self.key, now)
        return {row.streak_type: row.current_streak for row in await self.rows()}

    async def rows(self) -> list[UserStreak]:
        async with self.database.transaction(self.key) as db:
            return list(await db.scalars(select(UserStreak).where(UserStreak.user_id == self.key)))

    async def row(self, kind: str = "workout") -> UserStreak:
        return next(row for row in await self.rows() if row.streak_type == kind)


@pytest.fixture
async def athlete(database: Database) -> Athlete:
    return Athlete(database, await new_athlete(database))


def streaks_of(**known: int) -> dict[str, int]:
    return dict.fromkeys(KINDS, 0) | known


async def test_nobody_has_a_streak_at_first(athlete: Athlete) -> None:
    assert await athlete.streaks() == streaks_of()


async def test_workouts_that_are_done_count(athlete: Athlete) -> None:
    await athlete.works_out(3, 4, 5)
    assert await athlete.streaks() == streaks_of(workout=3, logging=3)
    row = await athlete.row()
    assert (row.longest_streak, row.started_on, row.last_activity_date) == (
        3,
        date(2025, 11, 3),
        date(2025, 11, 5),
    )


async def test_an_open_workout_counts_from_its_first_set(athlete: Athlete) -> None:
    workout = Workout(user_id=athlete.key, started_at=NOW)
    await athlete.add(workout)
    assert await athlete.streaks() == streaks_of()
    async with athlete.database.transaction(athlete.key) as db:
        exercise = await db.scalar(select(Exercise.id).limit(1))
    await athlete.add(
        WorkoutSet(workout_id=workout.id, user_id=athlete.key, exercise_id=exercise, set_number=1, reps=5)
    )
    assert await athlete.streaks() == streaks_of(workout=1, logging=1)


async def test_a_cancelled_workout_does_not_count(athlete: Athlete) -> None:
    await athlete.works_out(5, status="cancelled")
    assert await athlete.streaks() == streaks_of()


async def test_runs_and_wods_are_training_and_meals_are_logged(athlete: Athlete) -> None:
    day = [NOW - timedelta(days=back) for back in range(6)]
    await athlete.add(
        NutritionLog(user_id=athlete.key, log_date=day[5].date(), calories=500),
        SleepSession(user_id=athlete.key, start_time=day[4], end_time=day[4], source="manual"),
        HealthMetric(user_id=athlete.key, date=day[3].date(), metric_type="rhr", value=52, source="manual"),
        WodLog(user_id=athlete.key, logged_at=day[2], result_time_seconds=272),
        Run(user_id=athlete.key, start_time=day[1], distance_meters=5000),
        Run(user_id=athlete.key, start_time=day[0], distance_meters=5000),
    )
    assert await athlete.streaks() == streaks_of(workout=3, running=2, logging=6)


async def test_what_a_wearable_sends_keeps_no_streak(athlete: Athlete) -> None:
    await athlete.add(
        SleepSession(user_id=athlete.key, start_time=NOW, end_time=NOW, source="whoop"),
        HealthMetric(user_id=athlete.key, date=NOW.date(), metric_type="hrv", value=60, source="whoop"),
    )
    assert await athlete.streaks() == streaks_of()


async def test_the_athletes_day_is_not_that_of_utc(athlete: Athlete) -> None:
    await athlete.profile(timezone=LA)
    await athlete.works_out(4, 5, hour=5)  # 9 in the evening of the day before
    assert (await athlete.streaks(datetime(2025, 11, 5, 6, tzinfo=UTC)))["workout"] == 2
    assert (await athlete.row()).last_activity_date == date(2025, 11, 4)


async def test_moving_to_another_zone_leaves_the_past_where_it_was(athlete: Athlete) -> None:
    await athlete.profile(timezone=LA)
    await athlete.works_out(2, 3, 4, hour=5)
    await athlete.works_out(4, hour=15)  # 7 in the morning of the 4th: in Tokyo it was the 5th
    moment = datetime(2025, 11, 4, 16, tzinfo=UTC)
    before = await athlete.streaks(moment)
    await athlete.profile(timezone=TOKYO)
    assert await athlete.streaks(moment) == before == streaks_of(workout=4, logging=4)
    await athlete.works_out(6, hour=9)
    assert (await athlete.streaks(datetime(2025, 11, 6, 10, tzinfo=UTC)))["workout"] == 5


async def test_an_edited_workout_keeps_its_zone(athlete: Athlete) -> None:
    await athlete.profile(timezone=LA)
    await athlete.works_out(4, 5, hour=5)
    await athlete.profile(timezone=TOKYO)
    async with athlete.database.transaction(athlete.key) as db:
        await db.execute(update(Workout).values(started_at=Workout.started_at + timedelta(minutes=5)))
    assert (await athlete.streaks(datetime(2025, 11, 5, 8, tzinfo=UTC)))["workout"] == 2


async def test_what_happens_to_the_past_is_made_good(athlete: Athlete) -> None:
    await athlete.works_out(1, 3, 4, 5)
    assert (await athlete.streaks())["workout"] == 3
    await athlete.works_out(2, source="strong", external_id="2")  # imported
    assert (await athlete.streaks())["workout"] == 5
    async with athlete.database.transaction(athlete.key) as db:
        await db.execute(delete(Workout).where(Workout.started_at == datetime(2025, 11, 4, 18, tzinfo=UTC)))
    assert (await athlete.streaks())["workout"] == 1
    assert (await athlete.row()).longest_streak == 3


async def test_a_streak_that_was_let_go_is_over(athlete: Athlete) -> None:
    await athlete.works_out(3, 4, 5)
    await athlete.streaks()
    assert await athlete.streaks(NOW + timedelta(days=2)) == streaks_of()
    assert (await athlete.row()).longest_streak == 3


async def test_weeks_in_which_the_goal_was_met(athlete: Athlete) -> None:
    await athlete.profile(weekly_goal=2)
    await athlete.works_out(1, 2, 3, 5)
    await athlete.add(Run(user_id=athlete.key, start_time=datetime(2025, 10, 22, 9, tzinfo=UTC)))
    assert (await athlete.streaks())["weekly"] == 2


async def test_a_run_that_is_part_of_a_workout_is_no_second_session(athlete: Athlete) -> None:
    await athlete.profile(weekly_goal=2)
    workout = Workout(user_id=athlete.key, status="completed", started_at=NOW)
    await athlete.add(workout)
    await athlete.add(Run(user_id=athlete.key, workout_id=workout.id, start_time=NOW))
    assert (await athlete.streaks())["weekly"] == 0


async def test_the_first_schedule_holds_for_the_time_before_it(athlete: Athlete) -> None:
    await athlete.works_out(3, 5)
    assert (await athlete.streaks())["workout"] == 1
    await athlete.profile(training_days=[1, 3, 5], weekly_goal=3)
    assert (await athlete.streaks())["workout"] == 2


async def test_a_schedule_that_changes_is_kept_as_it_was(athlete: Athlete) -> None:
    await athlete.profile(training_days=[1, 3, 5], weekly_goal=3)
    await athlete.ages_its_schedule()
    await athlete.profile(training_days=[1, 2, 3, 4, 5, 6, 7])
    await athlete.profile(training_days=[1, 2, 3, 4, 5])  # the slip of a moment ago
    first, second = await athlete.plans()
    assert first == Plan(date.min, frozenset({1, 3, 5}), 3)
    assert second == Plan(second.since, frozenset({1, 2, 3, 4, 5}), 3)
    assert second.since > date(2025, 11, 1)


async def test_a_schedule_that_is_put_right_within_a_day_was_never_otherwise(athlete: Athlete) -> None:
    await athlete.profile(training_days=[1], weekly_goal=1)
    await athlete.profile(training_days=[1, 3, 5])
    await athlete.profile(weekly_goal=3)
    assert await athlete.plans() == (Plan(date.min, frozenset({1, 3, 5}), 3),)


async def test_schedules_that_are_brought_along_are_kept(athlete: Athlete) -> None:
    await athlete.profile(training_days=[1, 3, 5])
    async with athlete.database.transaction(athlete.key) as db:
        kept = await db.scalar(select(UserProfile.schedules))
    await athlete.profile(training_days=[2], schedules=[])
    assert await athlete.plans() == ()
    await athlete.profile(training_days=[1, 3, 5], schedules=kept)
    assert await athlete.plans() == (Plan(date.min, frozenset({1, 3, 5})),)


async def test_reading_again_writes_nothing(athlete: Athlete) -> None:
    await athlete.works_out(4, 5)
    await athlete.streaks()
    before = [(row.streak_type, row.updated_at) for row in await athlete.rows()]
    await athlete.streaks()
    assert [(row.streak_type, row.updated_at) for row in await athlete.rows()] == before


async def test_what_was_told_is_told_again_only_of_a_new_streak(athlete: Athlete) -> None:
    await athlete.works_out(1, 2, 3, 4, 5)
    await athlete.streaks()
    async with athlete.database.transaction(athlete.key) as db:
        await db.execute(update(UserStreak).where(UserStreak.streak_type == "workout").values(told=5))
    await athlete.works_out(6)
    await athlete.streaks(NOW + timedelta(days=1))
    assert (await athlete.row()).told == 5
    await athlete.works_out(9)
    await athlete.streaks(NOW + timedelta(days=4))
    assert (await athlete.row()).told == 0


async def test_streaks_computed_at_once_end_as_if_one_after_the_other(athlete: Athlete) -> None:
    async def train(day: int) -> None:
        await athlete.works_out(day)
        await athlete.streaks()

    await asyncio.gather(*(train(day) for day in (1, 2, 3, 4, 5)))
    assert (await athlete.row()).current_streak == 5


async def test_streaks_are_the_athletes_own(athlete: Athlete, database: Database) -> None:
    await athlete.works_out(4, 5)
    other = Athlete(database, await new_athlete(database))
    assert await other.streaks() == streaks_of()


async def test_a_profile_of_an_unknown_zone_still_has_streaks(athlete: Athlete) -> None:
    await athlete.profile(timezone="Mars/Olympus", weekly_goal=1)
    await athlete.ages_its_schedule()
    await athlete.profile(weekly_goal=2)
    await athlete.works_out(4, 5)
    assert await athlete.streaks() == streaks_of(workout=2, logging=2, weekly=1)


async def test_a_set_put_into_a_past_workout_counts_for_that_day(athlete: Athlete) -> None:
    await athlete.works_out(4, status="active")
    async with athlete.database.transaction(athlete.key) as db:
        workout = (await db.scalars(select(Workout.id))).one()
        exercise = await db.scalar(select(Exercise.id).limit(1))
        row = {"workout_id": workout, "user_id": athlete.key, "exercise_id": exercise, "set_number": 1}
        await db.execute(insert(WorkoutSet).values(row))
    await athlete.streaks()
    assert (await athlete.row()).last_activity_date == date(2025, 11, 4)

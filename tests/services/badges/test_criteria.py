"""Every kind of criteria, on a real database: not earned just below what it asks for, and earned with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from sqlalchemy import update

from db.catalogue.badges import Criteria
from db.models import BadgeDefinition, HealthMetric, NutritionLog, Run, RunningPr, WodLog
from db.session import Database
from services.badges.criteria import KINDS
from tests.services.badges.person import BENCH, NOW, Person, days_before, define

Step = Callable[[Person], Awaitable[Any]]


async def nothing(_: Person) -> None:
    pass


def both(*steps: Step) -> Step:
    async def do(person: Person) -> None:
        for step in steps:
            await step(person)

    return do


def trained(*back: int, hour: int = 18, **more: Any) -> Step:
    """Workouts so many days ago."""

    async def do(person: Person) -> None:
        for days in back:
            await person.workout(days_before(days).replace(hour=hour), **more)

    return do


def lifted(slug: str = BENCH, **what: Any) -> Step:
    """A workout with a set."""

    async def do(person: Person) -> None:
        await person.sets(await person.workout(status=what.pop("status", "completed")), slug, **what)

    return do


def ran(meters: float, seconds: int | None = None, *back: int) -> Step:
    async def do(person: Person) -> None:
        for days in back or (0,):
            start = days_before(days)
            run = Run(user_id=person.key, start_time=start, distance_meters=meters, duration_seconds=seconds)
            await person.add(run)

    return do


def logged(row: Callable[[Person], Any]) -> Step:
    async def do(person: Person) -> None:
        await person.add(row(person))

    return do


def weighs(kilograms: float) -> Step:
    return lambda person: person.profile(weight_kg=kilograms)


def wod(person: Person) -> WodLog:
    return WodLog(user_id=person.key, logged_at=NOW, result_time_seconds=272)


def meal(back: int) -> Callable[[Person], NutritionLog]:
    return lambda person: NutritionLog(user_id=person.key, log_date=days_before(back).date(), calories=500)


async def beat_a_record(person: Person) -> None:
    await person.sets(await person.workout(), is_pr=True)


async def two_sets_in_two_workouts(person: Person) -> None:
    for _ in range(2):
        await person.sets(await person.workout(), weight=100, reps=5)


CASES: list[tuple[dict[str, Any], Step, Step]] = [
    ({"type": "workouts", "count": 2}, trained(1), trained(0)),
    ({"type": "workouts", "count": 1}, trained(0, status="cancelled"), trained(0)),
    (
        {"type": "hour", "since": 4, "before": 7, "count": 2},
        both(trained(3, hour=6), both(trained(2, hour=7), trained(1, hour=3))),
        trained(0, hour=4),
    ),
    ({"type": "comeback", "days": 14}, trained(16, 2), trained(31)),
    ({"type": "streak", "streak_type": "workout", "days": 3}, trained(3, 1, 0), trained(2)),
    (
        {"type": "streak", "streak_type": "running", "days": 2},
        both(trained(1), ran(5000)),
        ran(5000, None, 1),
    ),
    (
        {"type": "streak", "streak_type": "logging", "days": 3},
        both(logged(meal(0)), logged(meal(2))),
        trained(1),
    ),
    # Mondays of the last weeks; the goal is one.
    (
        {"type": "weeks", "count": 2},
        both(lambda person: person.profile(weekly_goal=1), trained(2)),
        trained(9),
    ),
    ({"type": "sets", "count": 3}, lifted(count=2), lifted()),
    ({"type": "sets", "count": 1}, lifted(set_type="warmup"), lifted()),
    ({"type": "sets", "count": 1}, lifted(status="cancelled"), lifted()),
    ({"type": "exercises", "count": 2}, lifted(count=2), lifted("barbell-back-squat")),
    ({"type": "volume_kg", "total": 1000}, lifted(reps=9), lifted(reps=1)),
    ({"type": "volume_kg", "total": 1000}, lifted(reps=10, weight=220, weight_unit="lbs"), lifted(reps=1)),
    ({"type": "volume_kg", "total": 1000}, lifted(reps=9), lifted(reps=1, weight=50, is_per_side=True)),
    ({"type": "workout_volume_kg", "total": 1000}, two_sets_in_two_workouts, lifted(count=2)),
    ({"type": "prs", "count": 2}, both(beat_a_record, lifted()), beat_a_record),
    (
        {"type": "pr", "exercise": BENCH, "weight_kg": 102},
        lifted(weight=101.5),
        lifted(weight=225, weight_unit="lbs"),
    ),
    ({"type": "pr", "exercise": BENCH, "weight_kg": 100}, lifted("incline-barbell-bench-press"), lifted()),
    ({"type": "pr", "exercise": BENCH, "weight_kg": 100}, lifted(reps=0), lifted(reps=1)),
    (
        {"type": "pr", "exercise": "weighted-pull-up", "weight_kg": 20},
        lifted("weighted-pull-up", weight=10),
        lifted("weighted-pull-up", weight=20),
    ),
    # 100 kg for 5 suggest 116.7 kg.
    (
        {"type": "estimated_1rm_bodyweight", "exercise": BENCH, "times": 1.5},
        both(weighs(78), lifted()),
        weighs(77),
    ),
    ({"type": "estimated_1rm_bodyweight", "exercise": BENCH, "times": 1.0}, lifted(), weighs(100)),
    (
        {"type": "estimated_1rm_bodyweight", "exercise": BENCH, "times": 1.5},
        both(weighs(100), lifted()),
        logged(
            lambda person: HealthMetric(
                user_id=person.key, date=NOW.date(), metric_type="body_weight_kg", value=70, source="manual"
            )
        ),
    ),
    (
        {"type": "total_kg", "exercises": [BENCH, "barbell-back-squat"], "total": 240},
        both(lifted(), lifted("barbell-back-squat", weight=139)),
        lifted("barbell-back-squat", weight=140),
    ),
    (
        {"type": "reps", "exercise": "pull-up", "count": 10},
        lifted("pull-up", reps=9, weight=None),
        lifted("pull-up", reps=10, weight=None),
    ),
    ({"type": "runs", "count": 2}, ran(5000), ran(3000)),
    ({"type": "run_distance_m", "distance": 10_000}, ran(9900), ran(9977.9)),  # 6.2 miles
    ({"type": "run_total_m", "total": 10_000}, ran(9999), ran(1)),
    (
        {"type": "run_time", "distance_type": "5k", "seconds": 1500},
        both(ran(5000, 1501), ran(4900, 1300)),
        ran(5200, 1500),
    ),
    (
        {"type": "run_time", "distance_type": "1mi", "seconds": 480},
        ran(5000, 1501),
        logged(
            lambda person: RunningPr(
                user_id=person.key, distance_type="1mi", time_seconds=480, achieved_at=NOW
            )
        ),
    ),
    ({"type": "wods", "count": 1}, trained(0), logged(wod)),
]


def test_every_kind_is_here() -> None:
    kinds = {
        kind
        for one in get_args(get_args(Criteria)[0])
        for kind in get_args(one.model_fields["type"].annotation)
    }
    assert {case[0]["type"] for case in CASES} == kinds == set(KINDS)


@pytest.mark.parametrize(
    ("criteria", "before", "deed"), CASES, ids=[f"{n}-{case[0]['type']}" for n, case in enumerate(CASES)]
)
async def test_it_is_earned_with_what_it_asks_for(
    database: Database, criteria: dict[str, Any], before: Step, deed: Step
) -> None:
    person = await Person.make(database)
    badge = await define(database, criteria)
    await person.reconcile()
    assert badge not in await person.earned()
    await before(person)
    await person.reconcile()
    assert badge not in await person.earned()
    await deed(person)
    look = await person.reconcile()
    assert badge in await person.earned()
    assert badge in {one.badge.id for one in look.awarded}
    assert badge not in {one.badge.id for one in (await person.reconcile()).awarded}


async def test_every_badge_of_the_catalogue_can_be_measured(database: Database) -> None:
    person = await Person.make(database)
    look = await person.reconcile()
    assert len(look.badges) > 100
    assert not look.awarded
    assert await person.earned() == set()


async def test_hours_are_those_of_the_place(database: Database) -> None:
    person = await Person.make(database)
    badge = await define(database, {"type": "hour", "before": 7, "count": 1})
    await person.profile(timezone="America/Los_Angeles")
    await person.workout(datetime(2025, 11, 4, 20, tzinfo=UTC))
    await person.reconcile()
    assert badge not in await person.earned()
    await person.workout(datetime(2025, 11, 4, 14, tzinfo=UTC))  # 6 in the morning
    await person.profile(timezone="Asia/Tokyo")
    await person.reconcile()
    assert badge in await person.earned()


async def test_a_badge_that_makes_no_sense_is_nobodys(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    person = await Person.make(database)
    senseless = await define(database, {"type": "pr", "exercise": "no-such-thing", "weight_kg": 1})
    look = await person.reconcile()
    assert senseless not in look.badges
    assert senseless in caplog.text


async def test_a_changed_badge_is_read_again(database: Database) -> None:
    person = await Person.make(database)
    badge = await define(database, {"type": "workouts", "count": 2})
    await person.workout()
    await person.reconcile()
    assert badge not in await person.earned()
    async with database.transaction(None) as db:
        changed = {"type": "workouts", "count": 1}
        await db.execute(update(BadgeDefinition).where(BadgeDefinition.id == badge).values(criteria=changed))
    await person.reconcile()
    assert badge in await person.earned()


async def test_a_streak_of_before_earns_what_it_was(database: Database) -> None:
    person = await Person.make(database)
    badge = await define(database, {"type": "streak", "streak_type": "workout", "days": 3})
    await trained(40, 41, 42)(person)
    await person.reconcile()
    assert badge in await person.earned()


def test_the_days_of_the_tests_are_what_they_are_taken_for() -> None:
    assert NOW.date() == date(2025, 11, 5)
    assert (NOW - timedelta(days=2)).isoweekday() == 1


async def test_nobody_elses_deeds_count(database: Database) -> None:
    person, other = await Person.make(database), await Person.make(database)
    badge = await define(database, {"type": "workouts", "count": 1})
    await other.workout()
    await person.reconcile()
    assert badge not in await person.earned()
    await other.reconcile()
    assert badge in await other.earned()

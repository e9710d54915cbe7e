"""What is said of streaks and badges, and the tool that says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from db.catalogue.badges import load_badges
from db.catalogue.faults import Faults
from db.catalogue.files import PACKAGED
from db.models import Run, ToolCall, Workout
from db.session import Database
from services.badges.criteria import KINDS, Progress
from services.badges.definitions import Badge
from services.badges.overview import Shown
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import ExerciseMatcher
from services.ledger import Key
from tests.db.fixtures import new_athlete
from tests.services.badges.person import Person
from tools import ToolContext, ToolResult, run_tool
from tools.progress_phrases import Units, nearest_of, next_words

MATCHER = ExerciseMatcher(packaged_catalogue())
POUNDS, METRIC = Units("lbs", "mi"), Units("kg", "km")
BADGES = {one.id: one for one in load_badges(PACKAGED, packaged_catalogue().by_slug, Faults())}
MAX_WORDS = 30


class Asking(Person):
    """Somebody who asks for their progress."""

    async def asks(self) -> ToolResult:
        context = ToolContext(self.database, MATCHER, self.key, Key(uuid4().hex))
        return await run_tool(context, "get_progress", {})

    async def trained(self, *days_ago: int) -> None:
        for back in days_ago:
            await self.workout(datetime.now(UTC) - timedelta(days=back))


@pytest.fixture
async def person(database: Database) -> Asking:
    return Asking(database, await new_athlete(database))


async def test_somebody_new(person: Asking) -> None:
    result = await person.asks()
    assert result.say == "No streak right now. No badges yet. 1 workout to First Workout."
    assert result.ok
    assert result.progress is not None
    assert result.progress.next_badge is not None
    assert (result.progress.next_badge.current, result.progress.next_badge.needed) == (0, 1)


async def test_a_streak_what_is_new_and_what_is_next(person: Asking) -> None:
    await person.trained(2, 1, 0)
    said = (await person.asks()).say
    assert said.startswith("3 days in a row. New badges: ")
    assert "First Workout" in said
    assert " to " in said


async def test_what_was_told_of_is_no_news_the_next_time(person: Asking) -> None:
    await person.trained(1, 0)
    first = await person.asks()
    assert first.progress is not None
    assert {one.id for one in first.progress.new_badges} >= {"first_workout"}
    again = await person.asks()
    assert again.progress is not None
    assert again.progress.new_badges == []
    assert "none new" in again.say


async def test_a_streak_that_is_over_is_remembered(person: Asking) -> None:
    await person.trained(9, 8, 7, 6)
    assert (await person.asks()).say.startswith("No streak right now, your longest was 4 days.")


async def test_one_that_is_shorter_than_the_longest(person: Asking) -> None:
    await person.trained(9, 8, 7, 1, 0)
    assert (await person.asks()).say.startswith("2 days in a row, your longest was 3.")


async def test_asking_leaves_nothing_to_undo(person: Asking) -> None:
    await person.trained(0)
    await person.asks()
    async with person.database.transaction(person.key) as db:
        assert await db.get(ToolCall, uuid4()) is None
    context = ToolContext(person.database, MATCHER, person.key, Key(uuid4().hex))
    assert (await run_tool(context, "undo_last", {})).question is not None


async def test_much_at_once_is_still_short(person: Asking) -> None:
    await person.profile(weekly_goal=1, weight_kg=80)
    for back in range(40):
        workout = await person.workout(datetime.now(UTC) - timedelta(days=back))
        await person.sets(workout, weight=150, count=3)
        start = datetime.now(UTC) - timedelta(days=back)
        await person.add(
            Run(user_id=person.key, start_time=start, distance_meters=10000, duration_seconds=3000)
        )
    result = await person.asks()
    assert result.progress is not None
    assert len(result.progress.new_badges) > 20
    assert len(result.say.split()) <= MAX_WORDS
    assert "new badges" in result.say


async def test_it_is_nobody_elses(person: Asking, database: Database) -> None:
    other = await Asking.make(database)
    async with database.transaction(other.key) as db:
        db.add(Workout(user_id=other.key, status="completed"))
    assert "No badges yet" in (await person.asks()).say


def shown(key: str, current: float) -> Shown:
    one = BADGES[key]
    kind = KINDS[one.criteria.type]
    needed = float(getattr(one.criteria, kind.needed))
    badge = Badge(one.id, one.name, one.description, one.badge_type, one.tier, None, one.criteria)
    return Shown(badge, Progress(current, needed, kind.unit, is_earned=False))


@pytest.mark.parametrize(
    ("key", "current", "units", "words"),
    [
        ("workouts_100", 87, POUNDS, "13 workouts to Hundred Club"),
        ("workouts_100", 99, POUNDS, "1 workout to Hundred Club"),
        ("sets_100", 88, POUNDS, "12 sets to Set in Motion"),
        ("exercises_10", 7, POUNDS, "3 new exercises to Taster Menu"),
        ("pr_club", 8, POUNDS, "2 records to PR Club"),
        ("wods_10", 9, POUNDS, "1 WOD to Whiteboard Regular"),
        ("bench_two_plates", 90, METRIC, "10 kilos on barbell bench press to Two Plate Bench"),
        ("bench_200", 83.91, POUNDS, "15 pounds on barbell bench press to Bench 200"),
        ("total_1000", 440, METRIC, "13.5 kilos to Thousand Pound Club"),
        ("volume_100000", 60_000, METRIC, "40000 kilos to Freight Mover"),
        ("volume_10000", 9_800, POUNDS, "441 pounds to Ten Tonnes"),
        ("pull_ups_10", 8, POUNDS, "2 more pull-ups in a set to Perfect Ten"),
        ("bench_bodyweight", 0.92, POUNDS, "92 percent of the way to Bodyweight Bench"),
        ("streak_30", 28, POUNDS, "2 days to Month of Work"),
        ("weeks_12", 11, POUNDS, "1 week to Full Season"),
        ("runs_25", 20, POUNDS, "5 runs to Finding Your Stride"),
        ("run_10k", 8000, METRIC, "2 kilometers to Double Digits"),
        ("run_total_50k", 48_390, POUNDS, "1.1 miles to Around the Block"),
        ("mile_8", 520, POUNDS, "40 seconds faster for Eight Minute Mile"),
    ],
)
def test_how_far_it_is(key: str, current: float, units: Units, words: str) -> None:
    assert next_words(shown(key, current), units) == words


def test_every_badge_there_is_can_be_said() -> None:
    for key in BADGES:
        for units in (POUNDS, METRIC):
            kind: Any = KINDS[BADGES[key].criteria.type]
            current = 1e5 if kind.unit == "seconds" else 0.3
            assert len(next_words(shown(key, current), units).split()) <= 16


def test_somebody_with_nothing_is_sent_to_train() -> None:
    first, second = shown("exercises_10", 0), shown("first_workout", 0)
    assert nearest_of([first, second]) is second
    assert nearest_of([shown("exercises_10", 3), second]) != second
    assert nearest_of([]) is None

"""Questions about one's own training, answered from what was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from db.models import (
    GeneratedProgram,
    ProgramAdherence,
    ProgramDay,
    ProgramExercise,
    ProgramWeek,
    ToolCall,
    UserProfile,
    Workout,
    WorkoutSet,
)
from services.clock import today_in
from services.exercises.catalogue import packaged_catalogue
from tests.tools.lifter import Lifter

BENCH, SQUAT, PULL_UP, OHP = "barbell-bench-press", "barbell-back-squat", "pull-up", "overhead-press"
READING = (
    "get_last_performance",
    "get_personal_records",
    "estimate_one_rep_max",
    "get_todays_workout",
    "get_workout_summary",
)
MAX_WORDS = 25


def day(days_ago: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days_ago)


@pytest.mark.parametrize("tool", READING)
async def test_looking_something_up_writes_nothing(lifter: Lifter, tool: str) -> None:
    await lifter.did(BENCH, (225, 8))
    calls = len(await lifter.rows(ToolCall))
    arguments = {"exercise": "bench"} if tool in READING[:3] else {}
    result = await lifter.do(tool, **arguments)
    assert result.ok
    assert len(result.say.split()) <= MAX_WORDS
    assert len(await lifter.rows(ToolCall)) == calls
    assert len(await lifter.rows(Workout)) == 1


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("get_last_performance", "No barbell bench press yet."),
        ("get_personal_records", "No barbell bench press yet."),
        (
            "estimate_one_rep_max",
            "No barbell bench press to go by yet. It takes a set of 12 reps or fewer.",
        ),
    ],
)
async def test_where_there_is_nothing_it_says_so(lifter: Lifter, tool: str, words: str) -> None:
    assert await lifter.says(tool, exercise="bench") == words


async def test_without_any_training(lifter: Lifter) -> None:
    assert await lifter.says("get_personal_records") == "No records yet. They come with your sets."
    assert await lifter.says("get_todays_workout") == "Nothing is planned for today."
    assert await lifter.says("get_workout_summary") == "No workout yet."
    for tool in READING[::2][:2]:
        assert (await lifter.do(tool)).question is not None


@pytest.mark.parametrize("tool", READING[:3])
async def test_an_unclear_exercise_is_asked_about(lifter: Lifter, tool: str) -> None:
    result = await lifter.do(tool, exercise="press")
    assert not result.ok
    assert result.question is not None
    assert result.question.endswith("?")


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ([(225, 8)] * 3, "225 for 8 {when}, 3 sets."),
        ([(225, 8)], "225 for 8 {when}."),
        ([(225, 8), (225, 7), (225, 6)], "225 for 8, 7 and 6 {when}."),
        ([(185, 8), (205, 5)], "185 for 8 and 205 for 5 {when}."),
        ([(135, 10), (185, 8), (205, 5), (225, 3), (205, 5)], "Up to 225 for 3 {when}, 5 sets."),
    ],
)
async def test_the_last_time(lifter: Lifter, sets: list[tuple[float, int]], words: str) -> None:
    await lifter.did(BENCH, (95, 5), days_ago=20)
    await lifter.did(BENCH, *sets, days_ago=4)
    result = await lifter.do("get_last_performance", exercise="bench")
    assert result.say == words.format(when=f"last {day(4):%A}")
    assert result.performance is not None
    assert [(one.weight, one.reps) for one in result.performance.sets] == sets
    assert result.sets == []  # nothing was logged


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [
        (1, "yesterday"),
        (3, f"last {day(3):%A}"),
        (9, "9 days ago"),
        (400, "on {day:%B} {day.day}, {day.year}"),
    ],
)
async def test_days_are_said_as_people_say_them(lifter: Lifter, days_ago: int, words: str) -> None:
    await lifter.did(BENCH, (225, 8), days_ago=days_ago)
    said = await lifter.says("get_last_performance", exercise="bench")
    assert said == f"225 for 8 {words.format(day=day(days_ago))}."


async def test_days_are_the_athletes_own(lifter: Lifter) -> None:
    """What was 8 hours ago was yesterday where it is 5 in the morning, and today where it is 10."""
    moment = datetime.now(UTC) - timedelta(hours=8)
    await lifter.did(BENCH, (225, 8), days_ago=8 / 24)
    said = set()
    for zone in (_where_it_is(5), _where_it_is(10)):
        async with lifter.database.transaction(lifter.athlete_id) as db:
            await db.execute(update(UserProfile).values(timezone=zone))
        expected = (
            "today" if moment.astimezone(ZoneInfo(zone)).date() == today_in(ZoneInfo(zone)) else "yesterday"
        )
        said.add(await lifter.says("get_last_performance", exercise="bench"))
        assert f"225 for 8 {expected}." in said
    assert said == {"225 for 8 yesterday.", "225 for 8 today."}


def _where_it_is(hour: int) -> str:
    """A time zone with this hour of the day now."""
    east = (hour - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-east:+d}"


async def test_the_last_time_is_not_the_workout_that_is_on(lifter: Lifter) -> None:
    await lifter.do("log_set", exercise="bench", weight=185, reps=8)
    said = await lifter.says("get_last_performance")
    assert said == "No barbell bench press before this workout. 185 for 8 today."
    await lifter.did(BENCH, (225, 5), days_ago=1)
    assert await lifter.says("get_last_performance") == "225 for 5 yesterday."


async def test_warm_ups_are_not_what_was_done(lifter: Lifter) -> None:
    await lifter.did(BENCH, (45, 10), days_ago=1, set_type="warmup")
    assert await lifter.says("get_last_performance", exercise="bench") == "45 for 10, warm-up yesterday."
    await lifter.did(BENCH, (225, 5), days_ago=0.5)
    assert "warm" not in await lifter.says("get_last_performance", exercise="bench")


async def test_the_last_time_in_the_athletes_unit(kilos: Lifter) -> None:
    await kilos.did(BENCH, (225, 5), days_ago=1)
    assert await kilos.says("get_last_performance", exercise="bench") == "102 for 5 yesterday."


async def test_records_of_an_exercise(lifter: Lifter) -> None:
    await lifter.did(BENCH, (245, 1), (225, 5), days_ago=1)
    result = await lifter.do("get_personal_records", exercise="bench")
    assert result.say == "245 for 1 yesterday. Best for five: 225."
    assert {one.pr_type: one.value for one in result.records} == {
        "1rm": 245,
        "3rm": 225,
        "5rm": 225,
        "volume": 1125,
    }
    await lifter.do("log_set", exercise="bench", weight=135, reps=10)
    assert await lifter.says("get_personal_records") == result.say


async def test_records_with_body_weight(lifter: Lifter) -> None:
    await lifter.did(PULL_UP, (None, 12), (45, 5), days_ago=1)
    assert await lifter.says("get_personal_records", exercise="pull ups") == (
        "12 reps yesterday. Plus 45 for 5 yesterday."
    )


async def test_all_records(lifter: Lifter) -> None:
    await lifter.did(PULL_UP, (None, 12), days_ago=9)
    await lifter.did(BENCH, (225, 5), days_ago=8)
    await lifter.did(SQUAT, (315, 5), days_ago=7)
    await lifter.did(OHP, (135, 5), days_ago=6)
    result = await lifter.do("get_personal_records")
    assert (
        result.say
        == "135 overhead press, 315 barbell back squat and 225 barbell bench press; 1 more exercise."
    )
    assert len(result.records) == 4


async def test_a_summary_of_the_workout_so_far(lifter: Lifter) -> None:
    await lifter.do("start_workout", name="push day")
    assert (await lifter.says("get_workout_summary")) == "Nothing logged yet, 1 minute in."
    await lifter.do("log_set", exercise="bench", weight=45, reps=10, set_type="warmup")
    await lifter.do("log_set", weight=100, unit="kg", reps=10, sets=2)
    await lifter.do("log_set", exercise="pull ups", reps=12)
    result = await lifter.do("get_workout_summary")
    assert result.say == "4 sets, 1 of them a warm-up, 2 exercises, 4409 pounds in 1 minute."
    assert result.summary is not None
    assert result.summary.volume == pytest.approx(4409.2)


async def test_without_an_open_workout_the_last_one_is_summed_up(kilos: Lifter) -> None:
    await kilos.did(BENCH, (100, 5), (100, 5), days_ago=1, unit="kg")
    assert await kilos.says("get_workout_summary") == (
        "No workout is open. The last one: 2 sets, 1 exercise, 1000 kilos in 30 minutes, yesterday."
    )


async def test_what_is_usual_on_such_a_day(lifter: Lifter) -> None:
    for weeks in (1, 2):
        await lifter.did(BENCH, (225, 5), days_ago=7 * weeks, name="Push day")
    assert await lifter.says("get_todays_workout") == "Nothing is planned for today."
    await lifter.did(SQUAT, (225, 5), days_ago=21, name="Legs")
    weekday = f"{datetime.now(UTC):%A}"
    said = await lifter.says("get_todays_workout")
    assert said == f"Nothing is planned for today. On {weekday}s you usually do push day."


async def test_what_is_usual_without_names(lifter: Lifter) -> None:
    for weeks in (1, 2, 3):
        await lifter.did(BENCH, (225, 5), days_ago=7 * weeks)
        await lifter.did(SQUAT, (225, 5), days_ago=7 * weeks + 2)
    weekday = f"{datetime.now(UTC):%A}"
    assert (await lifter.says("get_todays_workout")).endswith(
        f"On {weekday}s you usually do barbell bench press."
    )


async def program(
    lifter: Lifter, *, days: list[int], started_days_ago: int = 0, exercises: int = 4
) -> list[UUID]:
    """An active program of three weeks with a day on each ISO weekday of `days`; returns the first week's."""
    rows = packaged_catalogue().by_slug
    slugs = (BENCH, OHP, "dip", "cable-lateral-raise")[:exercises]
    first: list[UUID] = []
    async with lifter.database.transaction(lifter.athlete_id) as db:
        plan = GeneratedProgram(
            user_id=lifter.athlete_id,
            name="Strength",
            program_type="strength",
            duration_weeks=3,
            days_per_week=len(days),
            is_active=True,
            started_at=day(started_days_ago),
        )
        db.add(plan)
        await db.flush()
        for number in (1, 2, 3):
            week = ProgramWeek(program_id=plan.id, week_number=number)
            db.add(week)
            await db.flush()
            for weekday in days:
                one = ProgramDay(
                    program_week_id=week.id,
                    day_of_week=weekday,
                    workout_name=f"push day {number}",
                    workout_type="push",
                )
                db.add(one)
                await db.flush()
                if number == 1:
                    first.append(one.id)
                for place, slug in enumerate(slugs, start=1):
                    fields: dict[str, Any] = (
                        {"reps_min": 8, "reps_max": 12} if place == 1 else {"reps_min": 10}
                    )
                    db.add(
                        ProgramExercise(
                            program_day_id=one.id,
                            exercise_id=rows[slug].id,
                            exercise_order=place,
                            sets=4,
                            **fields,
                        )
                    )
        await db.flush()
        plan_id = plan.id
    lifter.program_id = plan_id  # type: ignore[attr-defined]
    return first


async def test_the_programs_day(lifter: Lifter) -> None:
    await program(lifter, days=[datetime.now(UTC).isoweekday()])
    result = await lifter.do("get_todays_workout")
    assert result.say == (
        "Push day 1: 4 by 8 to 12 barbell bench press, 4 by 10 overhead press, 4 by 10 dip and 1 more."
    )
    assert result.plan is not None
    assert (result.plan.program, result.plan.day) == ("Strength", datetime.now(UTC).date())
    assert [one.reps for one in result.plan.exercises] == ["8-12", "10", "10", "10"]


async def test_the_week_of_the_program_goes_by_the_calendar(lifter: Lifter) -> None:
    today = datetime.now(UTC)
    await program(lifter, days=[today.isoweekday()], started_days_ago=today.weekday() + 1, exercises=0)
    assert await lifter.says("get_todays_workout") == "Push day 2."


async def test_a_program_that_is_over_plans_nothing(lifter: Lifter) -> None:
    await program(lifter, days=[1, 2, 3, 4, 5, 6, 7], started_days_ago=30)
    assert await lifter.says("get_todays_workout") == "Nothing is planned for today."


async def test_a_day_of_rest_says_what_is_next(lifter: Lifter) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await program(lifter, days=[tomorrow.isoweekday()])
    week = 1 if tomorrow.isoweekday() > 1 else 2
    assert (
        await lifter.says("get_todays_workout")
        == f"Nothing today. Push day {week} is next, on {tomorrow:%A}."
    )


@pytest.mark.parametrize(
    ("status", "words"), [("completed", " Done already."), ("skipped", " You skipped it.")]
)
async def test_what_has_become_of_the_day(lifter: Lifter, status: str, words: str) -> None:
    (one,) = await program(lifter, days=[datetime.now(UTC).isoweekday()], exercises=0)
    async with lifter.database.transaction(lifter.athlete_id) as db:
        db.add(
            ProgramAdherence(
                user_id=lifter.athlete_id,
                program_id=lifter.program_id,  # type: ignore[attr-defined]
                program_day_id=one,
                scheduled_date=datetime.now(UTC).date(),
                status=status,
            )
        )
    assert await lifter.says("get_todays_workout") == f"Push day 1.{words}"


async def test_nobody_hears_of_anothers_training(lifter: Lifter, kilos: Lifter) -> None:
    await lifter.did(BENCH, (225, 5))
    await program(lifter, days=[1, 2, 3, 4, 5, 6, 7])
    for tool in READING:
        arguments = {"exercise": "bench"} if tool in READING[:3] else {}
        assert (await kilos.says(tool, **arguments)).startswith("No")
    assert await kilos.rows(WorkoutSet) == []

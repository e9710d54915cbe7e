"""Weeks in a row: against a walk over the calendar's weeks."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.streaks import Moment, Plan, Schedule, Streak, Week, this_week, weeks_of

MONDAY = date(2025, 9, 1)
ONE_WEEK = timedelta(weeks=1)

offsets = st.lists(st.integers(0, 69), max_size=60)
goals = st.none() | st.integers(1, 5)


def on(*days: str) -> list[Moment]:
    return [Moment(date.fromisoformat(day)) for day in days]


def goal(times: int | None, since: date = date.min) -> Plan:
    return Plan(since, weekly_goal=times)


def walk(done: list[date], goal_on: Schedule, today: date) -> tuple[int, int]:
    """The current and the longest streak, found by walking over the weeks."""
    count = longest = 0
    week = MONDAY
    while week <= today:
        last = min(week + timedelta(days=6), today)
        wanted = goal_on.on(last).weekly_goal
        sessions = sum(week <= day < week + ONE_WEEK for day in done)
        if wanted is not None and sessions >= wanted:
            count += 1
        elif wanted is None or week + ONE_WEEK <= today:
            count = 0
        longest = max(longest, count)
        week += ONE_WEEK
    return count, longest


@given(
    offsets,
    st.integers(0, 69),
    st.tuples(goals, goals, goals),
    st.tuples(st.integers(1, 30), st.integers(31, 69)),
)
def test_it_is_the_walk_over_the_calendar(
    done: list[int], now: int, wanted: tuple[int | None, ...], changes: tuple[int, int]
) -> None:
    today = MONDAY + timedelta(days=now)
    days = [MONDAY + timedelta(days=offset) for offset in done if offset <= now]
    since = (date.min, *(MONDAY + timedelta(days=offset) for offset in changes))
    schedule = Schedule(tuple(Plan(day, weekly_goal=times) for day, times in zip(since, wanted, strict=True)))
    found = weeks_of([Moment(day) for day in days], schedule, today)
    assert (found.current, found.longest) == walk(days, schedule, today)
    assert found.last_day == max(days, default=None)


def test_this_week_counts_when_its_goal_is_met_and_breaks_nothing_before_it_is_over() -> None:
    twice = Schedule((goal(2),))
    done = on("2025-11-03", "2025-11-05", "2025-11-10")
    assert weeks_of(done, twice, date(2025, 11, 16)).current == 1
    assert weeks_of([*done, *on("2025-11-16")], twice, date(2025, 11, 16)).current == 2
    assert weeks_of(done, twice, date(2025, 11, 17)).current == 0


def test_two_sessions_on_a_day_are_two() -> None:
    assert weeks_of(on("2025-11-03", "2025-11-03"), Schedule((goal(2),)), date(2025, 11, 4)).current == 1


def test_without_a_goal_there_is_no_streak() -> None:
    done = on("2025-11-03", "2025-11-10")
    assert weeks_of(done, Schedule(), date(2025, 11, 12)) == Streak(last_day=date(2025, 11, 10))


def test_a_goal_that_was_raised_does_not_judge_the_weeks_before_it() -> None:
    raised = Schedule((goal(1), goal(3, date(2025, 11, 11))))
    done = on("2025-10-28", "2025-11-04", "2025-11-10", "2025-11-11", "2025-11-12")
    assert weeks_of(done, raised, date(2025, 11, 12)).current == 3


def test_how_far_the_week_is() -> None:
    done = on("2025-11-09", "2025-11-10", "2025-11-12")
    assert this_week(done, Schedule((goal(3),)), date(2025, 11, 13)) == Week(2, 3)
    assert this_week(done, Schedule(), date(2025, 11, 13)) == Week(2, None)

"""Weeks in a row in which the weekly goal was met. No database.

Weeks begin on Monday, by the dates of `days`. The goal of a week is the one that stood when it ended, of the
week that is going on the one of today. A week without a goal ends a streak; this week adds to it once its
goal is met, and does not break it before it is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from services.streaks.days import Moment, Schedule, Streak

ONE_WEEK = timedelta(weeks=1)
SUNDAY = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Week:
    """How far a week is: `done` of `goal` sessions. No goal, nothing to meet."""

    done: int
    goal: int | None

    @property
    def is_met(self) -> bool:
        """Whether it counts."""
        return self.goal is not None and self.done >= self.goal


def monday(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def this_week(sessions: Iterable[Moment], schedule: Schedule, today: date) -> Week:
    """How far the week of `today` is."""
    first = monday(today)
    return Week(sum(monday(one.day) == first for one in sessions), schedule.on(today).weekly_goal)


def weeks_of(sessions: Iterable[Moment], schedule: Schedule, today: date) -> Streak:
    """The streak of weeks that training `sessions` come to, as it stands `today`."""
    done: Counter[date] = Counter()
    last_day: date | None = None
    for one in sessions:
        done[monday(one.day)] += 1
        last_day = one.day if last_day is None else max(last_day, one.day)
    now = monday(today)
    longest = length = 0
    started: date | None = None
    before: date | None = None
    for first in sorted(done):
        if not Week(done[first], _goal(schedule, first, today)).is_met:
            continue
        if before is None or first - before > ONE_WEEK:
            length, started = 0, first
        length, before = length + 1, first
        longest = max(longest, length)
    alive = before is not None and now - before <= ONE_WEEK and _goal(schedule, now, today) is not None
    return Streak(length if alive else 0, longest, started, last_day)


def _goal(schedule: Schedule, first: date, today: date) -> int | None:
    return schedule.on(min(first + SUNDAY, max(first, today))).weekly_goal

"""Days in a row, by the dates on the athlete's own clock. No database.

- Whatever is done belongs to the date in the time zone in which it was done, for good: a change of time zone
  moves nothing that was done before it. A date counts once.
- Two dates follow each other when every date between them may be missed. A planned rest day may: with a
  training schedule every weekday that is not in it. It does not break a streak, and does not count in it.
- A clock that is put forward on a journey takes its hours from a date, or from two across the date line: so
  many may be missed between what was done last before and first after it. A clock that is put back makes a
  date longer, or shows it twice; it still counts once.
- A streak is alive until a date that may not be missed is over. Today is not over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ONE_DAY = timedelta(days=1)
UTC_NAME = "UTC"


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # not on this machine, or never was one
        return ZoneInfo(UTC_NAME)


def date_in(zone: str, moment: datetime) -> date:
    """The date on the clocks of `zone` (an IANA name; UTC if it is not known) at `moment`."""
    return moment.astimezone(_zone(zone)).date()


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where something was done. What has only a date has no `at`."""

    day: date
    at: datetime | None = None
    zone: str | None = None

    @classmethod
    def of(cls, at: datetime, zone: str) -> Moment:
        """A moment in a zone, and its date there."""
        return cls(date_in(zone, at), at, zone)

    @property
    def hour(self) -> int | None:
        """The hour of the day, on the clock of the place."""
        return self.at.astimezone(_zone(self.zone)).hour if self.at and self.zone else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the athlete meant to do `since` a day: on which ISO weekdays to train, and how often a week."""

    since: date
    training_days: frozenset[int] = frozenset()
    weekly_goal: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The athlete's plans in the order of their days. The first holds before its day as well."""

    plans: tuple[Plan, ...] = ()

    def on(self, day: date) -> Plan:
        """The plan of a day."""
        if not self.plans:
            return Plan(date.min)
        return self.plans[max(0, bisect_right(self.plans, day, key=lambda plan: plan.since) - 1)]

    def may_rest(self, day: date) -> bool:
        """Whether `day` is a planned rest day."""
        planned = self.on(day).training_days
        return bool(planned) and day.isoweekday() not in planned


EVERY_DAY = Schedule()
"""No day may be missed."""


@dataclass(frozen=True, slots=True)
class Streak:
    """How many in a row: now, and at most ever. The days are of the newest streak, alive or not."""

    current: int = 0
    longest: int = 0
    started_on: date | None = None
    last_day: date | None = None


def streak_of(moments: Iterable[Moment], schedule: Schedule, now: Moment) -> Streak:
    """The streak of days that `moments`, in any order, come to, as it stands `now`."""
    days = _days(moments)
    if not days:
        return Streak()
    longest = length = 1
    started = days[0].first.day
    for before, after in pairwise(days):
        if _follows(before.last, after.first, schedule):
            length += 1
        else:
            length, started = 1, after.first.day
        longest = max(longest, length)
    last = days[-1].last
    alive = _follows(last, now, schedule)
    return Streak(length if alive else 0, longest, started, last.day)


@dataclass(slots=True)
class _Day:
    first: Moment
    last: Moment


def _days(moments: Iterable[Moment]) -> Sequence[_Day]:
    """The dates on which something was done, each with the first and the last of it."""
    days: dict[date, _Day] = {}
    for moment in moments:
        day = days.setdefault(moment.day, _Day(moment, moment))
        if moment.at is None:
            continue
        if day.first.at is None or moment.at < day.first.at:
            day.first = moment
        if day.last.at is None or moment.at > day.last.at:
            day.last = moment
    return [days[day] for day in sorted(days)]


def _follows(before: Moment, after: Moment, schedule: Schedule) -> bool:
    """Whether no more dates were missed between two moments than may be."""
    allowed = _taken_by_travel(before, after)
    day = before.day + ONE_DAY
    while day < after.day:
        if not schedule.may_rest(day):
            allowed -= 1
        if allowed < 0:
            return False
        day += ONE_DAY
    return True


def _taken_by_travel(before: Moment, after: Moment) -> int:
    """How many dates lost hours to a clock that was put forward between two moments."""
    if before.zone is None or after.zone is None or after.at is None or before.zone == after.zone:
        return 0
    forward = _offset(after.zone, after.at) - _offset(before.zone, after.at)
    return max(0, -(-forward // ONE_DAY))


def _offset(zone: str, moment: datetime) -> timedelta:
    return moment.astimezone(_zone(zone)).utcoffset() or timedelta()

"""Days in a row: against a walk over the calendar, through clock changes, and on journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.streaks import EVERY_DAY, Moment, Plan, Schedule, Streak, streak_of

ZONES = (
    *("UTC", "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo", "Asia/Kolkata"),
    *("Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Pago_Pago", "Pacific/Kiritimati"),
)
# Clocks in Europe and America are put forward on 9 and 30 March 2025, back on 26 October and 2 November.
CLOCKS_FORWARD = datetime(2025, 3, 1, tzinfo=UTC)
CLOCKS_BACK = datetime(2025, 10, 18, tzinfo=UTC)
DAY = timedelta(days=1)
STEP = timedelta(minutes=30)

zones = st.sampled_from(ZONES)
starts = st.sampled_from((CLOCKS_FORWARD, CLOCKS_BACK))
minutes = st.lists(st.integers(0, 40 * 24 * 60), max_size=60)
weekdays = st.frozensets(st.integers(1, 7))


def walk(days: Iterable[date], may_rest: Callable[[date], bool], today: date) -> tuple[int, int]:
    """The current and the longest streak, found by walking over the calendar."""
    done = set(days)
    count = longest = 0
    day = min(done, default=today)
    while day <= max(today, *done) if done else day <= today:
        if day in done:
            count += 1
        elif day < today and not may_rest(day):
            count = 0
        longest = max(longest, count)
        day += DAY
    return count, longest


@given(zones, starts, minutes, st.integers(0, 40 * 24 * 60), weekdays)
def test_in_one_place_it_is_the_walk_over_the_calendar(
    zone: str, start: datetime, done: list[int], now: int, planned: frozenset[int]
) -> None:
    times = [start + timedelta(minutes=minute) for minute in done if minute <= now]
    here = start + timedelta(minutes=now)
    schedule = Schedule((Plan(date.min, planned),))
    days = [time.astimezone(ZoneInfo(zone)).date() for time in times]

    found = streak_of([Moment.of(time, zone) for time in times], schedule, Moment.of(here, zone))

    today = here.astimezone(ZoneInfo(zone)).date()
    expected = walk(days, lambda day: bool(planned) and day.isoweekday() not in planned, today)
    assert (found.current, found.longest) == expected
    assert found.last_day == max(days, default=None)


@given(zones, starts, minutes)
def test_the_order_does_not_matter(zone: str, start: datetime, done: list[int]) -> None:
    moments = [Moment.of(start + timedelta(minutes=minute), zone) for minute in done]
    now = Moment.of(start + 41 * DAY, zone)
    assert streak_of(moments, EVERY_DAY, now) == streak_of(reversed(moments), EVERY_DAY, now)


class Traveller:
    """Somebody whose clock is looked at every half hour, and who flies at given times."""

    def __init__(self, start: datetime, legs: list[tuple[str, int]]) -> None:
        self.hours: list[tuple[datetime, str]] = []
        time = start
        for zone, steps in legs:
            for _ in range(steps):
                self.hours.append((time, zone))
                time += STEP

    def trains_daily(self, hour: int) -> list[Moment]:
        """At the first look at the clock at or after `hour`, within the hour, once a date."""
        done: dict[date, Moment] = {}
        for time, zone in self.hours:
            local = time.astimezone(ZoneInfo(zone))
            if local.hour == hour:
                done.setdefault(local.date(), Moment.of(time, zone))
        return list(done.values())


legs = st.lists(st.tuples(zones, st.integers(2 * 48, 9 * 48)), min_size=1, max_size=6)


@given(starts, legs, st.integers(5, 23))
def test_training_at_the_same_hour_wherever_one_is_never_breaks(
    start: datetime, legs: list[tuple[str, int]], hour: int
) -> None:
    traveller = Traveller(start, legs)
    moments = traveller.trains_daily(hour)
    assume(len(moments) > 1)
    found = streak_of(moments, EVERY_DAY, moments[-1])
    assert found.current == found.longest == len(moments)


@given(starts, legs, st.lists(st.integers(0, 2000), max_size=40))
def test_a_date_counts_once_however_often_the_clock_shows_it(
    start: datetime, legs: list[tuple[str, int]], chosen: list[int]
) -> None:
    hours = Traveller(start, legs).hours
    moments = [Moment.of(*hours[index]) for index in chosen if index < len(hours)]
    assume(moments)
    found = streak_of(moments, EVERY_DAY, max(moments, key=lambda one: one.day))
    assert found.longest <= len({one.day for one in moments})


@given(zones, zones, starts, minutes, st.integers(0, 41 * 24 * 60), weekdays)
def test_arriving_somewhere_neither_breaks_nor_adds(
    here: str, there: str, start: datetime, done: list[int], now: int, planned: frozenset[int]
) -> None:
    schedule = Schedule((Plan(date.min, planned),))
    moments = [Moment.of(start + timedelta(minutes=minute), here) for minute in done if minute <= now]
    time = start + timedelta(minutes=now)
    before = streak_of(moments, schedule, Moment.of(time, here))
    after = streak_of(moments, schedule, Moment.of(time, there))
    assert after.longest == before.longest
    if before.current:
        assert after.current == before.current


@given(zones, starts, st.integers(2, 30), st.integers(0, 23))
def test_a_day_in_one_place_that_is_missed_breaks(zone: str, start: datetime, length: int, hour: int) -> None:
    first = start.astimezone(ZoneInfo(zone)).replace(hour=hour)
    days = [first + timedelta(days=index) for index in range(length + 2) if index != length]
    moments = [Moment.of(day, zone) for day in days]
    found = streak_of(moments, EVERY_DAY, moments[-1])
    assert (found.current, found.longest) == (1, length)


def at(zone: str, text: str) -> Moment:
    return Moment.of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)), zone)


LA, NEW_YORK, TOKYO = "America/Los_Angeles", "America/New_York", "Asia/Tokyo"


@pytest.mark.parametrize(
    ("moments", "length"),
    [
        # East: Tuesday was spent in the air.
        ([at(NEW_YORK, "2025-11-03 18:00"), at(TOKYO, "2025-11-05 18:00")], 2),
        # East by three hours: the hour at which they train was among them.
        ([at(LA, "2025-11-03 18:00"), at(NEW_YORK, "2025-11-05 18:00")], 2),
        # But not two days.
        ([at(NEW_YORK, "2025-11-03 18:00"), at(TOKYO, "2025-11-06 18:00")], 1),
        # West across the date line: Tuesday twice, Tuesday once.
        ([at(TOKYO, "2025-11-04 08:00"), at(LA, "2025-11-04 18:00"), at(LA, "2025-11-05 18:00")], 2),
        # West there is no excuse: the day was longer.
        ([at(TOKYO, "2025-11-03 18:00"), at(LA, "2025-11-05 18:00")], 1),
        # A date that was not on the calendar of either.
        ([at("Pacific/Pago_Pago", "2025-11-02 18:00"), at("Pacific/Kiritimati", "2025-11-04 18:00")], 2),
        # In the same place, around the two clock changes.
        ([at(NEW_YORK, "2025-03-08 23:59"), at(NEW_YORK, "2025-03-09 03:01")], 2),
        ([at(NEW_YORK, "2025-11-01 23:59"), at(NEW_YORK, "2025-11-02 01:30")], 2),
        ([at(NEW_YORK, "2025-11-01 20:00"), at(NEW_YORK, "2025-11-03 00:10")], 1),
    ],
)
def test_journeys(moments: list[Moment], length: int) -> None:
    assert streak_of(moments, EVERY_DAY, moments[-1]).current == length


def test_late_in_the_evening_is_the_same_day_whatever_utc_says() -> None:
    monday, tuesday = at(LA, "2025-11-03 22:00"), at(LA, "2025-11-04 06:00")
    assert [monday.day.day, tuesday.day.day] == [3, 4]
    assert monday.at is not None
    assert monday.at.astimezone(UTC).day == 4


def test_a_streak_is_alive_until_today_is_over() -> None:
    done = [at(LA, "2025-11-03 18:00"), at(LA, "2025-11-04 18:00")]
    assert streak_of(done, EVERY_DAY, at(LA, "2025-11-05 23:59")).current == 2
    assert streak_of(done, EVERY_DAY, at(LA, "2025-11-06 00:00")) == Streak(
        0, 2, date(2025, 11, 3), date(2025, 11, 4)
    )


def test_planned_rest_days_neither_break_nor_count() -> None:
    week = Schedule((Plan(date.min, frozenset({1, 3, 5})),))
    done = [at(LA, f"2025-11-{day:02} 18:00") for day in (3, 5, 7, 10)]
    assert streak_of(done, week, at(LA, "2025-11-12 12:00")).current == 4
    assert streak_of(done, week, at(LA, "2025-11-13 12:00")).current == 0


def test_training_on_a_rest_day_counts() -> None:
    week = Schedule((Plan(date.min, frozenset({1, 3, 5})),))
    done = [at(LA, f"2025-11-{day:02} 18:00") for day in (3, 4, 5)]
    assert streak_of(done, week, done[-1]).current == 3


def test_a_new_schedule_does_not_judge_the_days_before_it() -> None:
    done = [at(LA, f"2025-11-{day:02} 18:00") for day in (3, 5, 7, 10, 11, 12)]
    changed = Schedule((Plan(date.min, frozenset({1, 3, 5})), Plan(date(2025, 11, 10), frozenset({1, 2, 3}))))
    assert streak_of(done, changed, done[-1]).current == 6
    always = Schedule((Plan(date.min, frozenset({1, 2, 3})),))
    assert streak_of(done, always, done[-1]).current == 5


def test_what_has_only_a_date_counts_with_what_has_a_time() -> None:
    done = [at(LA, "2025-11-03 18:00"), Moment(date(2025, 11, 4)), at(TOKYO, "2025-11-05 09:00")]
    assert streak_of(done, EVERY_DAY, done[-1]).current == 3


def test_an_unknown_zone_is_taken_for_utc() -> None:
    assert Moment.of(datetime(2025, 11, 3, 23, 30, tzinfo=UTC), "Mars/Olympus").day == date(2025, 11, 3)

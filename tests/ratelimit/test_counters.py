"""The sliding window: never more than the limit in any of them, and no longer wait than is needed."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ratelimit.counters import SLICES, Counter, DatabaseCounter, KeyValueCounter, slice_ms

START = 1_700_000_000_000
WINDOW = 10_000

limits = st.integers(1, 12)
# Long ones: a Redis forgets a key by its own clock, which goes on while the tests' time stands still.
windows = st.sampled_from([60_000, 61_003, 3_600_000, 86_400_000])
# In thousandths of a window: bursts, and silences up to two windows long.
gaps = st.lists(st.one_of(st.just(0), st.integers(0, 60), st.integers(0, 2_200)), min_size=1, max_size=30)

on_real_stores = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def moments(start: int, window_ms: int, gaps: list[int]) -> list[int]:
    at, found = start, []
    for gap in gaps:
        at += gap * window_ms // 1000
        found.append(at)
    return found


@on_real_stores
@given(limit=limits, window_ms=windows, gaps=gaps, offset=st.integers(0, 10_000))
async def test_no_window_holds_more_than_the_limit(
    counter: Counter, limit: int, window_ms: int, gaps: list[int], offset: int
) -> None:
    key, allowed = uuid4().hex, []
    for at in moments(START + offset, window_ms, gaps):
        count = await counter.hit(key, limit, window_ms, at)
        recent = [one for one in allowed if one > at - window_ms]
        if count.allowed:
            allowed.append(at)
            assert len(recent) < limit
        else:
            # It is refused for what was in the window, or has left it for a slice at most.
            assert len([one for one in allowed if one > at - window_ms - slice_ms(window_ms)]) >= limit
            assert count.used >= limit


@on_real_stores
@given(limit=limits, window_ms=windows, gaps=gaps)
async def test_the_time_to_wait_is_right_to_the_millisecond(
    counter: Counter, limit: int, window_ms: int, gaps: list[int]
) -> None:
    key = uuid4().hex
    for at in moments(START, window_ms, gaps):
        count = await counter.hit(key, limit, window_ms, at)
        if count.retry_ms == 0:
            assert count.used < limit
        elif count.allowed or count.retry_ms > 1:
            assert not (await counter.hit(key, limit, window_ms, at + count.retry_ms - 1)).allowed
        if count.retry_ms:
            assert 0 < count.retry_ms <= window_ms + slice_ms(window_ms)
            assert (await counter.hit(key, limit, window_ms, at + count.retry_ms)).allowed
            return


async def test_after_a_reset_all_is_free(counter: Counter) -> None:
    for at in (START, START + 3_000):
        count = await counter.hit("a", 5, WINDOW, at)
    assert count.used == 2
    assert WINDOW <= count.reset_ms <= WINDOW + slice_ms(WINDOW)
    assert (await counter.hit("a", 5, WINDOW, START + 3_000 + count.reset_ms - 1)).used == 2
    assert (await counter.hit("b", 5, WINDOW, START)).used == 1
    assert (await counter.hit("a", 5, WINDOW, START + 5 * WINDOW)).used == 1


async def test_what_is_refused_does_not_count(counter: Counter) -> None:
    counts = [await counter.hit("a", 3, WINDOW, START + i) for i in range(10)]
    assert [one.allowed for one in counts] == [True] * 3 + [False] * 7
    assert [one.used for one in counts] == [1, 2] + [3] * 8


async def test_a_clock_that_is_behind_counts_for_now(counter: Counter) -> None:
    assert (await counter.hit("a", 2, WINDOW, START)).allowed
    assert (await counter.hit("a", 2, WINDOW, START - 5 * WINDOW)).allowed
    assert not (await counter.hit("a", 2, WINDOW, START)).allowed


async def test_many_at_once_are_not_more_than_the_limit(counter: Counter) -> None:
    counts = await asyncio.gather(*(counter.hit("a", 7, 60_000) for _ in range(40)))
    assert sum(one.allowed for one in counts) == 7
    assert sorted(one.used for one in counts if one.allowed) == [1, 2, 3, 4, 5, 6, 7]


async def test_without_a_time_it_is_now(counter: Counter) -> None:
    first = await counter.hit("a", 1, 400)
    second = await counter.hit("a", 1, 400)
    assert (first.allowed, second.allowed) == (True, False)
    await asyncio.sleep(0.45)
    assert (await counter.hit("a", 1, 400)).allowed


@on_real_stores
@given(limit=limits, window_ms=windows, gaps=gaps)
async def test_both_ways_of_counting_say_the_same(
    postgresql_counter: DatabaseCounter,
    redis_counter: KeyValueCounter,
    limit: int,
    window_ms: int,
    gaps: list[int],
) -> None:
    key = uuid4().hex
    for at in moments(START, window_ms, gaps):
        assert await redis_counter.hit(key, limit, window_ms, at) == await postgresql_counter.hit(
            key, limit, window_ms, at
        )


@pytest.mark.parametrize(("window", "slice_length"), [(60_000, 6_000), (999, 100), (5, 1), (1, 1)])
def test_slices_cover_the_window(window: int, slice_length: int) -> None:
    assert slice_ms(window) == slice_length
    assert slice_ms(window) * SLICES >= window

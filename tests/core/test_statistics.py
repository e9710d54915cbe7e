"""Intervals and the paired test: known values, and what must hold of all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics import mcnemar, wilson

COUNTS = st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_is_that_of_newcombe_1998(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


@given(COUNTS)
def test_the_share_is_in_its_interval_and_more_turns_make_it_narrower(counts: tuple[int, int]) -> None:
    hits, total = counts
    low, high = wilson(hits, total)
    assert 0.0 <= low <= hits / total <= high <= 1.0
    wider = high - low
    low, high = wilson(10 * hits, 10 * total)
    assert high - low < wider


@pytest.mark.parametrize(("a", "b", "p"), [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (1, 9, 0.021484375)])
def test_the_paired_test_is_the_binomial_one(a: int, b: int, p: float) -> None:
    assert mcnemar(a, b) == mcnemar(b, a) == pytest.approx(p)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_further_apart_the_less_likely(a: int, b: int) -> None:
    assert 0.0 < mcnemar(a, b) <= 1.0
    if a > b:
        assert mcnemar(a + 1, b) <= mcnemar(a, b)

"""Maxima, effort and plates, against published values and their own logic."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.units import WeightUnit
from services.strength import (
    BARS,
    MAX_REPS,
    PLATES,
    epley,
    estimate_one_rep_max,
    load_bar,
    percent_of_max,
)

REFERENCE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "reference.yaml").read_text())


@pytest.mark.parametrize(("reps", "expected"), REFERENCE["epley_100kg"].items())
def test_epley(reps: int, expected: float) -> None:
    assert epley(100, reps) == pytest.approx(expected, abs=0.005)


def test_one_rep_is_its_own_maximum() -> None:
    assert epley(100, 1) == estimate_one_rep_max(100, 1) == estimate_one_rep_max(100, 1, rpe=10) == 100


@pytest.mark.parametrize("rpe", REFERENCE["rpe_chart"])
def test_the_chart_of_efforts(rpe: float) -> None:
    chart = [percent_of_max(reps, rpe) for reps in range(1, 13)]
    assert chart == REFERENCE["rpe_chart"][rpe]


@pytest.mark.parametrize(("weight", "reps", "rpe", "expected"), REFERENCE["rpe_estimates"])
def test_estimates_from_effort(weight: float, reps: int, rpe: float, expected: float) -> None:
    assert estimate_one_rep_max(weight, reps, rpe=rpe) == pytest.approx(expected, abs=0.05)
    assert estimate_one_rep_max(weight, reps, rir=10 - int(rpe)) == pytest.approx(expected, abs=0.05)


def test_of_two_efforts_the_finer_counts() -> None:
    assert estimate_one_rep_max(100, 5, rpe=8.5, rir=2) == estimate_one_rep_max(100, 5, rpe=8.5)


def test_an_effort_off_the_chart_is_not_guessed_at() -> None:
    assert percent_of_max(5, 6) is None
    assert percent_of_max(13, 9) is None
    assert estimate_one_rep_max(100, 5, rpe=6) == epley(100, 5)


@pytest.mark.parametrize("reps", [0, -1, MAX_REPS + 1, 20, 37, 40])
def test_where_formulas_mean_little_there_is_no_number(reps: int) -> None:
    assert estimate_one_rep_max(100, reps) is None
    assert estimate_one_rep_max(100, reps, rpe=9) is None


@given(weight=st.floats(1, 1000), reps=st.integers(1, 12), rpe=st.sampled_from([6.5, 7, 7.5, 8, 8.5, 9, 9.5]))
def test_reps_left_over_mean_that_more_can_be_lifted(weight: float, reps: int, rpe: float) -> None:
    easy, hard = (estimate_one_rep_max(weight, reps, rpe=one) for one in (rpe, rpe + 0.5))
    assert easy is not None
    assert hard is not None
    assert easy > hard >= weight


PLATE_CASES = [(unit, weight) for unit in ("lbs", "kg") for weight in REFERENCE["plates"][unit]]


@pytest.mark.parametrize(("unit", "weight"), PLATE_CASES)
def test_plates(unit: WeightUnit, weight: float) -> None:
    case = REFERENCE["plates"][unit][weight]
    choice = load_bar(weight, BARS[unit], PLATES[unit])
    found = choice.exact or choice.below
    assert found is not None
    assert list(found.side) == case["side"]
    assert weight - found.weight == case["rest"]
    assert (choice.exact is None) == (case["rest"] > 0)


def test_what_cannot_be_loaded_has_neighbours() -> None:
    choice = load_bar(137.5, 45, PLATES["lbs"])
    assert choice.exact is None
    assert choice.below is not None
    assert choice.above is not None
    assert (choice.below.weight, choice.above.weight) == (135, 140)
    assert choice.above.side == (45, 2.5)


def test_below_the_bar_there_is_only_the_bar() -> None:
    choice = load_bar(40, 45, PLATES["lbs"])
    assert (choice.exact, choice.below) == (None, None)
    assert choice.above is not None
    assert (choice.above.weight, choice.above.side) == (45, ())


def test_with_few_plates_the_way_that_works_is_found() -> None:
    # The heaviest first would take the 45 and then lack 15.
    choice = load_bar(165, 45, {45: 1, 35: 1, 25: 1})
    assert choice.exact is not None
    assert choice.exact.side == (35, 25)


@given(
    weight=st.integers(0, 800).map(lambda n: n / 2),
    plates=st.dictionaries(st.sampled_from([45.0, 35.0, 25.0, 10.0, 5.0, 2.5]), st.integers(0, 2)),
)
def test_loads_are_the_nearest_that_the_plates_allow(weight: float, plates: dict[float, int]) -> None:
    choice = load_bar(weight, 45, plates)
    counts = product(*(range(pairs + 1) for pairs in plates.values()))
    totals = {45 + 2 * sum(p * n for p, n in zip(plates, some, strict=True)) for some in counts}
    for load in (choice.exact, choice.below, choice.above):
        if load is not None:
            assert load.weight == 45 + 2 * sum(load.side)
            assert all(load.side.count(plate) <= plates[plate] for plate in load.side)
            assert list(load.side) == sorted(load.side, reverse=True)
    if weight in totals:
        assert choice.exact is not None
        assert choice.exact.weight == weight
    else:
        assert choice.exact is None
        assert (choice.below and choice.below.weight) == max((t for t in totals if t < weight), default=None)
        assert (choice.above and choice.above.weight) == min((t for t in totals if t > weight), default=None)

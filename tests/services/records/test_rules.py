"""The rules of records, set by set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.units import WeightUnit
from db.models import PrType
from services.exercises.catalogue import packaged_catalogue
from services.records.rules import Bests, Lift, advance, counts, load_of, replay

CATALOGUE = packaged_catalogue().by_slug
START = datetime(2025, 1, 1, tzinfo=UTC)


def lift(
    weight: float | None,
    reps: int,
    *,
    unit: WeightUnit = "lbs",
    slug: str = "barbell-bench-press",
    at: int = 0,
) -> Lift:
    return Lift(uuid4(), uuid4(), CATALOGUE[slug].id, START + timedelta(minutes=at), reps, weight, unit)


def types(bests: Bests, one: Lift) -> list[PrType]:
    return [record.slot.pr_type for record in advance(bests, one)]


def test_a_single_is_a_record_of_one_rep_alone() -> None:
    bests: Bests = {}
    assert types(bests, lift(225, 5)) == ["reps_at_weight", "1rm", "3rm", "5rm", "volume"]
    assert types(bests, lift(245, 1, at=1)) == ["reps_at_weight", "1rm"]
    assert types(bests, lift(235, 4, at=2)) == ["reps_at_weight", "3rm"]
    assert types(bests, lift(225, 5, at=3)) == []


def test_a_record_names_the_one_it_beat_and_by_how_much() -> None:
    bests: Bests = {}
    (first,) = (r for r in advance(bests, lift(100, 1, unit="kg")) if r.slot.pr_type == "1rm")
    (second,) = (r for r in advance(bests, lift(225, 1, at=1)) if r.slot.pr_type == "1rm")
    assert (first.previous, first.improvement) == (None, None)
    assert (second.previous, second.improvement) == (first.id, 2.06)
    assert (second.value, second.lift.unit) == (225, "lbs")


@pytest.mark.parametrize(
    ("one", "other"),
    [((225, "lbs"), (102.06, "kg")), ((225, "lbs"), (102.1, "kg")), ((45, "lbs"), (20.4, "kg"))],
)
def test_a_load_is_the_same_in_either_unit(
    one: tuple[float, WeightUnit], other: tuple[float, WeightUnit]
) -> None:
    assert load_of(*one) == load_of(*other)


@given(st.floats(1, 500), st.sampled_from([("kg", 0.25), ("lbs", 0.5)]))
def test_the_smallest_step_that_can_be_loaded_is_another_load(
    weight: float, step: tuple[WeightUnit, float]
) -> None:
    unit, more = step
    assert load_of(weight + more, unit) > load_of(weight, unit)


def test_sets_of_one_moment_have_records_of_their_own_moments() -> None:
    records = replay({}, [lift(100, 5), lift(110, 5), lift(120, 5)])
    moments = [record.achieved_at for record in records if record.slot.pr_type == "1rm"]
    assert moments == [START + timedelta(microseconds=n) for n in range(3)]


def test_what_is_added_to_body_weight_has_no_volume_and_no_estimate() -> None:
    records = advance({}, lift(45, 5, slug="pull-up"))
    assert {record.slot.pr_type for record in records} == {"reps_at_weight", "1rm", "3rm", "5rm"}
    assert all(record.estimate is None for record in records)


@pytest.mark.parametrize(
    ("slug", "set_type", "reps", "weight", "expected"),
    [
        ("barbell-bench-press", "working", 5, 225, True),
        ("barbell-bench-press", "drop", 5, 225, True),
        ("barbell-bench-press", "failure", 5, 225, True),
        ("barbell-bench-press", "amrap", 5, 225, True),
        ("barbell-bench-press", "warmup", 5, 225, False),
        ("barbell-bench-press", "working", None, 225, False),
        ("barbell-bench-press", "working", 0, 225, False),
        ("barbell-bench-press", "working", 5, None, False),
        ("pull-up", "working", 5, None, True),
        ("assisted-pull-up", "working", 5, 40, False),
        ("plank", "working", 5, None, False),
    ],
)
def test_which_sets_count(
    slug: str, set_type: str, reps: int | None, weight: float | None, expected: bool
) -> None:
    assert counts(CATALOGUE[slug], set_type, reps, weight) is expected  # type: ignore[arg-type]

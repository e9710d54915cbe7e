"""Impossible values are asked about, possible ones are not."""

from __future__ import annotations

import pytest

from services.limits import check_rest, check_set


@pytest.mark.parametrize(
    "values",
    [
        {"weight": 1080, "reps": 5},
        {"weight": 500, "unit": "kg"},
        {"weight": -5},
        {"weight": 225, "reps": 5.5},
        {"weight": 225, "reps": 900},
        {"reps": 0},
        {"rpe": 14},
        {"rpe": 0},
        {"rpe": 7.3},
        {"rir": 12},
        {"sets": 60},
        {"sets": 2.5},
        {"duration_seconds": 0},
        {"distance_meters": 1e6},
    ],
)
def test_impossible(values: dict[str, float]) -> None:
    question = check_set(**values)  # type: ignore[arg-type]
    assert question is not None
    assert question.endswith("?")


@pytest.mark.parametrize(
    "values",
    [
        {"weight": 1000, "reps": 1},
        {"weight": 450, "unit": "kg", "reps": 1},
        {"weight": 2000, "reps": 5, "machine": True},
        {"weight": 2.5, "reps": 50},
        {"weight": 0.25, "unit": "kg", "reps": 20},
        {"reps": 500},
        {"rpe": 8.5, "rir": 0, "sets": 10},
        {"duration_seconds": 90, "distance_meters": 40},
        {},
    ],
)
def test_possible(values: dict[str, float]) -> None:
    assert check_set(**values) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "possible"), [(90, True), (5, True), (3600, True), (1, False), (10_800, False)]
)
def test_rest(seconds: float, possible: bool) -> None:
    assert (check_rest(seconds) is None) == possible

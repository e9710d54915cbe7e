"""Estimated maxima and plates, as they are said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.lifter import Lifter

BENCH = "barbell-bench-press"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weight": 225, "reps": 8}, "285, going by 225 for 8."),
        ({"weight": 315, "reps": 1}, "315, going by 315 for 1."),
        ({"weight": 100, "reps": 5, "unit": "kg"}, "117 kilos, going by 100 for 5."),
        ({"weight": 135, "reps": 20}, "20 reps say little about a single. It takes a set of 12 or fewer."),
        (
            {"exercise": "pull ups", "weight": 45, "reps": 5},
            "I can't put a number on pull-up: your own weight counts too.",
        ),
    ],
)
async def test_an_estimate_from_what_is_said(lifter: Lifter, arguments: dict[str, Any], words: str) -> None:
    assert await lifter.says("estimate_one_rep_max", **arguments) == words


@pytest.mark.parametrize(
    "arguments",
    [{}, {"weight": 225}, {"reps": 5}, {"weight": 22500, "reps": 5}, {"weight": 225, "reps": 0}],
)
async def test_what_is_missing_or_cannot_be_is_asked(lifter: Lifter, arguments: dict[str, Any]) -> None:
    question = (await lifter.do("estimate_one_rep_max", **arguments)).question
    assert question is not None
    assert question.endswith("?")


async def test_an_estimate_from_what_was_done(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5), (205, 10), (135, 20), days_ago=1)
    result = await lifter.do("estimate_one_rep_max", exercise="bench")
    assert result.say == "273, going by 205 for 10 yesterday."
    assert result.estimate is not None
    assert (result.estimate.one_rep_max, result.estimate.exercise) == (273.3, "Barbell Bench Press")


async def test_effort_makes_the_estimate_better(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5), days_ago=1, rpe=8)
    assert (
        await lifter.says("estimate_one_rep_max", exercise="bench")
        == "277, going by 225 for 5, RPE 8 yesterday."
    )


async def test_a_single_is_no_estimate(lifter: Lifter) -> None:
    await lifter.did(BENCH, (275, 1), days_ago=1)
    assert await lifter.says("estimate_one_rep_max", exercise="bench") == "275, a single yesterday."


async def test_old_strength_counts_only_when_there_is_nothing_newer(lifter: Lifter) -> None:
    await lifter.did(BENCH, (315, 5), days_ago=200)
    assert (await lifter.says("estimate_one_rep_max", exercise="bench")).startswith(
        "368, going by 315 for 5 on"
    )
    await lifter.did(BENCH, (225, 5), days_ago=1)
    assert await lifter.says("estimate_one_rep_max", exercise="bench") == "262, going by 225 for 5 yesterday."


async def test_in_the_athletes_unit(kilos: Lifter) -> None:
    await kilos.did(BENCH, (225, 5), days_ago=1)
    result = await kilos.do("estimate_one_rep_max", exercise="bench")
    assert result.say == "119, going by 102 for 5 yesterday."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weight": 225}, "Two 45s a side."),
        ({"weight": 245}, "Two 45s and a 10 a side."),
        ({"weight": 185}, "A 45 and a 25 a side."),
        ({"weight": 45}, "Just the bar."),
        ({"weight": 40}, "The bar alone is 45."),
        ({"weight": 137.5}, "137.5 can't be loaded. 135: a 45; or 140: a 45 and a 2.5 a side."),
        ({"weight": 102.5, "unit": "kg"}, "A 25, a 15 and a 1.25 a side, in kilos."),
        ({"weight": 60, "unit": "kg", "bar_weight": 15}, "A 20 and a 2.5 a side, in kilos."),
        ({"weight": 45.5}, "45.5 can't be loaded. 45: just the bar; or 50: a 2.5 a side."),
    ],
)
async def test_plates(lifter: Lifter, arguments: dict[str, Any], words: str) -> None:
    assert await lifter.says("calculate_plates", **arguments) == words


async def test_plates_in_the_athletes_unit(kilos: Lifter) -> None:
    result = await kilos.do("calculate_plates", weight=140)
    assert result.say == "Two 25s and a 10 a side."
    assert result.plates is not None
    assert result.plates.exact is not None
    assert (result.plates.bar, result.plates.exact.side) == (20, [25, 25, 10])


@pytest.mark.parametrize("arguments", [{"weight": 5000}, {"weight": 225, "bar_weight": 0}, {"weight": -5}])
async def test_impossible_loads_are_asked_about(lifter: Lifter, arguments: dict[str, Any]) -> None:
    question = (await lifter.do("calculate_plates", **arguments)).question
    assert question is not None
    assert question.endswith("?")

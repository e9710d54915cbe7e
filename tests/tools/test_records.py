"""Records as they are set, told and taken back in a conversation."""

from __future__ import annotations

import pytest

from db.models import PersonalRecord, PrHistory, WorkoutSet
from tests.tools.lifter import Lifter

BENCH, PULL_UP = "barbell-bench-press", "pull-up"


async def held(lifter: Lifter) -> dict[str, float]:
    """The standing records by type, but for reps at a weight."""
    rows = await lifter.rows(PersonalRecord)
    return {row.pr_type: row.value for row in rows if row.pr_type != "reps_at_weight"}


async def test_the_first_time_sets_records_and_is_no_news(lifter: Lifter) -> None:
    assert (
        await lifter.says("log_set", exercise="bench", weight=185, reps=5)
        == "185 for 5, barbell bench press."
    )
    assert await lifter.says("log_set", weight=205, reps=5) == "205 for 5."
    assert await held(lifter) == {"1rm": 205, "3rm": 205, "5rm": 205, "volume": 1025}


async def test_a_heavier_set_than_ever_is_a_pr(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5))
    result = await lifter.do("log_set", exercise="bench", weight=230, reps=5)
    assert result.say == "230 for 5, barbell bench press. That's a PR."
    assert result.sets[0].is_pr
    assert {one.pr_type for one in result.records} == {"1rm", "3rm", "5rm", "volume"}
    (best,) = (one for one in result.records if one.pr_type == "1rm")
    assert (best.value, best.improvement_percent) == (230, pytest.approx(2.22))


async def test_a_pr_is_told_once_a_workout_and_kind(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5))
    assert (await lifter.says("log_set", exercise="bench", weight=230, reps=3)).endswith("That's a PR.")
    again = await lifter.do("log_set", weight=230, reps=5)  # the 5RM, too
    assert again.say == "230 for 5. That's a volume PR."
    assert again.sets[0].is_pr
    assert await lifter.says("log_set", weight=235, reps=5) == "235 for 5."
    assert (
        await lifter.says("log_set", exercise="squat", weight=315, reps=5) == "315 for 5, barbell back squat."
    )


async def test_more_reps_with_a_weight_are_a_rep_pr(lifter: Lifter) -> None:
    await lifter.did(BENCH, (245, 1), (225, 8), (185, 10))
    assert (
        await lifter.says("log_set", exercise="bench", weight=185, reps=9)
        == "185 for 9, barbell bench press."
    )
    result = await lifter.do("log_set", weight=185, reps=11)
    assert result.say == "185 for 11. That's a rep PR."


async def test_fewer_reps_than_with_a_heavier_weight_are_none(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 8))
    await lifter.did(BENCH, (205, 6), days_ago=5)
    assert (
        await lifter.says("log_set", exercise="bench", weight=205, reps=7)
        == "205 for 7, barbell bench press."
    )
    assert len(await lifter.rows(PrHistory)) == 5


async def test_warm_ups_never_count(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5))
    result = await lifter.do("log_set", exercise="bench", weight=300, reps=5, set_type="warmup")
    assert "PR" not in result.say
    assert not result.sets[0].is_pr
    assert (await held(lifter))["1rm"] == 225
    await lifter.do("correct_set", set_type="drop")
    assert (await held(lifter))["1rm"] == 300


async def test_the_same_load_in_another_unit_is_no_pr(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5))
    assert "PR" not in await lifter.says("log_set", exercise="bench", weight=102.06, unit="kg", reps=5)
    assert "PR" in await lifter.says("log_set", weight=102.5, unit="kg", reps=5)


async def test_body_weight_counts_by_reps_and_by_what_is_added(lifter: Lifter) -> None:
    await lifter.did(PULL_UP, (None, 12), (25, 5))
    assert (await lifter.says("log_set", exercise="pull ups", reps=13)).endswith("That's a rep PR.")
    assert (await lifter.says("log_set", weight=45, reps=3)).endswith("That's a PR.")
    assert await held(lifter) == {"1rm": 45, "3rm": 45, "5rm": 25}
    assert all(row.estimated_1rm is None for row in await lifter.rows(PersonalRecord))


@pytest.mark.parametrize(
    "arguments",
    [
        {"exercise": "plank", "duration_seconds": 60},
        {"exercise": "farmers walk", "weight": 70, "distance_meters": 40},
        {"exercise": "assisted pull up", "weight": 40, "reps": 8},
        {"exercise": "bench", "reps": 8},
    ],
)
async def test_what_does_not_say_what_was_lifted_sets_none(
    lifter: Lifter, arguments: dict[str, object]
) -> None:
    assert (await lifter.do("log_set", **arguments)).ok
    assert await lifter.rows(PrHistory) == []


async def test_a_corrected_record_goes_back_to_the_one_before(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5))
    before = await held(lifter)
    await lifter.do("log_set", exercise="bench", weight=275, reps=5)
    assert (await held(lifter))["1rm"] == 275
    result = await lifter.do("correct_set", weight=215)
    assert not result.sets[0].is_pr
    assert await held(lifter) == before
    assert not any(row.is_pr for row in await lifter.rows(WorkoutSet))


async def test_undo_takes_records_back_and_undo_of_a_deletion_restores_them(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5))
    await lifter.do("log_set", exercise="bench", weight=235, reps=5)
    with_pr = {(row.id, row.pr_type, row.value, row.previous_pr_id) for row in await lifter.rows(PrHistory)}
    await lifter.do("undo_last", scope="set")
    assert (await held(lifter))["1rm"] == 225
    assert (await lifter.do("undo_last")).sets[0].is_pr
    assert {(r.id, r.pr_type, r.value, r.previous_pr_id) for r in await lifter.rows(PrHistory)} == with_pr
    await lifter.do("undo_last")
    assert (await held(lifter))["1rm"] == 225


async def test_history_entered_afterwards_makes_a_record_none(lifter: Lifter) -> None:
    await lifter.did(BENCH, (225, 5), days_ago=3)
    await lifter.do("log_set", exercise="bench", weight=235, reps=5)
    await lifter.did(BENCH, (245, 5), days_ago=30)
    assert (await held(lifter))["1rm"] == 245
    assert not any(row.is_pr for row in await lifter.rows(WorkoutSet))


async def test_the_estimate_goes_with_the_record(lifter: Lifter) -> None:
    await lifter.do("log_set", exercise="bench", weight=225, reps=5, rpe=8)
    (best,) = (row for row in await lifter.rows(PersonalRecord) if row.pr_type == "1rm")
    assert best.estimated_1rm == pytest.approx(277.4, abs=0.05)
    await lifter.do("log_set", exercise="squat", weight=225, reps=15)
    (row,) = (row for row in await lifter.rows(PersonalRecord) if row.reps == 15 and row.pr_type == "5rm")
    assert row.estimated_1rm is None

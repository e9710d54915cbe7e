"""What is said of runs that are over and of races to come."""

from __future__ import annotations

from tests.tools.lifter import Lifter


async def test_before_there_is_a_run(lifter: Lifter) -> None:
    assert (
        await lifter.says("get_running_records") == "There is no time for a run over a record distance yet."
    )
    assert await lifter.says("get_running_totals", period="month") == "No runs this month."
    assert "first" in await lifter.says("predict_race", distance_meters=10_000)
    assert "first" in await lifter.says("get_training_paces")


async def test_records_totals_and_predictions(lifter: Lifter) -> None:
    await lifter.do("log_run", distance_meters=5000, duration_seconds=1260, days_ago=9)
    await lifter.do("log_run", distance_meters=5000, duration_seconds=1200)
    await lifter.do("log_run", duration_seconds=1800)
    assert await lifter.says("get_running_records", distance="5k") == "20 minutes, 6:26 a mile, today."
    assert await lifter.says("get_running_records") == "5 k 20 minutes."
    assert await lifter.says("get_running_records", distance="10k") == "There is no time for a 10 k yet."
    assert await lifter.says("get_running_totals", period="all") == "6.21 miles in all, in 3 runs."
    assert await lifter.says("get_running_totals", period="today") == "3.11 miles today, in 2 runs."
    said = await lifter.says("predict_race", distance_meters=10_000)
    assert said == "About 41:28, 4:09 a kilometer, going by your 5 k of 20 minutes."
    said = await lifter.says("get_training_paces", kind="threshold")
    assert said == "Threshold 6:52 a mile, going by your 5 k of 20 minutes."
    assert (await lifter.do("predict_race", distance_meters=100)).question

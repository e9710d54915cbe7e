"""The running tools: what they write, what they say, and what taking them back restores."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from db.models import Run, RunningPr, RunningShoe
from tests.tools.lifter import Lifter

EASY = {"run_type": "easy", "distance_meters": 5000}


async def run_of(lifter: Lifter) -> Run:
    (row,) = await lifter.rows(Run)
    return row


def columns(row: Run) -> dict[str, Any]:
    return {c.key: getattr(row, c.key) for c in Run.__table__.columns if c.key != "updated_at"}


async def test_a_run_from_start_to_finish(lifter: Lifter) -> None:
    assert await lifter.says("start_run", **EASY) == "Easy run, 5 kilometers. Go."
    assert (await run_of(lifter)).planned_workout == {"type": "distance", "distance_meters": 5000}
    assert await lifter.says("pause_run") == "Paused."
    assert await lifter.says("pause_run") == "The run is paused already."
    assert await lifter.says("resume_run") == "Going on."
    finished = await lifter.do("finish_run")
    assert finished.say.startswith("Done. ")
    row = await run_of(lifter)
    assert row.status == "completed"
    assert row.end_time is not None
    assert len(row.pauses or ()) == 1
    assert finished.run is not None
    assert finished.run.id == row.id


async def test_a_second_run_is_asked_about(lifter: Lifter) -> None:
    await lifter.do("start_run")
    again = await lifter.do("start_run")
    assert again.question == "A run is on already. Shall I finish it?"
    assert len(await lifter.rows(Run)) == 1


@pytest.mark.parametrize("tool", ["pause_run", "resume_run", "finish_run"])
async def test_without_a_run_nothing_is_written(lifter: Lifter, tool: str) -> None:
    result = await lifter.do(tool)
    assert result.question == "No run is on. Shall I start one?"
    assert await lifter.rows(Run) == []


@pytest.mark.parametrize("tool", ["pause_run", "resume_run", "finish_run"])
@pytest.mark.parametrize("paused", [False, True])
async def test_taking_back_restores_the_run_exactly(lifter: Lifter, tool: str, paused: bool) -> None:
    await lifter.do("start_run", **EASY)
    await lifter.do("pause_run")
    if not paused:
        await lifter.do("resume_run")
    before = columns(await run_of(lifter))
    changed = await lifter.do(tool)
    if "already" in changed.say:
        return
    assert columns(await run_of(lifter)) != before
    await lifter.do("undo_last")
    assert columns(await run_of(lifter)) == before


async def test_taking_back_a_start_or_a_log_removes_the_run(lifter: Lifter) -> None:
    await lifter.do("start_run")
    assert await lifter.says("undo_last") == "Run removed."
    await lifter.do("log_run", distance_meters=5000, duration_seconds=1500)
    assert await lifter.says("undo_last") == "Run removed."
    assert await lifter.rows(Run) == []
    assert await lifter.rows(RunningPr) == []


async def test_a_run_that_is_over_is_logged_with_its_pace(lifter: Lifter) -> None:
    said = await lifter.says("log_run", distance_meters=4828.032, duration_seconds=1440, surface_type="track")
    assert said == "3 miles in 24 minutes, 8:00 a mile."
    row = await run_of(lifter)
    assert row.avg_pace_min_per_km == pytest.approx(1440 / 60 / 4.828032)
    assert (row.duration_seconds, row.surface_type, row.status) == (1440, "track", "completed")


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        ({}, "How far did you run, and how long did it take?"),
        ({"distance_meters": 42195, "duration_seconds": 120}, "world record"),
        ({"distance_meters": 5000, "duration_seconds": 40_000}, "stroll"),
        ({"distance_meters": 5}, "How far was it?"),
    ],
)
async def test_what_nobody_runs_is_asked_about(lifter: Lifter, arguments: Any, question: str) -> None:
    result = await lifter.do("log_run", **arguments)
    assert question in (result.question or "")
    assert await lifter.rows(Run) == []


async def test_intervals_are_planned_segment_by_segment(lifter: Lifter) -> None:
    intervals = {"repeats": 3, "work_meters": 400, "recovery_seconds": 90}
    assert await lifter.says("start_run", intervals=intervals) == "3 by 400 meters, 90 seconds recovery. Go."
    row = await run_of(lifter)
    assert row.run_type == "intervals"
    assert [one["type"] for one in (row.planned_workout or {})["segments"]] == ["work", "recovery"] * 2 + [
        "work"
    ]


async def test_records_are_told_and_follow_what_is_taken_back(lifter: Lifter) -> None:
    await lifter.do("log_run", distance_meters=5000, duration_seconds=1500, days_ago=7)
    said = await lifter.says("log_run", distance_meters=5000, duration_seconds=1470)
    assert said.endswith("That's a 5 k PR, by 30 seconds.")
    old, new = sorted(await lifter.rows(RunningPr), key=lambda row: row.achieved_at)
    assert (new.previous_pr_id, new.improvement_seconds, new.time_seconds) == (old.id, 30, 1470)
    # One that is entered late changes what came after it.
    await lifter.do("log_run", distance_meters=5000, duration_seconds=1480, days_ago=3)
    assert sorted(row.improvement_seconds or 0 for row in await lifter.rows(RunningPr)) == [0, 10, 20]
    await lifter.do("undo_last")
    assert sorted(row.improvement_seconds or 0 for row in await lifter.rows(RunningPr)) == [0, 30]


async def test_shoes_are_worn_by_default_and_told_of_when_they_are_worn(lifter: Lifter) -> None:
    async with lifter.database.transaction(lifter.athlete_id) as db:
        db.add(
            RunningShoe(
                user_id=lifter.athlete_id,
                brand="Acme",
                model="Glide",
                is_default=True,
                initial_mileage_km=795,
                current_mileage_km=795,
            )
        )
    said = await lifter.says("log_run", distance_meters=10_000, duration_seconds=3000)
    assert said.endswith("Your Glide have 500 miles in them: time for new ones.")
    (shoes,) = await lifter.rows(RunningShoe)
    assert shoes.current_mileage_km == pytest.approx(805)
    assert (await run_of(lifter)).shoe_id == shoes.id
    await lifter.do("undo_last")
    (shoes,) = await lifter.rows(RunningShoe)
    assert shoes.current_mileage_km == pytest.approx(795)


async def test_how_a_run_goes(lifter: Lifter) -> None:
    assert await lifter.says("get_run_status") == "No run is on."
    await lifter.do("start_run", **EASY)
    async with lifter.database.transaction(lifter.athlete_id) as db:
        began = datetime.fromisoformat("2026-01-01T07:00:00+00:00")
        await db.execute(
            update(Run).values(
                start_time=began, status="paused", paused_at=began.replace(minute=20), distance_meters=4000
            )
        )
    status = await lifter.do("get_run_status")
    assert status.say.startswith("Paused. 2.49 miles in 20 minutes, 8:03 a mile.")
    assert status.say.endswith("0.62 miles to go.")
    assert status.run is not None
    assert status.run.average_pace == pytest.approx(300)

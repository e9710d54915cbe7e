"""The running tools: what they write, what they say, and what taking them back restores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from db.models import Run, RunInterval, RunningPr, RunningShoe, RunPoints, RunSplit
from services.running.receiving import add_points
from tests.services.running.points import track
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
    assert again.offer is not None
    assert again.offer.tool == "finish_run"
    assert len(await lifter.rows(Run)) == 1


@pytest.mark.parametrize("tool", ["pause_run", "resume_run", "finish_run"])
async def test_without_a_run_nothing_is_written(lifter: Lifter, tool: str) -> None:
    result = await lifter.do(tool)
    assert result.question == "No run is on. Shall I start one?"
    assert result.offer is not None
    assert result.offer.tool == "start_run"
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


async def recorded(lifter: Lifter, meters: float = 1500.0) -> Run:
    """A run that was recorded, a point every two seconds at 3 m/s, and is over."""
    await lifter.do("start_run", **EASY)
    await on_the_way(lifter, meters)
    await lifter.do("finish_run")
    return await run_of(lifter)


async def on_the_way(lifter: Lifter, meters: float) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=20)
    async with lifter.database.transaction(lifter.athlete_id) as db:
        await db.execute(update(Run).values(start_time=start))
    async with lifter.database.transaction(lifter.athlete_id) as db:
        await add_points(db, lifter.athlete_id, (await run_of(lifter)).id, track(start, [(meters / 3, 3.0)]))


async def everything(lifter: Lifter) -> list[dict[str, Any]]:
    """All that there is of runs, row by row."""
    of_now = {"updated_at", "created_at"}
    found = []
    for model in (Run, RunSplit, RunInterval, RunPoints, RunningShoe, RunningPr):
        for row in await lifter.rows(model):
            kept = {c.key: getattr(row, c.key) for c in model.__table__.columns if c.key not in of_now}
            if model is RunningPr:  # looked for anew
                kept = {key: value for key, value in kept.items() if not key.endswith("id")}
            found.append({"table": model.__tablename__, **kept})
    return sorted(found, key=lambda row: (row["table"], str(row.get("id")), str(row)))


async def test_a_deleted_run_is_brought_back_whole(lifter: Lifter) -> None:
    async with lifter.database.transaction(lifter.athlete_id) as db:
        db.add(RunningShoe(user_id=lifter.athlete_id, brand="Acme", model="Glide", is_default=True))
    await recorded(lifter)
    before = await everything(lifter)
    assert {row["table"] for row in before} == {
        *("runs", "run_splits", "run_points", "running_shoes", "running_prs")
    }
    deleted = await lifter.do("delete_run")
    assert deleted.say.startswith("Deleted 1.5 kilometers in ")
    assert [row["table"] for row in await everything(lifter)] == ["running_shoes"]
    (shoes,) = await lifter.rows(RunningShoe)
    assert shoes.current_mileage_km == 0
    assert await lifter.says("undo_last") == "Brought the run back."
    assert await everything(lifter) == before
    # And it is a run like any other: it is finished, and can be deleted again.
    await lifter.do("delete_run")
    assert len(await everything(lifter)) == 1
    await lifter.do("undo_last")
    assert await everything(lifter) == before


async def test_a_run_is_brought_back_without_shoes_that_are_gone(lifter: Lifter) -> None:
    async with lifter.database.transaction(lifter.athlete_id) as db:
        db.add(RunningShoe(user_id=lifter.athlete_id, brand="Acme", model="Glide", is_default=True))
    await lifter.do("log_run", distance_meters=5000)
    await lifter.do("delete_run")
    async with lifter.database.transaction(lifter.athlete_id) as db:
        await db.execute(delete(RunningShoe))
    assert await lifter.says("undo_last") == "Brought the run back."
    assert (await run_of(lifter)).shoe_id is None


async def test_there_is_nothing_to_delete_or_to_correct(lifter: Lifter) -> None:
    assert "no run to delete" in ((await lifter.do("delete_run")).question or "")
    assert "no run to correct" in ((await lifter.do("correct_run", distance_meters=5000)).question or "")
    assert (await lifter.do("correct_run")).question == "What should I change, the distance or the time?"
    assert (await lifter.do("cancel_run")).question == "No run is on. Shall I start one?"
    await lifter.do("log_run", distance_meters=5000)
    asked = await lifter.do("cancel_run")
    assert asked.question == "No run is on. Shall I delete the last one, 5 kilometers?"
    assert asked.offer is not None
    assert asked.offer.tool == "delete_run"
    assert len(await lifter.rows(Run)) == 1


async def test_a_run_that_has_hardly_begun_is_cancelled_at_once(lifter: Lifter) -> None:
    await lifter.do("start_run", **EASY)
    before = columns(await run_of(lifter))
    assert await lifter.says("cancel_run") == "Run cancelled, nothing saved."
    assert await lifter.rows(Run) == []
    assert await lifter.says("undo_last") == "The run goes on."
    assert columns(await run_of(lifter)) == before


async def test_what_was_run_is_thrown_away_only_when_they_say_so(lifter: Lifter) -> None:
    await lifter.do("start_run", **EASY)
    await on_the_way(lifter, 900)
    asked = await lifter.do("cancel_run")
    assert asked.question == "Throw away 900 meters?"
    assert asked.offer is not None
    assert len(await lifter.rows(RunPoints)) == 1
    assert await lifter.says(asked.offer.tool, **asked.offer.args) == "Run cancelled, nothing saved."
    assert await everything(lifter) == []
    await lifter.do("undo_last")
    status = await lifter.do("get_run_status")
    assert status.run is not None
    assert status.run.distance_meters == pytest.approx(900, abs=5)
    assert (await run_of(lifter)).status == "active"


async def test_a_run_is_corrected_and_the_correction_taken_back(lifter: Lifter) -> None:
    await lifter.do("log_run", distance_meters=10_000, duration_seconds=3000)
    before = columns(await run_of(lifter))
    said = await lifter.says("correct_run", distance_meters=11_000)
    assert said == "Changed to 11 kilometers in 50 minutes, 4:33 a kilometer."
    assert {row.distance_type for row in await lifter.rows(RunningPr)} == set()
    said = await lifter.says("correct_run", distance_meters=10_000, surface_type="trail")
    assert said.endswith(", on trails.")
    assert "world record" in ((await lifter.do("correct_run", duration_seconds=600)).question or "")
    await lifter.do("undo_last")
    await lifter.do("undo_last")
    assert columns(await run_of(lifter)) == before
    assert [row.time_seconds for row in await lifter.rows(RunningPr)] == [3000]


async def test_what_was_recorded_is_known_from_its_points(lifter: Lifter) -> None:
    await recorded(lifter)
    assert "known from its points" in ((await lifter.do("correct_run", distance_meters=5000)).question or "")
    assert (await lifter.says("correct_run", run_type="tempo")).endswith(", tempo run.")


async def test_the_run_of_a_day_is_deleted(lifter: Lifter) -> None:
    assert "no run yesterday" in ((await lifter.do("delete_run", day="yesterday")).question or "")
    await lifter.do("log_run", distance_meters=5000)
    await lifter.do("log_run", distance_meters=8000, days_ago=1)
    day = (datetime.now(UTC) - timedelta(days=1)).strftime("%A").lower()
    assert (await lifter.do("delete_run", day=day)).say == "Deleted 8 kilometers."
    assert (await run_of(lifter)).distance_meters == 5000
    assert await lifter.says("undo_last") == "Brought the run back."
    await lifter.do("log_run", distance_meters=3000, days_ago=1)
    asked = (await lifter.do("delete_run", day="yesterday")).question or ""
    assert "2 times yesterday: " in asked
    assert "8 kilometers" in asked
    assert len(await lifter.rows(Run)) == 3

"""Runs by the app, as the voice has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.api.conftest import Athlete


async def test_a_run_from_start_to_finish(ana: Athlete, ben: Athlete) -> None:
    plan = {"intervals": {"repeats": 4, "work_meters": 800, "recovery_seconds": 120}, "target_pace": 270}
    started = await ana.post("/api/runs", plan, key="one")
    assert started.status_code == 201, started.text
    run = started.json()
    assert (run["run_type"], len(run["planned_workout"]["segments"])) == ("intervals", 7)
    assert (await ana.post("/api/runs", plan, key="one")).json()["id"] == run["id"]
    assert (await ana.post("/api/runs", {})).status_code == 409
    address = f"/api/runs/{run['id']}"
    assert (await ben.post(f"{address}/pause")).status_code == 404
    assert (await ana.post(f"{address}/pause")).json()["status"] == "paused"
    assert (await ana.says("resume_run", "two")).say == "Going on."
    done = (await ana.post(f"{address}/finish")).json()
    assert done["status"] == "completed"
    assert (await ana.post(f"{address}/resume")).status_code == 409
    assert (await ana.says("undo_last", "three")).say == "The run goes on."
    assert (await ana.get(address)).json()["status"] == "active"


async def test_a_run_is_logged_put_right_and_deleted(ana: Athlete) -> None:
    ended = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    new = {"distance_meters": 10_000, "duration_seconds": 3150, "end_time": ended, "run_type": "race"}
    run = (await ana.post("/api/runs/log", new)).json()
    shoes = (await ana.post("/api/shoes", {"brand": "Acme", "model": "Glide"})).json()
    address, worn = f"/api/runs/{run['id']}", f"/api/shoes/{shoes['id']}"
    changed = await ana.patch(address, {"duration_seconds": 3000, "shoe_id": shoes["id"]})
    assert changed.json()["avg_pace_min_per_km"] == 5
    (best,) = (await ana.get("/api/running-prs")).json()["items"]
    assert (best["distance_type"], best["time_seconds"]) == ("10k", 3000)
    assert (await ana.get(worn)).json()["current_mileage_km"] == 10
    assert (await ana.delete(address)).status_code == 204
    assert (await ana.get("/api/running-prs")).json()["items"] == []
    assert (await ana.get(worn)).json()["current_mileage_km"] == 0


async def test_what_nobody_runs_is_refused(ana: Athlete) -> None:
    for body in ({}, {"distance_meters": 42_195, "duration_seconds": 600}, {"distance_meters": 1}):
        assert (await ana.post("/api/runs/log", body)).status_code == 422
    late = {"duration_seconds": 600, "end_time": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    assert (await ana.post("/api/runs/log", late)).status_code == 422
    assert (await ana.get("/api/runs")).json()["items"] == []

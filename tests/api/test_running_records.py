"""Shoes, running records, predictions and zones over HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db.models import UserBadge
from tests.api.conftest import Athlete
from tests.services.running.runs import file_of, straight


async def test_a_pair_of_shoes_from_new_to_retired(ana: Athlete, ben: Athlete) -> None:
    made = await ana.post("/api/shoes", {"brand": "Acme", "model": "Glide", "is_default": True})
    assert made.status_code == 201, made.text
    address = f"/api/shoes/{made.json()['id']}"
    await ana.says("log_run", "one", distance_meters=12_000, duration_seconds=3600)
    shoes = (await ana.get(address)).json()
    assert (shoes["current_mileage_km"], shoes["is_worn"]) == (12, False)
    second = (await ana.post("/api/shoes", {"brand": "Acme", "model": "Dash", "is_default": True})).json()
    assert [one["is_default"] for one in (await ana.get("/api/shoes")).json()["items"]] == [True, False]
    changed = (await ana.patch(address, {"initial_mileage_km": 790})).json()
    assert (changed["current_mileage_km"], changed["is_worn"]) == (802, True)
    assert (await ana.patch(address, {"is_retired": True})).json()["is_default"] is False
    assert len((await ana.get("/api/shoes", params={"retired": "false"})).json()["items"]) == 1
    assert (await ben.get(address)).status_code == 404
    assert (await ana.delete(address)).status_code == 204
    assert [one["id"] for one in (await ana.get("/api/shoes")).json()["items"]] == [second["id"]]
    assert (await ana.says("undo_last", "two")).ok
    assert (await ana.get(address)).json()["current_mileage_km"] == 802


async def test_records_and_what_they_predict(ana: Athlete) -> None:
    assert "reason" in (await ana.get("/api/running/predictions")).json()
    await ana.says("log_run", "one", distance_meters=5000, duration_seconds=1260, days_ago=9)
    await ana.says("log_run", "two", distance_meters=5000, duration_seconds=1200)
    (best,) = (await ana.get("/api/running-prs")).json()["items"]
    assert (best["distance_type"], best["time_seconds"], best["improvement_seconds"]) == ("5k", 1200, 60)
    history = (await ana.get("/api/running-prs/history", params={"sort": "achieved_at"})).json()["items"]
    assert [one["time_seconds"] for one in history] == [1260, 1200]
    assert best["previous_pr_id"] == history[0]["id"]
    found = (await ana.get("/api/running/predictions")).json()
    assert found["vdot"] == pytest.approx(49.81, abs=0.01)
    ten = next(one for one in found["predictions"] if one["distance_type"] == "10k")
    assert ten["riegel_seconds"] == 41 * 60 + 42
    assert found["methods"].keys() == {"vdot", "riegel"}


async def test_zones_name_their_method_and_refuse_what_cannot_be(ana: Athlete) -> None:
    query = {"method": "karvonen", "max_heart_rate": 190, "resting_heart_rate": 50}
    zones = (await ana.get("/api/running/zones", params=query)).json()
    assert zones["method"] == "karvonen"
    assert (zones["zones"][0]["low"], zones["zones"][0]["high"]) == (120, 134)
    for query in ({"method": "lthr"}, {"method": "percent_max", "max_heart_rate": 900}, {"method": "power"}):
        assert (await ana.get("/api/running/zones", params=query)).status_code == 422
    assert (await ana.get("/api/running/predictions", params={"distance_meters": 5000})).status_code == 422


async def test_a_run_of_a_file_sets_records_and_takes_them_along_when_it_is_deleted(ana: Athlete) -> None:
    content = file_of(straight(1800, 3.0), "gpx")
    response = await ana.client.post("/api/runs/import", files=[("file", ("run.gpx", content))])
    (run,) = response.json()["runs"]
    found = {one["distance_type"]: one for one in (await ana.get("/api/running-prs")).json()["items"]}
    assert found.keys() == {"1k", "1mi", "5k"}
    assert found["5k"]["time_seconds"] == pytest.approx(1667, abs=4)
    assert found["5k"]["run_id"] == run["id"]
    # One that was run later and slower sets none; with the first one gone it does.
    await ana.says("log_run", "later", distance_meters=5000, duration_seconds=1800)
    assert len((await ana.get("/api/running-prs/history")).json()["items"]) == 3
    assert (await ana.delete(f"/api/runs/{run['id']}")).status_code == 204
    (best,) = (await ana.get("/api/running-prs")).json()["items"]
    assert (best["distance_type"], best["time_seconds"], best["previous_pr_id"]) == ("5k", 1800, None)


async def test_a_run_of_a_file_earns_badges_and_is_brought_back_when_it_was_deleted(ana: Athlete) -> None:
    files = {"file": ("run.fit", file_of(straight(2400, 3.0), "fit"))}
    (run,) = (await ana.client.post("/api/runs/import", files=files)).json()["runs"]
    async with ana.database.transaction(ana.id) as db:
        earned = set(await db.scalars(select(UserBadge.badge_id)))
    assert earned
    address = f"/api/runs/{run['id']}"
    before = (await ana.get(address)).json()
    file = (await ana.get(f"{address}/export?format=gpx")).content
    assert (await ana.delete(address)).status_code == 204
    assert (await ana.get("/api/running-prs")).json()["items"] == []
    assert (await ana.says("undo_last", "back")).say == "Brought the run back."
    after = (await ana.get(address)).json()
    assert {**after, "updated_at": None} == {**before, "updated_at": None}
    assert (await ana.get(f"{address}/export?format=gpx")).content == file
    assert (await ana.get("/api/running-prs")).json()["items"]
    # Brought from its file again meanwhile, it is there once.
    assert (await ana.delete(address)).status_code == 204
    files = {"file": ("run.fit", file_of(straight(2400, 3.0), "fit"))}
    assert (await ana.client.post("/api/runs/import", files=files)).status_code == 201
    assert (await ana.says("undo_last", "again")).say == "That run is here again already."
    assert len((await ana.get("/api/runs")).json()["items"]) == 1

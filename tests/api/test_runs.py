"""Runs over HTTP: brought from files, read, exported, deleted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from api.middleware import MAX_BODY_BYTES
from db.models import Run, UserProfile
from services.running.files import FORMATS, Form
from services.running.track import Lap
from tests.api.conftest import Athlete
from tests.api.runs import bring, brought, listed, rows
from tests.services.running.runs import START, file_of, jitter, moved, straight

SENSORS = {"heart_rate": 152.0, "cadence": 176.0, "power_watts": 260.0, "altitude_meters": 410.0}


@pytest.mark.parametrize("form", FORMATS)
async def test_a_run_of_a_file_is_there_with_all_its_columns(ana: Athlete, form: Form) -> None:
    run = await brought(ana, file_of(straight(1800, 3.0, **SENSORS), form))
    assert (run["duplicate"], run["file_name"], run["status"]) == (False, "run0.bin", "completed")
    assert run["start_time"] == "2025-11-02T07:00:00Z"
    assert (run["duration_seconds"], run["moving_seconds"]) == (1800, 1800)
    assert run["distance_meters"] == pytest.approx(5400, rel=2e-3)
    assert run["avg_pace_min_per_km"] == pytest.approx(5.556, rel=2e-3)
    assert (run["avg_heart_rate"], run["max_heart_rate"], run["avg_cadence"]) == (152, 152, 176)
    assert (run["avg_power_watts"], run["elevation_gain_meters"]) == (260, 0)
    assert run["source"] == ("file" if form == "tcx" else {"gpx": "voicefit", "fit": "development"}[form])
    assert set(run["start_location"]) == {"lat", "lng"}
    assert set(run["route_data"][0]) == {"lat", "lng", "elevation", "timestamp", "pace", "hr", "distance"}
    assert [round(one["distance_meters"]) for one in run["splits"]] == [1609, 1609, 1609, 572]
    assert run["splits"][0]["duration_seconds"] == pytest.approx(536, abs=1)
    shown = (await ana.get(f"/api/runs/{run['id']}")).json()
    assert shown == {name: value for name, value in run.items() if name not in {"duplicate", "file_name"}}
    kilometers = (await ana.get(f"/api/runs/{run['id']}?unit=km")).json()["splits"]
    assert [one["duration_seconds"] for one in kilometers] == pytest.approx([333] * 5 + [133], abs=1)
    assert (await ana.get(f"/api/runs/{run['id']}/splits?unit=km")).json() == kilometers


async def test_splits_are_in_the_athletes_unit(ana: Athlete) -> None:
    async with ana.database.transaction(ana.id) as db:
        await db.execute(update(UserProfile).values(distance_unit="km"))
    large = file_of(straight(5000, 1.1, **SENSORS), "tcx")
    assert len(large) > MAX_BODY_BYTES
    run = await brought(ana, large)
    assert len(run["splits"]) == 6
    miles = (await ana.get(f"/api/runs/{run['id']}/splits?unit=mi")).json()
    assert len(miles) == 4


async def test_the_same_run_again_writes_nothing(ana: Athlete) -> None:
    even = straight(1800, 3.0)
    first = await brought(ana, file_of(even))
    before = await rows(ana)
    elsewhere = moved(even, *(jitter(len(even), 3.0, 30, seed) for seed in (1, 2)))
    part = even.take(slice(100, 1500))
    late = replace(elsewhere, time=elsewhere.time + 5)
    for again in (file_of(even), file_of(even, "gpx"), file_of(late, "tcx"), file_of(part, "gpx")):
        response = await bring(ana, again)
        assert response.status_code == 200, response.text
        (run,) = response.json()["runs"]
        assert (run["duplicate"], run["id"]) == (True, first["id"])
    assert await rows(ana) == before
    # Twice in one request, and the same hour elsewhere or another day, are another matter.
    twice = await bring(ana, *[file_of(straight(1200, start=START + timedelta(days=1)))] * 2)
    assert [one["duplicate"] for one in twice.json()["runs"]] == [False, True]
    for other in (straight(1800, 2.5, latitude=40.0), straight(1800, 3.0, start=START + timedelta(hours=2))):
        assert not (await brought(ana, file_of(other)))["duplicate"]


async def test_an_athletes_file_is_no_duplicate_of_anothers(ana: Athlete, ben: Athlete) -> None:
    content = file_of(straight(1800))
    run = await brought(ana, content)
    assert (await brought(ben, content))["id"] != run["id"]
    for path in ("", "/splits", "/intervals", "/export"):
        assert (await ben.get(f"/api/runs/{run['id']}{path}")).status_code == 404
    assert (await ben.delete(f"/api/runs/{run['id']}")).status_code == 404
    point = {"points": [{"time": "2025-11-02T07:00:00Z", "lat": 1, "lng": 1}]}
    assert (await ben.post(f"/api/runs/{run['id']}/points", point)).status_code == 404
    assert len(await listed(ana)) == len(await listed(ben)) == 1


async def test_other_sports_are_skipped(ana: Athlete) -> None:
    ride = file_of(straight(1800, 8.0), "gpx", sport="cycling")
    response = await bring(ana, ride, file_of(straight(900)))
    assert response.status_code == 201
    said = response.json()
    assert [one["file_name"] for one in said["runs"]] == ["run1.bin"]
    assert said["skipped"] == [
        {
            "file_name": "run0.bin", "sport": "cycling", "started_at": "2025-11-02T07:00:00Z",
            "reason": "its sport is cycling",
        }
    ]  # fmt: skip
    only = await bring(ana, ride)
    assert (only.status_code, only.json()["runs"]) == (200, [])
    nameless = await bring(ana, file_of(straight(1800, 9.0), "gpx", sport=None))
    assert nameless.status_code == 422
    assert "faster than anybody runs" in nameless.json()["detail"]


async def test_imports_at_once_write_a_run_once(ana: Athlete) -> None:
    content = file_of(straight(600))
    answers = await asyncio.gather(*(bring(ana, content) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json()["runs"][0]["id"] for one in answers}) == 1
    assert (await rows(ana))[0] == 1


async def test_one_bad_file_among_good_ones_and_nothing_is_written(ana: Athlete) -> None:
    good = file_of(straight(900))
    response = await bring(ana, good, good[:-200])
    assert response.status_code == 422
    problem = response.json()
    assert problem["detail"].startswith("run1.bin: The FIT file is damaged")
    assert problem["errors"][0]["pointer"] == "/file"
    assert await rows(ana) == (0, 0, 0)
    future = file_of(straight(900, start=datetime.now(UTC) + timedelta(days=30)), "gpx")
    assert "future" in (await bring(ana, future)).json()["detail"]
    assert (await ana.client.post("/api/runs/import", data={"x": "y"})).status_code == 422
    assert (await ana.client.post("/api/runs/import", json={})).status_code == 422
    assert await rows(ana) == (0, 0, 0)


@pytest.mark.parametrize("form", FORMATS)
async def test_an_export_brought_back_is_the_same_run(ana: Athlete, ben: Athlete, form: Form) -> None:
    even = straight(1800, 3.0, **SENSORS)
    noisy = moved(even, *(jitter(len(even), 1.0, 20, seed) for seed in (1, 2)))
    laps = [
        Lap(START, START + timedelta(seconds=1000), 3000, 1000, "work"),
        Lap(START + timedelta(seconds=1000), START + timedelta(seconds=1800), 2400, 800, "recovery"),
    ]
    first = await brought(ana, file_of(noisy, "fit", laps=laps))
    assert [one["interval_type"] for one in first["intervals"]] == ["work", "recovery"]
    response = await ana.get(f"/api/runs/{first['id']}/export?format={form}")
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"] == f'attachment; filename="run-2025-11-02-0700.{form}"'
    second = await brought(ben, response.content)
    for name in ("duration_seconds", "moving_seconds", "avg_heart_rate", "avg_cadence"):
        assert second[name] == first[name], name
    assert second["distance_meters"] == pytest.approx(first["distance_meters"], rel=1e-3)
    assert [one["duration_seconds"] for one in second["splits"]] == pytest.approx(
        [one["duration_seconds"] for one in first["splits"]], abs=1
    )
    if form != "gpx":
        assert second["intervals"] == first["intervals"]


async def test_a_run_that_was_only_told_has_no_file(ana: Athlete) -> None:
    async with ana.database.transaction(ana.id) as db:
        run = Run(user_id=ana.id, start_time=START, end_time=START, distance_meters=5000)
        db.add(run)
        await db.flush()
    response = await ana.get(f"/api/runs/{run.id}/export")
    assert response.status_code == 404
    assert "no points" in response.json()["detail"]


async def test_lists_and_etags_and_deletion(ana: Athlete) -> None:
    for day in range(3):
        await brought(ana, file_of(straight(600, start=START + timedelta(days=day))))
    page = (await ana.get("/api/runs?limit=2")).json()
    assert [one["start_time"][:10] for one in page["items"]] == ["2025-11-04", "2025-11-03"]
    assert "route_data" not in page["items"][0]
    rest = (await ana.get(f"/api/runs?limit=2&cursor={page['next_cursor']}")).json()["items"]
    assert [one["start_time"][:10] for one in rest] == ["2025-11-02"]
    path = f"/api/runs/{rest[0]['id']}"
    shown = await ana.get(path)
    again = await ana.client.get(path, headers={"If-None-Match": shown.headers["etag"]})
    assert again.status_code == 304
    assert (await ana.delete(path, if_match='W/"other"')).status_code == 412
    assert (await ana.delete(path, if_match=shown.headers["etag"])).status_code == 204
    assert (await ana.get(path)).status_code == 404
    since = (await ana.get("/api/runs?started_from=2025-11-04T00:00:00Z&sort=start_time")).json()["items"]
    assert len(since) == 1
    assert await rows(ana) == (2, 4, 2)

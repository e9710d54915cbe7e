"""Runs over HTTP: brought from files, recorded live, read, exported, deleted."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from sqlalchemy import func, select, update

from api.middleware import MAX_BODY_BYTES
from db.models import Run, RunPoints, RunSplit, UserProfile
from services.running import receiving
from services.running.files import FORMATS, Form, read
from services.running.receiving import compute_finished
from services.running.track import Lap, Pause, Samples, process
from tests.api.conftest import Athlete
from tests.services.running.runs import START, along, file_of, jitter, moved, straight

SENSORS = {"heart_rate": 152.0, "cadence": 176.0, "power_watts": 260.0, "altitude_meters": 410.0}


async def bring(ana: Athlete, *contents: bytes) -> httpx.Response:
    files = [("file", (f"run{i}.bin", content)) for i, content in enumerate(contents)]
    return await ana.client.post("/api/runs/import", files=files)


async def brought(ana: Athlete, content: bytes) -> dict[str, Any]:
    """The only run of a file."""
    response = await bring(ana, content)
    assert response.status_code == 201, response.text
    (run,) = response.json()["runs"]
    return dict(run)


async def listed(ana: Athlete) -> list[dict[str, Any]]:
    return list((await ana.get("/api/runs")).json()["items"])


async def rows(ana: Athlete) -> tuple[int, ...]:
    async with ana.database.transaction(None) as db:
        counts = [select(func.count()).select_from(table) for table in (Run, RunSplit, RunPoints)]
        return tuple([await db.scalar(one) or 0 for one in counts])


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


def sent(samples: Samples) -> list[dict[str, Any]]:
    """Samples as a client sends them."""
    return [
        {
            "time": point.time.isoformat(), "lat": point.latitude, "lng": point.longitude,
            "elevation": point.altitude_meters, "hr": point.heart_rate,
        }
        for point in samples.points()
    ]  # fmt: skip


async def live(ana: Athlete, start: datetime = START) -> Run:
    async with ana.database.transaction(ana.id) as db:
        run = Run(user_id=ana.id, status="active", start_time=start)
        db.add(run)
        await db.flush()
        return run


async def send(ana: Athlete, run: Run, points: list[dict[str, Any]]) -> dict[str, Any]:
    response = await ana.post(f"/api/runs/{run.id}/points", {"points": points})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def finish(ana: Athlete, run: Run, end: datetime, pauses: list[Pause] | None = None) -> None:
    async with ana.database.transaction(ana.id) as db:
        row = await db.get_one(Run, run.id)
        row.status, row.end_time, row.paused_at = "completed", end, None
        row.duration_seconds = round((end - row.start_time).total_seconds())
        if pauses:
            row.pauses = [{"from": one.start.isoformat(), "to": one.end.isoformat()} for one in pauses]
        assert await compute_finished(db, row) is not None


async def test_points_in_any_order_twice_and_late_come_to_the_same(ana: Athlete) -> None:
    even = straight(1200, 3.0, heart_rate=150.0, altitude_meters=400.0)
    noisy = moved(even, *(jitter(len(even), 1.0, 20, seed) for seed in (1, 2)))
    points = sent(noisy)
    run = await live(ana)
    batches = [points[i : i + 100] for i in range(0, len(points), 100)]
    order = [0, 1, 3, 2, 2, 5, 4, 7, 6, 8, 9, 11, 10, 12, 0]
    got = [await send(ana, run, batches[i]) for i in order]
    assert [one["new_points"] for one in got] == [100] * 4 + [0] + [100] * 8 + [1, 0]
    assert got[0]["distance_meters"] == pytest.approx(297, abs=8)
    last = got[-1]
    assert last["distance_meters"] == pytest.approx(3600, rel=0.02)
    assert last["avg_pace_min_per_km"] == pytest.approx(5.556, rel=0.02)
    assert [one["split_number"] for one in last["splits"]] == [1, 2]
    assert last["splits"][0]["duration_seconds"] == pytest.approx(536, abs=12)
    # Another server, which has seen none of it, counts the same.
    receiving.forget()
    elsewhere = await send(ana, run, batches[0])
    assert elsewhere["distance_meters"] == pytest.approx(last["distance_meters"], abs=0.1)
    assert [one["duration_seconds"] for one in elsewhere["splits"]] == [
        one["duration_seconds"] for one in last["splits"]
    ]
    await finish(ana, run, START + timedelta(seconds=1200))
    shown = (await ana.get(f"/api/runs/{run.id}")).json()
    at_once = process(noisy)
    assert shown["distance_meters"] == pytest.approx(at_once.distance_meters, rel=1e-4)
    assert (shown["moving_seconds"], shown["avg_heart_rate"]) == (1200, 150)
    assert len(shown["splits"]) == 3
    exported = await ana.get(f"/api/runs/{run.id}/export?format=fit")
    assert len(read(io.BytesIO(exported.content))[0].samples) == 1201


async def test_points_that_come_after_the_end_are_computed_in(ana: Athlete) -> None:
    points = sent(straight(600, 3.0))
    run = await live(ana)
    await send(ana, run, points[:301])
    await finish(ana, run, START + timedelta(seconds=600))
    assert (await ana.get(f"/api/runs/{run.id}")).json()["distance_meters"] == pytest.approx(900, rel=0.01)
    await send(ana, run, points[301:])
    shown = (await ana.get(f"/api/runs/{run.id}")).json()
    assert (shown["distance_meters"], shown["duration_seconds"]) == (pytest.approx(1800, rel=0.01), 600)
    assert sum(one["distance_meters"] for one in shown["splits"]) == pytest.approx(shown["distance_meters"])


async def test_what_is_covered_in_a_pause_does_not_count(ana: Athlete) -> None:
    points = sent(straight(900, 3.0))
    run = await live(ana)
    await send(ana, run, points[:300])
    async with ana.database.transaction(ana.id) as db:
        paused = START + timedelta(seconds=300)
        await db.execute(update(Run).values(status="paused", paused_at=paused))
    stood = await send(ana, run, points[300:600])
    assert stood["distance_meters"] == pytest.approx(900, abs=8)
    pause = Pause(paused, START + timedelta(seconds=600))
    await finish(ana, run, START + timedelta(seconds=900), [pause])
    await send(ana, run, points[600:])
    shown = (await ana.get(f"/api/runs/{run.id}")).json()
    assert shown["distance_meters"] == pytest.approx(1800, rel=0.01)


async def test_points_that_cannot_be_are_refused(ana: Athlete) -> None:
    run = await live(ana, datetime.now(UTC))
    now = datetime.now(UTC)
    for point, pointer in (
        ({"time": (now + timedelta(hours=1)).isoformat(), "lat": 1, "lng": 1}, "/points"),
        ({"time": (now - timedelta(days=3)).isoformat(), "lat": 1, "lng": 1}, "/points"),
        ({"time": now.isoformat(), "lat": 91, "lng": 1}, "/points/0/lat"),
        ({"time": now.isoformat(), "lat": 1}, "/points/0"),
        ({"lat": 1, "lng": 1}, "/points/0/time"),
    ):
        response = await ana.post(f"/api/runs/{run.id}/points", {"points": [point]})
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await ana.post(f"/api/runs/{uuid4()}/points", {"points": [point]})).status_code in {404, 422}
    assert await rows(ana) == (1, 0, 0)
    brought_in = await brought(ana, file_of(straight(600)))
    ok = {"time": START.isoformat(), "lat": 1, "lng": 1}
    assert (await ana.post(f"/api/runs/{brought_in['id']}/points", {"points": [ok]})).status_code == 409


async def test_points_are_kept_once_whoever_of_two_servers_gets_them(ana: Athlete) -> None:
    points = sent(straight(300, 3.0))
    run = await live(ana)
    await asyncio.gather(*(send(ana, run, points[i % 3 * 50 :][:150]) for i in range(9)))
    async with ana.database.transaction(ana.id) as db:
        kept = await db.scalar(select(func.sum(RunPoints.count)))
    assert kept == 250


def with_a_stop(seconds: int = 600, first: float = 200.0, last: float = 300.0) -> Samples:
    offsets = np.arange(0, seconds + 1.0)
    return along(offsets, 3.0 * (offsets - np.clip(offsets - first, 0.0, last - first)))


async def test_a_run_pauses_by_itself_while_the_athlete_stands(ana: Athlete) -> None:
    points = sent(with_a_stop())
    run = await live(ana)
    at = f"/api/runs/{run.id}"
    assert (await send(ana, run, points[:200]))["auto_paused_at"] is None
    stands = await send(ana, run, points[200:260])
    since = datetime.fromisoformat(stands["auto_paused_at"])
    assert timedelta(seconds=190) < since - START < timedelta(seconds=210)
    assert (stands["status"], stands["is_moving"]) == ("active", False)
    assert (await ana.get(at)).json()["auto_paused_at"] == stands["auto_paused_at"]
    # A server that knows nothing yet says the same, whatever comes again.
    receiving.forget()
    assert (await send(ana, run, points[100:260]))["auto_paused_at"] == stands["auto_paused_at"]
    goes = await send(ana, run, points[260:320])
    assert (goes["auto_paused_at"], goes["status"]) == (None, "active")
    # One that the athlete pauses is theirs: it does not go on by itself, and stands no more.
    await send(ana, run, points[150:260])
    paused = (await ana.post(f"{at}/pause")).json()
    assert (paused["status"], paused["auto_paused_at"]) == ("paused", None)
    still = await send(ana, run, points[320:400])
    assert (still["status"], still["auto_paused_at"]) == ("paused", None)


async def test_a_run_with_a_stop_comes_to_the_same_in_any_order(ana: Athlete, ben: Athlete) -> None:
    points = sent(with_a_stop())
    batches = [points[i : i + 50] for i in range(0, len(points), 50)]
    over = []
    for athlete, order in ((ana, batches), (ben, [*batches[::-1], *batches[3:6]])):
        run = await live(athlete)
        for batch in order:
            await send(athlete, run, batch)
            if athlete is ben:
                receiving.forget()
        over.append((await athlete.post(f"/api/runs/{run.id}/finish")).json())
    measured = ("distance_meters", "avg_pace_min_per_km", "elevation_gain_meters", "auto_paused_at")
    assert [over[0][name] for name in measured] == [over[1][name] for name in measured]
    assert over[0]["distance_meters"] == pytest.approx(1500, rel=0.005)


async def test_who_does_not_want_it_runs_on_and_repeats_are_not_paused(ana: Athlete) -> None:
    points = sent(with_a_stop())
    plan = {"repeats": 3, "work_meters": 600, "recovery_seconds": 90}
    started = (await ana.post("/api/runs", {"intervals": plan})).json()
    async with ana.database.transaction(ana.id) as db:
        run = await db.get_one(Run, UUID(started["id"]))
        run.start_time = START
    assert (await send(ana, run, points[:260]))["auto_paused_at"] is None
    await ana.post(f"/api/runs/{run.id}/finish")
    assert (await ana.patch("/api/user/profile", {"auto_pause": False})).status_code == 200
    run = await live(ana)
    assert (await send(ana, run, points[:260]))["auto_paused_at"] is None
    assert (await ana.patch("/api/user/profile", {"auto_pause": True})).status_code == 200
    assert (await send(ana, run, points[260:265]))["auto_paused_at"] is not None

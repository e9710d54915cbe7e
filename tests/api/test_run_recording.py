"""Runs over HTTP, recorded live: points in any order, late, twice, in pauses."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import func, select, update

from db.models import Run, RunPoints
from services.running import receiving
from services.running.files import read
from services.running.receiving import compute_finished
from services.running.track import Pause, Samples, process
from tests.api.conftest import Athlete
from tests.api.runs import brought, rows
from tests.services.running.runs import START, along, file_of, jitter, moved, straight


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

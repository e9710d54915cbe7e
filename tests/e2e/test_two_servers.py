"""Two servers on one database: they count together, and share the background work."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from services.jobs import enqueue
from services.jobs.upkeep import CloseWorkout
from services.workouts import open_workout
from tests.db.fixtures import new_home, remove_home
from tests.e2e.server import Server, start

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]

LIMIT = 12


async def test_a_limit_is_one_for_both_servers_and_jobs_are_done_in_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VOICEFIT_RATE_LIMITS", f"read={LIMIT}/hour")
    monkeypatch.setenv("VOICEFIT_TTS_VOICE", "none")
    home = new_home()
    servers = [start(home), start(home)]
    try:
        await _limits(servers)
        await _jobs(servers[0])
        codes = await asyncio.gather(*(asyncio.to_thread(server.stop) for server in servers))
        assert all(code in (0, -15) for code in codes)
    finally:
        for server in servers:
            if server.process.poll() is None:
                server.kill()
        remove_home(home)


async def _limits(servers: list[Server]) -> None:
    _, token = await servers[0].athlete("busy@example.org")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        calls = (client.get(f"http://{servers[i % 2].address}/api/me") for i in range(3 * LIMIT))
        statuses = [response.status_code for response in await asyncio.gather(*calls)]
    assert sorted(statuses) == [200] * LIMIT + [429] * 2 * LIMIT


async def _jobs(server: Server) -> None:
    athlete, _ = await server.athlete("forgetful@example.org")
    async with server.database() as database:
        async with database.transaction(athlete) as db:
            workout = await open_workout(db, athlete)
            workout.started_at -= timedelta(hours=5)
            await enqueue(db, CloseWorkout(athlete_id=athlete, workout_id=workout.id))
        async with asyncio.timeout(30):
            while True:
                async with database.transaction(athlete) as db:
                    if await db.scalar(text("select status from workouts")) == "cancelled":
                        break
                await asyncio.sleep(0.05)

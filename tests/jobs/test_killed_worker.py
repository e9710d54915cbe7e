"""Workers that are killed in the middle: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from core.settings import Settings
from db.models import Workout
from db.session import Database
from services.jobs import enqueue
from services.jobs.upkeep import CloseWorkout
from services.workouts import open_workout
from tests.db.fixtures import new_athlete, new_home, remove_home
from tests.jobs.conftest import Note, emptied, in_queue, put, until, written

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]

JOBS = 120
KILLS = 6
HEARTBEAT_SECONDS = 1.0


@contextmanager
def worker_process(*arguments: str, says: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process that says when it works. At the end of the block it is gone."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert says in line, f"the worker said {line!r} and ended with {process.poll()}"
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


@pytest.mark.usefixtures("notes")
async def test_killed_workers_lose_nothing_and_double_nothing(database: Database, app_url: str) -> None:
    url = make_url(app_url).render_as_string(hide_password=False)
    await put(database, *(Note(text=f"{i:03}") for i in range(JOBS)))
    chance = random.Random(7)
    for kill in range(1, KILLS + 1):
        with worker_process("tests.jobs.counting", url, str(HEARTBEAT_SECONDS), says="working") as process:

            async def enough(done: int = kill * JOBS // (KILLS + 2)) -> bool:
                return len(await written(database)) >= done

            await until(enough)
            await asyncio.sleep(chance.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
    assert [one.status for one in await in_queue(database)].count("picked") == 1, "none was met at work"
    with worker_process("tests.jobs.counting", url, str(HEARTBEAT_SECONDS), says="working"):
        await emptied(database)
    assert await written(database) == [f"{i:03}" for i in range(JOBS)]


async def test_the_command_does_jobs_and_leaves_in_peace() -> None:
    """`voicefit worker jobs` on the embedded database, beside whoever puts jobs into the queue."""
    home = new_home()
    try:
        await _close_a_workout(home)
    finally:
        remove_home(home)


async def _close_a_workout(home: Path) -> None:
    from db.session import open_database

    database = await open_database(Settings(home=home))
    try:
        athlete = await new_athlete(database)
        async with database.transaction(athlete) as db:
            workout = await open_workout(db, athlete)
            workout.started_at -= timedelta(hours=5)
            await enqueue(db, CloseWorkout(athlete_id=athlete, workout_id=workout.id))
        with worker_process(
            "cli.main", "worker", "jobs", "--concurrency", "1", says="Doing jobs", VOICEFIT_HOME=str(home)
        ) as process:
            await until(lambda: _status(database, workout))
            process.terminate()
            assert await asyncio.to_thread(process.wait, 30) == 0
    finally:
        await database.aclose()


async def _status(database: Database, workout: Workout) -> bool:
    async with database.transaction(None) as db:
        status = await db.scalar(text("select status from workouts where id = :id"), {"id": workout.id})
    return str(status) == "cancelled"

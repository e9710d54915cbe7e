"""Sets logged over HTTP by many clients at once, beside plain inserts of the same rows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from core.settings import Settings
from db.session import Database
from db.url import for_psql
from services.exercises.catalogue import packaged_catalogue
from services.identity import Identity

CLIENTS = 20
SETS = 1000
WARM_UP = 200
INSERT = (
    "insert into workout_sets (workout_id, exercise_id, user_id, set_number, reps, weight, weight_unit, rpe) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8)"
)


@dataclass(frozen=True, slots=True)
class Load:
    """How it went: seconds for all of it, and for each request."""

    seconds: float
    taken: list[float]

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return len(self.taken) / self.seconds


@dataclass(frozen=True, slots=True)
class Lifter:
    """An athlete with an open workout."""

    athlete_id: UUID
    token: str
    workout_id: UUID


async def over_http(address: str, lifters: Sequence[Lifter], count: int) -> Load:
    """`count` sets, each a request with a key of its own; a client a lifter."""
    connector = aiohttp.TCPConnector(limit=len(lifters))
    async with aiohttp.ClientSession(f"http://{address}", connector=connector) as client:

        async def log(lifter: Lifter, number: int) -> None:
            headers = {"Authorization": f"Bearer {lifter.token}", "Idempotency-Key": uuid4().hex}
            path = f"/api/workouts/{lifter.workout_id}/sets"
            async with client.post(path, json=_said(number), headers=headers) as response:
                if response.status != 201:
                    raise RuntimeError(f"{response.status}: {await response.text()}")
                await response.read()

        return await _share(count, lifters, log)


async def plain_inserts(url: str, lifters: Sequence[Lifter], count: int) -> Load:
    """`count` rows of the same sets, each in a transaction of its own; a connection a lifter."""
    connections = {lifter.athlete_id: await asyncpg.connect(for_psql(url)) for lifter in lifters}

    async def insert(lifter: Lifter, number: int) -> None:
        said = _said(number)
        exercise = packaged_catalogue().by_slug[said["exercise"]]
        values = (said["reps"], said["weight"], said["unit"], said["rpe"])
        row = (lifter.workout_id, exercise.id, lifter.athlete_id, number + 1, *values)
        await connections[lifter.athlete_id].execute(INSERT, *row)

    try:
        return await _share(count, lifters, insert)
    finally:
        for connection in connections.values():
            await connection.close()


async def make_lifters(
    address: str, database: Database, settings: Settings, count: int = CLIENTS
) -> list[Lifter]:
    """Athletes, each with a token and a workout that was started over HTTP."""
    identity = Identity(database, settings)
    lifters = []
    async with aiohttp.ClientSession(f"http://{address}") as client:
        for number in range(count):
            athlete_id = await identity.athlete_by_email(f"lifter-{number}@example.com")
            token = identity.issue_token(athlete_id, timedelta(hours=1))
            headers = {"Authorization": f"Bearer {token}"}
            async with client.post("/api/workouts", json={"name": "load"}, headers=headers) as response:
                lifters.append(Lifter(athlete_id, token, UUID((await response.json())["id"])))
    return lifters


def _said(number: int) -> dict[str, Any]:
    """The set: three exercises in turn, five sets of each."""
    number //= CLIENTS
    exercise = ("barbell-bench-press", "barbell-back-squat", "barbell-row")[number // 5 % 3]
    return {"exercise": exercise, "reps": 5 + number % 6, "weight": 185.0, "unit": "lbs", "rpe": 8.0}


async def _share(count: int, lifters: Sequence[Lifter], do: Callable[[Lifter, int], Awaitable[None]]) -> Load:
    """`count` times `do`, shared evenly by the lifters, each one after the other."""
    taken: list[float] = []

    async def one(lifter: Lifter, numbers: Sequence[int]) -> None:
        for number in numbers:
            began = time.perf_counter()
            await do(lifter, number)
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    shares = [range(start, count, len(lifters)) for start in range(len(lifters))]
    await asyncio.gather(*(one(lifter, share) for lifter, share in zip(lifters, shares, strict=True)))
    return Load(time.perf_counter() - began, taken)

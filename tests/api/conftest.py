"""The HTTP side over a real database, without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_api
from core.settings import Settings
from db.session import Database
from services.exercises.matcher import packaged_matcher
from services.identity import Identity
from services.ledger import Key
from tests.db.fixtures import new_athlete
from tools import ToolContext, ToolResult, run_tool

SECRET = "a secret for tests, long enough to sign"


@dataclass
class Room:
    """Whether one more conversation can start."""

    left: bool = True


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a home and a secret of their own."""
    return Settings(home=tmp_path, secret=SECRET)


@pytest.fixture
def identity(database: Database, settings: Settings) -> Identity:
    """The accounts behind the API."""
    return Identity(database, settings)


@pytest.fixture
def room() -> Room:
    """The room for conversations, to be changed by tests."""
    return Room()


@pytest.fixture
def app(database: Database, settings: Settings, room: Room) -> FastAPI:
    """The application."""
    return create_api(database, settings, capacity=lambda: room.left)


def client_from(app: FastAPI, address: str = "127.0.0.1", host: str = "localhost:8080") -> httpx.AsyncClient:
    """A client at `address` that calls the server by the name `host`."""
    transport = httpx.ASGITransport(app=app, client=(address, 50_000), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client on the server's own machine."""
    async with client_from(app) as client:
        yield client


@dataclass
class Athlete:
    """Somebody who uses the API with a bearer token, and the voice."""

    id: UUID
    client: httpx.AsyncClient
    database: Database

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def post(self, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.client.post(path, json=body, headers=headers)

    async def patch(self, path: str, body: Any, if_match: str | None = None) -> httpx.Response:
        headers = {"If-Match": if_match} if if_match else {}
        return await self.client.patch(path, json=body, headers=headers)

    async def delete(self, path: str, if_match: str | None = None) -> httpx.Response:
        headers = {"If-Match": if_match} if if_match else {}
        return await self.client.delete(path, headers=headers)

    async def workout(self, **fields: Any) -> str:
        """The address of a workout that was just started."""
        response = await self.post("/api/workouts", fields)
        assert response.status_code == 201, response.text
        return str(response.headers["location"])

    async def log(self, workout: str, **fields: Any) -> dict[str, Any]:
        """The only set that was logged."""
        response = await self.post(f"{workout}/sets", {"exercise": "bench press", "reps": 8} | fields)
        assert response.status_code == 201, response.text
        (logged,) = response.json()["sets"]
        return dict(logged)

    async def sets(self, workout: str) -> list[dict[str, Any]]:
        return list((await self.get(f"{workout}/sets")).json()["items"])

    async def says(self, tool: str, key: str, **arguments: Any) -> ToolResult:
        """Calls a tool, as the conversation does."""
        context = ToolContext(self.database, packaged_matcher(), self.id, Key(key))
        return await run_tool(context, tool, arguments)


async def _athlete(app: FastAPI, database: Database, identity: Identity) -> AsyncIterator[Athlete]:
    athlete_id = await new_athlete(database)
    async with client_from(app) as client:
        client.headers["Authorization"] = f"Bearer {identity.issue_token(athlete_id, timedelta(hours=1))}"
        yield Athlete(athlete_id, client, database)


@pytest.fixture
async def ana(app: FastAPI, database: Database, identity: Identity) -> AsyncIterator[Athlete]:
    """An athlete."""
    async for athlete in _athlete(app, database, identity):
        yield athlete


@pytest.fixture
async def ben(app: FastAPI, database: Database, identity: Identity) -> AsyncIterator[Athlete]:
    """Another athlete."""
    async for athlete in _athlete(app, database, identity):
        yield athlete

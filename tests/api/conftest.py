"""The HTTP side over a real database, without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_api
from core.settings import Settings
from db.session import Database
from services.identity import Identity

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

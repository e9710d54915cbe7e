"""The API on a real socket, in a thread of its own: for clients that are not asynchronous."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import uvicorn

from api.app import create_api
from api.protocol import BoundedHttpProtocol
from core.settings import Settings
from db.session import Database
from services.identity import Identity
from tests.db.fixtures import new_athlete

STOP_SECONDS = 20.0


@dataclass
class Live:
    """A running API and somebody who may use it."""

    address: str
    athlete_id: UUID
    headers: dict[str, str]
    database: Database
    loop: asyncio.AbstractEventLoop

    def run(self, work: Any) -> Any:
        """Runs a coroutine where the API runs, and returns its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(STOP_SECONDS)


@contextmanager
def live_api(url: str, settings: Settings) -> Iterator[Live]:
    """The API over the database at `url`."""
    started: list[Live] = []
    ready = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        database = Database(url, pool_size=5)
        identity = Identity(database, settings)
        athlete_id = await new_athlete(database)
        app = create_api(database, settings, capacity=lambda: True)
        token = identity.issue_token(athlete_id, timedelta(hours=1))
        host, port = listener.getsockname()
        started.append(
            Live(
                f"http://{host}:{port}",
                athlete_id,
                {"Authorization": f"Bearer {token}"},
                database,
                asyncio.get_running_loop(),
            )
        )
        servers.append(
            uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", http=BoundedHttpProtocol))
        )
        ready.set()
        await servers[0].serve(sockets=[listener])
        await database.aclose()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait(STOP_SECONDS)
    try:
        yield started[0]
    finally:
        servers[0].should_exit = True
        thread.join(STOP_SECONDS)

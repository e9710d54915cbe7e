"""A real server in a process of its own, with real speech, and what a test needs to talk to it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from sqlalchemy import select

from core.settings import Settings
from db.models import WorkoutSet
from db.session import Database, open_database
from eval.microphone import Microphone
from services.exercises.catalogue import packaged_catalogue
from services.identity import Identity

START_SECONDS = 90


@dataclass
class Server:
    """A running `voicefit serve`."""

    settings: Settings
    address: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self._ended(10)

    def stop(self) -> int:
        """As an operator would; returns the exit code."""
        self.process.terminate()
        return self._ended(30)

    def _ended(self, seconds: float) -> int:
        code = self.process.wait(seconds)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The server's own database."""
        database = await open_database(self.settings)
        try:
            yield database
        finally:
            await database.aclose()

    async def athlete(self, email: str) -> tuple[UUID, str]:
        """An athlete's id and a token."""
        async with self.database() as database:
            identity = Identity(database, self.settings)
            athlete = await identity.athlete_by_email(email, create=True)
            return athlete, identity.issue_token(athlete, timedelta(hours=1))

    async def sets(self, athlete: UUID) -> list[tuple[str, float | None, int | None]]:
        """The athlete's sets, in the order of logging."""
        async with self.database() as database, database.transaction(athlete) as db:
            rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
            names = packaged_catalogue().by_id
            return [(names[row.exercise_id].slug, row.weight, row.reps) for row in rows]

    @asynccontextmanager
    async def connect(
        self, token: str, conversation: str | None = None
    ) -> AsyncIterator[AsyncRealtimeConnection]:
        """The official client, connected."""
        client = AsyncOpenAI(
            api_key=token,
            base_url=f"http://{self.address}/v1",
            websocket_base_url=f"ws://{self.address}/v1",
        )
        query = {"conversation": conversation} if conversation else {}
        async with client, client.realtime.connect(model="voicefit", extra_query=query) as connection:
            yield connection

    @asynccontextmanager
    async def microphone(self, token: str) -> AsyncIterator[Microphone]:
        """The official client with a microphone that streams."""
        async with self.connect(token) as connection:
            microphone = Microphone(connection)
            listening = asyncio.create_task(microphone.listen())
            try:
                await microphone.silence(0.6)
                yield microphone
            finally:
                listening.cancel()


def start(home: Path, environment: Mapping[str, str] | None = None) -> Server:
    """Starts a server on a free port, with all its state under `home`."""
    settings = Settings(home=home)
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {}), "VOICEFIT_HOME": str(home)},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "ready" in line, f"the server said {line!r} and exited with {process.poll()}"
    return Server(settings, line.rpartition("//")[2].strip(), process)

"""What happens to the server meanwhile: it is killed, restarted, and loses its database."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

import asyncpg

from core.errors import VoiceFitError
from core.settings import Settings
from db.session import addresses_of, start_server
from db.url import for_psql
from eval.storm.journal import Journal
from eval.storm.person import Server

START_SECONDS = 120
CUT = """
    select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'storm'
      and backend_type = 'client backend'
"""


class House:
    """A server in a process of its own, which can be treated badly."""

    command: Sequence[str] = ("serve", "--port", "0")

    def __init__(self, settings: Settings, server: Server, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._server = server
        self._environment = {
            **os.environ,
            "VOICEFIT_HOME": str(settings.home),
            "VOICEFIT_RATE_LIMITS": "off",
            "VOICEFIT_MAX_SESSIONS": "100",
            **environment,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it. Raises `VoiceFitError`."""
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli.main", *self.command),
            stdout=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()
        if not line:
            raise VoiceFitError("The server did not start: see above.")
        self._server.address = self._address(line)
        self._server.up.set()

    def _address(self, line: str) -> str:
        """Where it listens: its first line says so."""
        return line.rpartition("//")[2].strip()

    async def end(self, sig: signal.Signals) -> int:
        """Ends it with a signal; the exit code."""
        self._server.up.clear()
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(sig)
        return await asyncio.wait_for(self._process.wait(), 60)


async def blow(
    house: House, settings: Settings, journal: Journal, turns: int, seed: int, *, kills: int, cuts: int
) -> None:
    """Goes on until it is cancelled: ends the server `kills` times and its connections to the database `cuts`
    times, spread over the acknowledgement of `turns` turns."""
    chance = random.Random(seed + 1)
    events = ["kill"] * kills + ["cut"] * cuts
    chance.shuffle(events)
    database = await start_server(settings)
    url = for_psql(addresses_of(settings, database).owner)
    try:
        for number, event in enumerate(events, start=1):
            while journal.counts["acknowledged"] < turns * number / (len(events) + 1):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.sleep(chance.random())
            if event == "kill":
                how = signal.SIGTERM if chance.random() < 0.25 else signal.SIGKILL
                for athlete in journal.told:
                    journal.note(athlete, f"--- the server is ended by {how.name}")
                await house.end(how)
                await house.start()
            else:
                await _cut(url)
            journal.counts[f"server: {event}"] += 1
    finally:
        if database is not None:
            database.release()


async def _cut(url: str) -> None:
    connection = await asyncpg.connect(url, server_settings={"application_name": "storm"})
    try:
        await connection.execute(CUT)
    finally:
        await connection.close()

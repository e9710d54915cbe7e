"""`voicefit serve`, `worker rooms` and `dev livekit` in processes of their own, seen from outside."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import psutil
from openai import AsyncOpenAI

from core.errors import VoiceFitError
from core.settings import Settings
from services.identity import Identity

START_SECONDS = 120
EXPORTS = re.compile(r"(LIVEKIT_\w+)=(\S+)")


@asynccontextmanager
async def serving(
    settings: Settings, environment: Mapping[str, str] | None = None, processes: int = 1
) -> AsyncIterator[tuple[str, psutil.Process, float]]:
    """A server on the home of `settings`: its address, the process, and how many seconds it took to start."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "serve", "--port", "0", "--processes", str(processes)),
        stdout=subprocess.PIPE,
        env={**os.environ, "VOICEFIT_HOME": str(settings.home), **(environment or {})},
    )
    assert process.stdout is not None
    try:
        for _ in range(processes):
            line = (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()
            if not line:
                raise VoiceFitError("The server did not start: see above.")
        yield line.rpartition("//")[2].strip(), psutil.Process(process.pid), time.perf_counter() - began
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def livekit() -> AsyncIterator[dict[str, str]]:
    """A development LiveKit server: the variables that clients and workers find it by."""
    async with _started("dev", "livekit", "--port", "0") as (_, line):
        yield dict(EXPORTS.findall(line))


def settings_in(settings: Settings, livekit: Mapping[str, str]) -> Settings:
    """The settings with a LiveKit server."""
    return settings.model_copy(update={name.lower(): value for name, value in livekit.items()})


@asynccontextmanager
async def working_in_rooms(
    settings: Settings, environment: Mapping[str, str]
) -> AsyncIterator[psutil.Process]:
    """A worker for rooms on the home of `settings`."""
    everything = {"VOICEFIT_HOME": str(settings.home), **environment}
    async with _started("worker", "rooms", environment=everything) as (process, _):
        yield psutil.Process(process.pid)


@asynccontextmanager
async def _started(
    *command: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A command that goes on, and the line with which it says that it is ready."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", *command),
        stdout=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    assert process.stdout is not None
    try:
        line = ""
        while not (EXPORTS.search(line) or line.startswith("Ready")):
            line = (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()
            if not line:
                raise VoiceFitError(f"`voicefit {' '.join(command)}` did not start: see above.")
        yield process, line
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def client_of(address: str, identity: Identity, athlete_id: UUID) -> AsyncOpenAI:
    """The official client of the server at `address` (`host:port`), signed in as an athlete for an hour."""
    return AsyncOpenAI(
        api_key=identity.issue_token(athlete_id, timedelta(hours=1)),
        base_url=f"http://{address}/v1",
        websocket_base_url=f"ws://{address}/v1",
    )

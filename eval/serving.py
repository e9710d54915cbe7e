"""`voicefit serve` in a process of its own, for measuring it from outside."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import psutil

from core.errors import VoiceFitError
from core.settings import Settings

START_SECONDS = 120


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

"""Keeps processes running: each is started anew when it ends, until all are to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Sequence

logger = logging.getLogger(__name__)

SOON_SECONDS = 10.0
"""A process that ends sooner than this after its start does not begin again at once."""

BREATHER_SECONDS = 5.0


class Supervisor:
    """One process for each of `commands`. They see the end of their standard input when this one dies."""

    def __init__(self, commands: Sequence[Sequence[str]], breather: float = BREATHER_SECONDS) -> None:
        self._commands = commands
        self._breather = breather
        self._stopping = asyncio.Event()
        self._running: dict[int, asyncio.subprocess.Process] = {}

    async def run(self) -> None:
        """Returns when `stop` was called and all have ended."""
        await asyncio.gather(*(self._keep(slot, command) for slot, command in enumerate(self._commands)))

    def stop(self) -> None:
        """Asks all to end (SIGTERM)."""
        self._stopping.set()
        for process in self._running.values():
            if process.returncode is None:
                process.terminate()

    async def _keep(self, slot: int, command: Sequence[str]) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, env=os.environ)
            self._running[slot] = process
            if self._stopping.is_set():
                process.terminate()
            code = await process.wait()
            if self._stopping.is_set():
                return
            logger.warning("process %d ended with %d: another is started", process.pid, code)
            if time.monotonic() - began < SOON_SECONDS:
                await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), self._breather)
        except TimeoutError:
            return

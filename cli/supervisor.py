"""Keeps processes running: each is started anew when it ends, until all are to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

SOON_SECONDS = 10.0
"""A process that ends sooner than this after its start does not begin again at once."""

BREATHER_SECONDS = 5.0


async def supervise(commands: Sequence[Sequence[str]]) -> None:
    """Keeps `voicefit` with each of these arguments running, until SIGTERM or SIGINT."""
    supervisor = Supervisor([[sys.executable, "-m", "cli.main", *command] for command in commands])
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, supervisor.stop)
    await supervisor.run()


def when_alone(tell: Callable[[], None]) -> Callable[[], None]:
    """In a process that is supervised: calls `tell` when the supervisor has died. The result stops that."""
    loop = asyncio.get_running_loop()

    def forget() -> None:
        loop.remove_reader(sys.stdin)

    def died() -> None:
        forget()
        tell()

    loop.add_reader(sys.stdin, died)  # it says nothing but its end
    return forget


class Supervisor:
    """One process for each of `commands`. They see the end of their standard input when this one dies."""

    def __init__(self, commands: Sequence[Sequence[str]], breather: float = BREATHER_SECONDS) -> None:
        self._commands = commands
        # Each takes its part of the machine.
        self._environment = {**os.environ, "VOICEFIT_PROCESSES": str(len(commands))}
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
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, env=self._environment)
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

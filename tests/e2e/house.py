"""A development LiveKit server, `voicefit serve` and `voicefit worker rooms`: three processes on one home."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from core.settings import Settings
from tests.e2e.server import Server, start

EXPORTS = re.compile(r"(LIVEKIT_\w+)=(\S+)")


class House:
    """What a company with one machine would run."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self._home = home
        self._stack = stack
        self.livekit = self._process("dev", "livekit", "--port", "0")
        found = dict(EXPORTS.findall(_line(self.livekit.stdout, "LIVEKIT_URL")))
        self.environment = {**found, "VOICEFIT_HOME": str(home)}
        self.settings = Settings(
            home=home,
            livekit_url=found["LIVEKIT_URL"],
            livekit_api_key=found["LIVEKIT_API_KEY"],
            livekit_api_secret=found["LIVEKIT_API_SECRET"],
        )
        self.worker = self._process("worker", "rooms")
        self.server: Server = start(home, self.environment)
        self._stack.callback(self.server.stop)
        ready(self.worker)

    def start_worker(self) -> subprocess.Popen[str]:
        """One more worker. It is of use once `ready`."""
        return self._process("worker", "rooms")

    def _process(self, *command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *command],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "VOICEFIT_HOME": str(self._home), **getattr(self, "environment", {})},
        )
        self._stack.callback(_end, process)
        return process


@contextmanager
def house(home: Path) -> Iterator[House]:
    """The house, for as long as the block runs."""
    with ExitStack() as stack:
        yield House(home, stack)


def ready(worker: subprocess.Popen[str]) -> None:
    """Waits until the LiveKit server knows of the worker."""
    _line(worker.stdout, "Ready")


def _line(stream: IO[str] | None, word: str) -> str:
    assert stream is not None
    for line in stream:
        if word in line:
            Thread(target=stream.read, daemon=True).start()  # the rest must not fill the pipe
            return line
    raise AssertionError(f"the process ended without saying {word!r}")


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.wait(60)
    if process.stdout is not None:
        process.stdout.close()

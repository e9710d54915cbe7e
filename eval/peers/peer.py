"""Pipecat on the conversation of the load test: its environment, its server, and how it does."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import numpy as np
import psutil

from core.errors import VoiceFitError
from eval.load.athlete import ANSWER_SECONDS, Athlete
from eval.load.lines import Line
from eval.load.run import ALONE_EVERY_SECONDS, Outcome, Plan
from eval.load.stage import idle, talk
from eval.load.stand_in import Delays, StandIn, standing_in
from eval.load.usage import on_cores, other_cores
from eval.peers.models import PeerModels

PINNED = Path(__file__).parents[2] / "requirements" / "peers.txt"
BOT = Path(__file__).with_name("pipecat_bot.py")
VERSION = "1.14.0"
START_SECONDS = 120
LOUD = 500
"""Samples louder than this are the voice; Pipecat may send silence."""
OVER_SECONDS = 0.6
"""An answer is over when nothing was heard of it for so long."""


class NoPeer(VoiceFitError):
    """The peer cannot be had here."""


@dataclass
class Caller(Athlete):
    """The same athlete on Pipecat's websocket: raw PCM, 16 kHz to it and 24 kHz from it."""

    heard_at: float = 0.0

    path = "/ws"
    sample_rate = 16_000

    def _unanswered(self, now: float) -> bool:
        if not self.said:
            return False
        said = self.said[-1]
        if said.audio_at is None:
            return now - said.ended_at < ANSWER_SECONDS
        said.done = now - self.heard_at > OVER_SECONDS
        return not said.done

    async def _put(self, socket: aiohttp.ClientWebSocketResponse, pcm: bytes) -> None:
        await socket.send_bytes(pcm)

    def _hear(self, message: aiohttp.WSMessage) -> None:
        if message.type is not aiohttp.WSMsgType.BINARY or not self.said:
            return
        if int(np.max(np.abs(np.frombuffer(message.data, np.int16).astype(np.int32)), initial=0)) < LOUD:
            return
        self.heard_at = time.monotonic()
        if self.said[-1].audio_at is None and self.heard_at >= self.said[-1].ended_at:
            self.said[-1].audio_at = self.heard_at


async def measure_pipecat(
    plan: Plan, delays: Delays, lines: Sequence[Line], endpointing: float, environments: Path
) -> Outcome:
    """One session and many, as `eval.load.run.measure` does with VoiceFit. Raises `NoPeer`."""
    python = await asyncio.to_thread(environment, environments)
    with on_cores(other_cores(plan.cores)):
        return await _measure(python, plan, delays, lines, endpointing)


async def _measure(
    python: Path, plan: Plan, delays: Delays, lines: Sequence[Line], endpointing: float
) -> Outcome:
    stand_in = StandIn(lines, delays)
    async with (
        standing_in(PeerModels(stand_in).routes()) as models,
        _serving(python, plan, models, delays, endpointing) as (address, process),
    ):
        await talk([Caller("", 3.0)], address, lines, 4.0, plan.seed, process)  # warms it up
        cores, at_rest = await idle(process)
        alone = [Caller("", ALONE_EVERY_SECONDS)]
        one = await talk(alone, address, lines, plan.seconds, plan.seed, process)
        all_of_them = [Caller("", plan.every) for _ in range(plan.sessions)]
        many = await talk(all_of_them, address, lines, plan.seconds, plan.seed, process)
        return Outcome(cores, at_rest.megabytes, one, many)


def environment(folder: Path) -> Path:
    """The Python of an environment with what `requirements/peers.txt` pins; made at the first call.

    Raises `NoPeer` when that is not there (an installed VoiceFit has no peers) or cannot be installed.
    """
    if not PINNED.is_file():
        raise NoPeer("Comparing with Pipecat needs a checkout: requirements/peers.txt is not here.")
    made = folder / f"pipecat-{hashlib.sha256(PINNED.read_bytes()).hexdigest()[:12]}"
    python = made / "bin" / "python"
    complete = made / "complete"
    if complete.is_file():
        return python
    folder.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", "--clear", str(made)])
    install = ["install", "--quiet", "--no-deps", "--require-hashes", "-r", str(PINNED)]
    uv = Path(sys.executable).with_name("uv")
    if uv.is_file():
        _run([str(uv), "pip", *install, "--python", str(python)])
    else:
        _run([str(python), "-m", "pip", "--disable-pip-version-check", *install])
    complete.touch()
    return python


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise NoPeer(f"Pipecat {VERSION} cannot be installed: {said[-1]}")


@asynccontextmanager
async def _serving(
    python: Path, plan: Plan, models: str, delays: Delays, endpointing: float
) -> AsyncIterator[tuple[str, psutil.Process]]:
    options = ("--models", models, "--transcript", str(delays.transcript), "--endpointing", str(endpointing))
    with on_cores(plan.cores or ()):
        process = await asyncio.create_subprocess_exec(
            str(python), str(BOT), *options, stdout=subprocess.PIPE
        )
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()
        if not line:
            raise NoPeer("Pipecat did not start: see above.")
        yield line.rpartition("//")[2].strip(), psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()

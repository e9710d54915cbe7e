"""Sessions opened and closed, well and badly, and what they leave behind in the server."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.errors import VoiceFitError
from core.settings import Settings
from db.session import open_database
from eval.storm.line import LOST, Line, opened
from services.identity import Identity

AT_ONCE = 8
LEAVE_SECONDS = 25.0
"""A session has at most so long to finish what it has begun."""
SILENCE = bytes(48_000)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """What a server holds; memory in bytes."""

    rss: int
    uss: int
    pss: int
    tasks: Counter[str]
    threads: int
    files: int
    connections: int
    objects: Counter[str]

    def grown(self, before: Held, least: int = 50) -> list[str]:
        """Of which types there are at least so many objects more than before."""
        more = Counter(self.objects)
        more.subtract(before.objects)
        return [f"{name} +{count}" for name, count in more.most_common(15) if count >= least]


@dataclass(frozen=True, slots=True)
class Leaks:
    """What was held after the first sessions, and after all."""

    warm: Held
    after: Held

    @property
    def memory_growth(self) -> float:
        """Of the memory that is the server's own, as a share."""
        return self.after.uss / self.warm.uss - 1

    @property
    def left(self) -> list[str]:
        """Tasks, threads, files and connections that were not there before, in words."""
        found = [f"task {name} ({count})" for name, count in (self.after.tasks - self.warm.tasks).items()]
        for name in ("threads", "files", "connections"):
            more = getattr(self.after, name) - getattr(self.warm, name)
            if more > 0:
                found.append(f"{more} {name}")
        return found


async def leaks(settings: Settings, sessions: int, warm_up: int, seed: int = 1) -> Leaks:
    """Opens and closes `warm_up` sessions, then more until it is `sessions`, on a server of its own."""
    database = await open_database(settings)
    try:
        identity = Identity(database, settings)
        athlete = await identity.athlete_by_email(f"leaks-{os.getpid()}@example.com", create=True)
        token = identity.issue_token(athlete, timedelta(days=1))
        async with _watched(settings) as server:
            chance = random.Random(seed)
            await _visits(server, token, chance, warm_up)
            warm = await server.held()
            await _visits(server, token, chance, sessions - warm_up)
            return Leaks(warm, await server.held(warm))
    finally:
        await database.aclose()


class _Server:
    """A server that says what it holds."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout
        self.address = address

    async def held(self, before: Held | None = None) -> Held:
        """What it holds, once it has had the time to let go of what was not there `before`."""
        held = await self._ask()
        for _ in range(round(LEAVE_SECONDS)):
            await asyncio.sleep(1)
            last, held = held, await self._ask()
            if before is None and not Leaks(last, held).left and not Leaks(held, last).left:
                break
            if before is not None and not Leaks(before, held).left:
                break
        return held

    async def _ask(self) -> Held:
        self._in.write(b"\n")
        await self._in.drain()
        said: dict[str, Any] = json.loads(await self._out.readline())
        names = Counter(re.sub(r"Task-\d+", "Task", name) for name in said.pop("tasks"))
        return Held(tasks=names, objects=Counter(said.pop("objects")), **said)


@asynccontextmanager
async def _watched(settings: Settings) -> AsyncIterator[_Server]:
    environment = {"VOICEFIT_HOME": str(settings.home), "VOICEFIT_RATE_LIMITS": "off"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.watched"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "VOICEFIT_MAX_SESSIONS": "50", **environment},
        limit=MEGABYTE,
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        if not line:
            raise VoiceFitError("The server did not start: see above.")
        yield _Server(process, line.rpartition("//")[2].strip())
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _visits(server: _Server, token: str, chance: random.Random, count: int) -> None:
    kinds = iter(chance.choices(list(VISITS), [50, 20, 10, 10, 10], k=count))

    async def some() -> None:
        for kind in kinds:
            line = await opened(server.address, token, None, _ignore, _ignore)
            with suppress(*LOST):
                await VISITS[kind](line)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


async def _look_in(line: Line) -> None:
    await line.close()


async def _type(line: Line) -> None:
    await line.write_only("text")
    await (await line.ask("turn", "bench press 225 for 8"))
    await line.close()


async def _listen(line: Line) -> None:
    await (await line.ask("turn", "same again"))
    await line.close()


async def _vanish(line: Line) -> None:
    await line.ask("turn", "squat 225 for 5")
    await asyncio.sleep(0.2)
    line.drop()


async def _hum(line: Line) -> None:
    await line.speak(SILENCE)
    line.drop()


VISITS = {"look in": _look_in, "type": _type, "listen": _listen, "vanish": _vanish, "hum": _hum}


def _ignore(*_: object) -> None:
    pass

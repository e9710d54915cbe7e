"""So many athletes talk to a server for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import psutil

from eval.load.athlete import Athlete, Said
from eval.load.lines import Line
from eval.load.usage import Usage, usage_of

SETTLE_SECONDS, SETTLE_TRIES, IDLE_CORES = 3.0, 20, 0.02


@dataclass(frozen=True, slots=True)
class Stage:
    """So many sessions for a while: what they said and heard, and what that took.

    `server` and `database` are in cores (1: one core all the time); `megabytes` the server's memory at the
    end.
    """

    sessions: int
    seconds: float
    said: list[Said]
    late_ms: list[float]
    server: float
    database: float
    megabytes: float
    lost: int = 0
    """Sets that were said and are not in the database."""
    extra: int = 0
    """Sets in the database that nobody said."""
    faults: tuple[str, ...] = ()
    """Of athletes with lost or extra sets: what they said, what was heard, and what they have."""

    @property
    def misheard(self) -> int:
        """Turns of which other words came than were said."""
        return sum(said.misheard for said in self.said)

    @property
    def first_audio_ms(self) -> list[float]:
        """From the last sound of a sentence to the first of the answer, of all turns that were answered."""
        return [said.first_audio_ms for said in self.said if said.first_audio_ms is not None]


async def talk(
    athletes: Sequence[Athlete],
    address: str,
    lines: Sequence[Line],
    seconds: float,
    seed: int,
    server: psutil.Process,
    database: psutil.Process | None = None,
) -> Stage:
    """Lets them talk, and looks at what the server's processes take while they do.

    `seconds` is how long they may speak; opening the conversations before that is not measured.
    """
    processes = [server] if database is None else [server, database]
    before: list[Usage] = []
    at_end: list[Usage] = []

    async def look(usages: list[Usage], after: float) -> None:
        await asyncio.sleep(after)
        usages.extend(usage_of(process) for process in processes)

    opening = max(one.opening_seconds for one in athletes)
    seconds += opening
    await asyncio.gather(
        look(before, opening),
        look(at_end, seconds),
        *(
            one.train(address, lines, seconds, Random(f"{seed}-{number}"))
            for number, one in enumerate(athletes)
        ),
    )
    cores = [after.cores_since(earlier) for after, earlier in zip(at_end, before, strict=True)]
    return Stage(
        sessions=len(athletes),
        seconds=seconds - opening,
        said=[said for one in athletes for said in one.said],
        late_ms=[late for one in athletes for late in one.late_ms],
        server=cores[0],
        database=sum(cores[1:]),
        megabytes=at_end[0].megabytes,
    )


async def idle(process: psutil.Process) -> tuple[float, Usage]:
    """Waits until a server has done what it does after its start: the cores it uses then, and its memory."""
    for _ in range(SETTLE_TRIES):
        before = usage_of(process)
        await asyncio.sleep(SETTLE_SECONDS)
        at_rest = usage_of(process)
        if (cores := at_rest.cores_since(before)) < IDLE_CORES:
            break
    return cores, at_rest

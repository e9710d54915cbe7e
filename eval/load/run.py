"""A load test: one athlete alone, then many, against a server that is held to some cores."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import psutil
from sqlalchemy import select, text

from core.errors import VoiceFitError
from core.settings import Settings
from db.models import User, UserOnboarding, UserProfile, WorkoutSet
from db.session import Database, open_database
from eval.load.athlete import Athlete, Said
from eval.load.lines import Line, Set, make_lines
from eval.load.stand_in import Delays, StandIn, standing_in
from eval.load.usage import Usage, on_cores, usage_of
from eval.serving import serving
from eval.speaker import Speaker
from services.exercises.catalogue import packaged_catalogue
from services.identity import Identity
from services.onboarding import ORDER

ALONE_EVERY_SECONDS = 5.0
"""How often the one athlete speaks that the many are compared with: often, to have enough turns."""
SETTLE_SECONDS, SETTLE_TRIES, IDLE_CORES = 3.0, 20, 0.02


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. `every`: seconds between an athlete's sentences. `delays` None: the embedded models.

    `cores` are those of the server, all for None; `processes` it is made of.
    """

    sessions: int
    seconds: float
    every: float
    delays: Delays | None
    processes: int = 1
    cores: tuple[int, ...] | None = None
    typed: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """So many sessions for a while: what they said and heard, and what that took.

    `server` and `database` are in cores (1: one core all the time); `megabytes` the server's memory at the
    end.
    """

    sessions: int
    seconds: float
    said: list[Said]
    lost: int
    """Sets that were said and are not in the database."""
    extra: int
    """Sets in the database that nobody said."""
    late_ms: list[float]
    server: float
    database: float
    megabytes: float

    @property
    def misheard(self) -> int:
        """Turns of which other words came than were said."""
        return sum(said.misheard for said in self.said)

    @property
    def first_audio_ms(self) -> list[float]:
        """From the last sound of a sentence to the first of the answer, of all turns that were answered."""
        return [said.first_audio_ms for said in self.said if said.first_audio_ms is not None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One athlete, many, and the server with nobody in it: cores and memory."""

    idle_cores: float
    idle_megabytes: float
    alone: Stage
    many: Stage

    @property
    def cores_per_session(self) -> float:
        """What a session adds."""
        return (self.many.server - self.idle_cores) / self.many.sessions

    @property
    def megabytes_per_session(self) -> float:
        """What a session adds, everything that grows with use included."""
        return (self.many.megabytes - self.idle_megabytes) / self.many.sessions


async def measure(plan: Plan, settings: Settings) -> Outcome:
    """Runs the test with all state in the home of `settings`, which should be one of its own."""
    lines = await make_lines(Speaker(settings))
    database = await open_database(settings)
    try:
        async with _server(plan, settings, lines) as (address, process):
            bench = _Bench(plan, settings, database, lines, address, process)
            return await bench.run()
    finally:
        await database.aclose()


@asynccontextmanager
async def _server(
    plan: Plan, settings: Settings, lines: Sequence[Line]
) -> AsyncIterator[tuple[str, psutil.Process]]:
    stand_in = StandIn(lines, plan.delays or Delays())
    async with AsyncExitStack() as stack:
        models = await stack.enter_async_context(standing_in(stand_in.routes()))
        environment = {"VOICEFIT_MAX_SESSIONS": str(plan.sessions + 1)}
        if plan.delays is not None:
            environment |= stand_in.environment(models)
        arguments = ("--processes", str(plan.processes)) if plan.processes > 1 else ()
        with on_cores(plan.cores or range(os.cpu_count() or 1)):
            address, process, _ = await stack.enter_async_context(serving(settings, environment, arguments))
        yield address, process


class _Bench:
    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        database: Database,
        lines: Sequence[Line],
        address: str,
        process: psutil.Process,
    ) -> None:
        self._plan = plan
        self._database = database
        self._identity = Identity(database, settings)
        self._lines = lines
        self._address = address
        self._process = process

    async def run(self) -> Outcome:
        postgres = await self._postgres()
        await self._stage(1, 1.0, 3.0, postgres)  # warms what is loaded at the first turn
        idle_cores, idle = await self._idle()
        alone = await self._stage(1, self._plan.seconds, ALONE_EVERY_SECONDS, postgres)
        many = await self._stage(self._plan.sessions, self._plan.seconds, self._plan.every, postgres)
        return Outcome(idle_cores, idle.megabytes, alone, many)

    async def _idle(self) -> tuple[float, Usage]:
        """Waits until the server has done what it does after its start: cores, and where it is then."""
        for _ in range(SETTLE_TRIES):
            before = usage_of(self._process)
            await asyncio.sleep(SETTLE_SECONDS)
            idle = usage_of(self._process)
            if (cores := idle.cores_since(before)) < IDLE_CORES:
                break
        return cores, idle

    async def _postgres(self) -> psutil.Process:
        async with self._database.transaction(None) as db:
            backend = psutil.Process(await db.scalar(text("select pg_backend_pid()")))
        parent = backend.parent()
        if parent is None:
            raise VoiceFitError("The load test needs a database on this machine.")
        return parent

    async def _stage(self, sessions: int, seconds: float, every: float, postgres: psutil.Process) -> Stage:
        athletes = {await self._new_athlete(): None for _ in range(sessions)}
        training = {
            athlete: Athlete(
                self._identity.issue_token(athlete, timedelta(hours=1)), every, typed=self._plan.typed
            )
            for athlete in athletes
        }
        before = self._usage(postgres)
        at_end: list[tuple[Usage, Usage]] = []

        async def look() -> None:
            await asyncio.sleep(seconds)
            at_end.append(self._usage(postgres))

        await asyncio.gather(
            look(),
            *(
                one.train(self._address, self._lines, seconds, Random(f"{self._plan.seed}-{number}"))
                for number, one in enumerate(training.values())
            ),
        )
        [(server, database)] = at_end
        lost, extra = await self._compare(training)
        return Stage(
            sessions=sessions,
            seconds=seconds,
            said=[said for one in training.values() for said in one.said],
            lost=lost,
            extra=extra,
            late_ms=[late for one in training.values() for late in one.late_ms],
            server=server.cores_since(before[0]),
            database=database.cores_since(before[1]),
            megabytes=server.megabytes,
        )

    def _usage(self, postgres: psutil.Process) -> tuple[Usage, Usage]:
        return usage_of(self._process), usage_of(postgres)

    async def _new_athlete(self) -> UUID:
        """Somebody who knows their way around: nobody offers to set them up."""
        athlete = uuid4()
        async with self._database.transaction(None) as db:
            db.add(User(id=athlete, email=f"load-{athlete.hex}@localhost"))
            await db.flush()
            db.add(UserProfile(user_id=athlete, preferred_unit="lbs", distance_unit="mi"))
            db.add(UserOnboarding(user_id=athlete, steps_completed=list(ORDER), is_complete=True))
        return athlete

    async def _compare(self, training: dict[UUID, Athlete]) -> tuple[int, int]:
        lost = extra = 0
        names = packaged_catalogue().by_id
        for athlete, one in training.items():
            said = Counter[Set](turn.line.logs for turn in one.said)
            async with self._database.transaction(athlete) as db:
                rows = await db.scalars(select(WorkoutSet).where(WorkoutSet.user_id == athlete))
                kept = Counter[Set]((names[r.exercise_id].slug, r.reps or 0, r.weight or 0.0) for r in rows)
            lost += (said - kept).total()
            extra += (kept - said).total()
        return lost, extra

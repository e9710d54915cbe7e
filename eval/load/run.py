"""A load test: one athlete alone, then many, against a server that is held to some cores."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psutil
from sqlalchemy import text

from core.errors import VoiceFitError
from core.settings import Settings
from db.session import Database, open_database
from eval.load.athlete import Athlete
from eval.load.keeping import compared, new_athlete
from eval.load.lines import Line, make_lines
from eval.load.room_athlete import RoomAthlete
from eval.load.stage import Stage, idle, talk
from eval.load.stand_in import Delays, StandIn, standing_in
from eval.load.usage import on_cores, other_cores
from eval.serving import livekit, serving, settings_in, working_in_rooms
from eval.speaker import Speaker
from services.conversations import open_conversation
from services.identity import Identity
from services.rooms import Rooms

ALONE_EVERY_SECONDS = 5.0
"""How often the one athlete speaks that the many are compared with: often, to have enough turns."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. `every`: seconds between an athlete's sentences. `delays` None: the embedded models.

    `cores` are those of the server, all for None; `processes` it is made of. With `rooms` the athletes are in
    rooms of a development LiveKit server, and the server is a worker.
    """

    sessions: int
    seconds: float
    every: float
    delays: Delays | None
    processes: int = 1
    cores: tuple[int, ...] | None = None
    typed: bool = False
    rooms: bool = False
    seed: int = 0


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
    with on_cores(other_cores(plan.cores)):  # the athletes and the database are not the server's
        database = await open_database(settings)
        try:
            async with _server(plan, settings, lines) as (address, process, livekit):
                bench = _Bench(plan, settings_in(settings, livekit), database, lines, address, process)
                return await bench.run()
        finally:
            await database.aclose()


@asynccontextmanager
async def _server(
    plan: Plan, settings: Settings, lines: Sequence[Line]
) -> AsyncIterator[tuple[str, psutil.Process, dict[str, str]]]:
    """Its address, its process, and where its LiveKit server is."""
    stand_in = StandIn(lines, plan.delays or Delays())
    async with AsyncExitStack() as stack:
        models = await stack.enter_async_context(standing_in(stand_in.routes()))
        environment = {"VOICEFIT_MAX_SESSIONS": str(plan.sessions + 1)}
        if plan.delays is not None:
            environment |= stand_in.environment(models)
        found = await stack.enter_async_context(livekit()) if plan.rooms else {}
        with on_cores(plan.cores or range(os.cpu_count() or 1)):
            if plan.rooms:
                worker = working_in_rooms(settings, environment | found)
                address, process = "", await stack.enter_async_context(worker)
            else:
                server = serving(settings, environment, plan.processes)
                address, process, _ = await stack.enter_async_context(server)
        yield address, process, found


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
        self._settings = settings
        self._database = database
        self._identity = Identity(database, settings)
        self._lines = lines
        self._address = address
        self._process = process

    async def run(self) -> Outcome:
        postgres = await self._postgres()
        await self._stage(1, 1.0, 3.0, postgres)  # warms what is loaded at the first turn
        idle_cores, at_rest = await idle(self._process)
        alone = await self._stage(1, self._plan.seconds, ALONE_EVERY_SECONDS, postgres)
        many = await self._stage(self._plan.sessions, self._plan.seconds, self._plan.every, postgres)
        return Outcome(idle_cores, at_rest.megabytes, alone, many)

    async def _postgres(self) -> psutil.Process:
        async with self._database.transaction(None) as db:
            backend = psutil.Process(await db.scalar(text("select pg_backend_pid()")))
        parent = backend.parent()
        if parent is None:
            raise VoiceFitError("The load test needs a database on this machine.")
        return parent

    async def _stage(self, sessions: int, seconds: float, every: float, postgres: psutil.Process) -> Stage:
        training = {
            athlete: await self._athlete(athlete, every)
            for athlete in [await new_athlete(self._database) for _ in range(sessions)]
        }
        stage = await talk(
            list(training.values()),
            self._address,
            self._lines,
            seconds,
            self._plan.seed,
            self._process,
            postgres,
        )
        # The development server's sound is late and torn under load: words are not what was said.
        as_said = self._plan.delays is not None and not self._plan.rooms
        return await compared(stage, training, self._database, as_said=as_said)

    async def _athlete(self, athlete: UUID, every: float) -> Athlete:
        token = self._identity.issue_token(athlete, timedelta(hours=1))
        if not self._plan.rooms:
            return Athlete(token, every, typed=self._plan.typed)
        async with self._database.transaction(athlete) as db:
            conversation = await open_conversation(db, athlete, None)
        admittance = Rooms(self._settings).admit(athlete, conversation, "phone")
        return RoomAthlete(token, every, admittance=admittance)


@contextmanager
def own_home() -> Iterator[Settings]:
    """Settings with a home that is there for one measurement."""
    with tempfile.TemporaryDirectory(prefix="voicefit-load-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        yield Settings(home=Path(home))

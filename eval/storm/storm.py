"""A storm from the first turn to the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from core.settings import Settings
from db.session import Database, open_database
from eval.storm import oracle
from eval.storm.ground import Ground, web_ground
from eval.storm.journal import Journal
from eval.storm.line import LOST
from eval.storm.person import Person, Server
from eval.storm.plan import Athlete, planned
from eval.storm.rooms.ground import rooms_ground
from eval.storm.weather import House, blow
from services.identity import Identity

PROBE_SECONDS = 60.0
"""A session that is well answers within this time."""
IN_TRANSACTION = """
    select count(*) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
      and xact_start < now() - interval '1 second'
"""
QUIET_SECONDS = 60.0
"""So long after the last client has left, nothing of them is left."""


@dataclass(frozen=True, slots=True)
class Storm:
    """What is to be: how many turns, of how many athletes, and how often the server is ended and its
    connections to the database are cut. What is sent follows from the `seed`; after so many `minutes` no turn
    is any more. With `rooms` athletes are in rooms, and the server is a worker for them."""

    turns: int
    seed: int = 1
    athletes: int = 8
    kills: int = 2
    cuts: int = 4
    spoken: bool = True
    minutes: float | None = None
    rooms: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What it came to."""

    journal: Journal
    seconds: float

    @property
    def violations(self) -> list[str]:
        """What must not happen and did, each with its trace."""
        return self.journal.violations


async def storm(settings: Settings, wanted: Storm) -> Verdict:
    """Lets it storm on a server of its own, on the home of `settings`."""
    began = time.monotonic()
    journal, server = Journal(), Server()
    environment = wanted.environment
    opened = (
        rooms_ground(settings, server, environment, spoken=wanted.spoken)
        if wanted.rooms
        else web_ground(settings, server, environment)
    )
    async with AsyncExitStack() as stack:
        database = await open_database(settings)
        stack.push_async_callback(database.aclose)
        ground = await stack.enter_async_context(opened)
        plan = planned(wanted.turns, wanted.seed, wanted.athletes, spoken=wanted.spoken, kinds=ground.kinds)
        people = await _people(settings, database, plan, server, journal, wanted)
        stack.push_async_callback(_end, ground.house)
        await ground.house.start()
        await _blow_over(ground, settings, plan, people, server, journal, wanted)
        for person in people.values():
            await _probe(ground, person)
        await _left_nothing(ground, journal, database)
        await ground.house.end(signal.SIGTERM)
        for person in people.values():
            oracle.judge(journal, person.name, await oracle.kept(database, person.athlete_id))
    return Verdict(journal, time.monotonic() - began)


async def _blow_over(
    ground: Ground,
    settings: Settings,
    plan: list[Athlete],
    people: Mapping[str, Person],
    server: Server,
    journal: Journal,
    wanted: Storm,
) -> None:
    turns = sum(len(device.turns) for athlete in plan for device in athlete.devices)
    weather = asyncio.create_task(
        blow(ground.house, settings, journal, turns, wanted.seed, kills=wanted.kills, cuts=wanted.cuts)
    )
    timer = None
    if wanted.minutes is not None:
        timer = asyncio.get_running_loop().call_later(60 * wanted.minutes, _enough, server)
    await asyncio.gather(
        *(ground.device(people[athlete.name], device).run() for athlete in plan for device in athlete.devices)
    )
    if timer is not None:
        timer.cancel()
    await _over(weather, server)


async def _end(house: House) -> None:
    with contextlib.suppress(AssertionError):
        await house.end(signal.SIGKILL)


async def _people(
    settings: Settings,
    database: Database,
    plan: list[Athlete],
    server: Server,
    journal: Journal,
    wanted: Storm,
) -> dict[str, Person]:
    identity = Identity(database, settings)
    clips = await _clips(settings) if wanted.spoken and not wanted.rooms else []
    people = {}
    for athlete in plan:
        email = f"{athlete.name}-{uuid4().hex}@example.com"
        athlete_id = await identity.athlete_by_email(email, create=True)
        token = identity.issue_token(athlete_id, timedelta(days=1))
        people[athlete.name] = Person(athlete.name, athlete_id, token, server, journal, clips)
    return people


async def _clips(settings: Settings) -> list[bytes]:
    from eval.speaker import Speaker

    speaker = Speaker(settings)
    sentences = ("Bench press, 100 for five.", "Same again.", "Scratch that.", "Stop.")
    return [(await speaker.say(one)).samples.tobytes() for one in sentences]


def _enough(server: Server) -> None:
    server.over = True


async def _over(weather: asyncio.Task[None], server: Server) -> None:
    """The weather calms down: what has begun is ended, what has not does not come."""
    await server.up.wait()
    if not weather.done():
        weather.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await weather
    await server.up.wait()


async def _probe(ground: Ground, person: Person) -> None:
    """Each of the athlete's conversations listens still, and answers."""
    for conversation in sorted(person.journal.told[person.name].conversations):
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                status = await ground.probe(person, conversation)
        except (TimeoutError, *LOST) as error:
            person.journal.violate(person.name, f"{conversation} does not answer: {error!r}")
        else:
            if status != "completed":
                person.journal.violate(person.name, f"{conversation}: a probe came to {status}")


async def _left_nothing(ground: Ground, journal: Journal, database: Database) -> None:
    """Once all have left, the server has no session any more, and no transaction."""
    left: tuple[float, int] = (0, 0)
    for _ in range(round(QUIET_SECONDS * 2)):
        sessions = await ground.open_sessions()
        async with database.transaction(None) as db:
            left = (sessions, await db.scalar(text(IN_TRANSACTION)) or 0)
        if left == (0, 0):
            return
        await asyncio.sleep(0.5)
    journal.violate("server", f"all have left, and there are {left[0]:g} sessions, {left[1]} transactions")

"""Making players: in this process or in several, on databases of their own."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import NotConfigured
from core.memory import settle_memory
from core.settings import Settings
from db.session import Database, addresses_of, open_database, start_server
from eval.arena import CannotClone, clock_ahead, clones, pinned_clock
from eval.outcome import Player, TurnOutcome
from eval.player import SessionPlayer
from eval.scenario import Scenario
from eval.serving import serving
from eval.spoken import SpokenPlayer
from search import open_search, refresh
from tools import TOOLS

logger = logging.getLogger(__name__)

MAX_PROCESSES = 16
"""More would be more connections than a server takes as it comes."""
CONNECTIONS = 5

RouterName = Literal["local", "llm", "auto"]


@asynccontextmanager
async def make_player(
    *, router: RouterName, settings: Settings, jobs: int = 1, seed: int = 0
) -> AsyncIterator[Player]:
    """What plays scenarios, `jobs` of them at once in as many processes, or in this one if it is one.

    They play in databases of their own on the server of `settings`; in the database of `settings` itself, in
    this process, when that server lets us make none. Raises `NotConfigured` when `router` needs a model that
    we lack.
    """
    settings = for_router(router, settings)
    server = await start_server(settings)
    ahead = clock_ahead()
    try:
        async with AsyncExitStack() as stack:
            try:
                addresses = addresses_of(settings, server)
                found = await stack.enter_async_context(
                    clones(addresses, settings, min(jobs, MAX_PROCESSES), ahead)
                )
                urls = [one.login for one in found]
            except CannotClone as reason:
                logger.warning("scenarios are played in the database itself: %s", reason)
                player: Player = await stack.enter_async_context(_in_the_database_itself(router, settings))
            else:
                work = Work(router=router, settings=settings, seed=seed, ahead=ahead)
                if jobs == 1:
                    player = await stack.enter_async_context(playing(work, urls[0]))
                else:
                    player = await stack.enter_async_context(pool(work, urls))
            yield player
    finally:
        if server is not None:
            await asyncio.to_thread(server.release)


@dataclass(frozen=True, slots=True)
class Work:
    """What a player is told: who understands, and how far ahead its clock is."""

    router: RouterName
    settings: Settings
    seed: int
    ahead: float


@asynccontextmanager
async def playing(work: Work, url: str) -> AsyncIterator[SessionPlayer]:
    """A player in this process, on a database of its own, with the clock pinned."""
    database = Database(url, pool_size=CONNECTIONS)
    try:
        with pinned_clock(work.ahead):
            player = SessionPlayer(
                database, work.settings, seed=work.seed, passing=True, model_first=work.router == "llm"
            )
            settle_memory()
            yield player
            await player.aclose()
    finally:
        await database.aclose()


@asynccontextmanager
async def _in_the_database_itself(router: RouterName, settings: Settings) -> AsyncIterator[SessionPlayer]:
    database = await open_database(settings)
    try:
        await refresh(open_search(settings, database))
        player = SessionPlayer(database, settings, model_first=router == "llm")
        settle_memory()
        yield player
        await player.aclose()
    finally:
        await database.aclose()


def for_router(router: RouterName, settings: Settings) -> Settings:
    """The settings with which `router` understands. Raises `NotConfigured` when it needs a model we lack."""
    if router == "local":
        return settings.model_copy(update={"xai_api_key": None})
    if router == "llm" and not settings.xai_api_key:
        raise NotConfigured("--router llm needs a language model: set XAI_API_KEY. Or use --router local.")
    return settings


@asynccontextmanager
async def make_door_player(settings: Settings) -> AsyncIterator[Player]:
    """What speaks scenarios that have recordings through the websocket door of a server, at the real pace.

    The server works on a database of its own, by the real time. Raises `CannotClone`.
    """
    server = await start_server(settings)
    try:
        async with clones(addresses_of(settings, server), settings, 1, 0.0) as (addresses,):
            environment = {"DATABASE_URL": addresses.login, "VOICEFIT_DATABASE_OWNER_URL": addresses.owner}
            database = Database(addresses.login, pool_size=3)
            try:
                async with serving(settings, environment) as (address, _, _):
                    yield SpokenPlayer(address, database, settings, passing=True)
            finally:
                await database.aclose()
    finally:
        if server is not None:
            await asyncio.to_thread(server.release)


class PoolPlayer:
    """Plays in other processes, in each one scenario at a time."""

    def __init__(self, processes: ProcessPoolExecutor) -> None:
        self._processes = processes

    @property
    def tools(self) -> frozenset[str]:
        """The tools that this build has."""
        return frozenset(TOOLS)

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        """Plays a scenario in whichever process is free."""
        return await asyncio.get_running_loop().run_in_executor(self._processes, _play, scenario)


@asynccontextmanager
async def pool(work: Work, urls: Sequence[str]) -> AsyncIterator[PoolPlayer]:
    """As many processes as there are databases."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    queue = context.Queue()
    for url in urls:
        queue.put(url)
    processes = ProcessPoolExecutor(len(urls), mp_context=context, initializer=_begin, initargs=(work, queue))
    try:
        yield PoolPlayer(processes)
    finally:
        running = list((processes._processes or {}).values())
        processes.shutdown(wait=False, cancel_futures=True)
        # One that hangs must not hang us.
        for process in running:
            process.terminate()
        for process in running:
            await asyncio.to_thread(process.join)
        queue.close()


class _Worker:
    """What a process of the pool keeps from one scenario to the next."""

    def __init__(self, work: Work, url: str) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._player: SessionPlayer = self._runner.run(self._stack.enter_async_context(playing(work, url)))

    def play(self, scenario: Scenario) -> list[TurnOutcome]:
        return self._runner.run(self._player.play(scenario))


_worker: _Worker | None = None


def _begin(work: Work, urls: Any) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides
    _worker = _Worker(work, urls.get())


def _play(scenario: Scenario) -> list[TurnOutcome]:
    assert _worker is not None
    return _worker.play(scenario)

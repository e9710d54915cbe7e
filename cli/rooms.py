"""`voicefit worker rooms`: a process that talks with athletes in LiveKit rooms."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.supervisor import supervise, when_alone
from core.logs import log_to_stderr
from core.memory import settle_memory
from core.settings import MAX_PORT, Settings, settings

if TYPE_CHECKING:
    from agent.doors.rooms import RoomsWorker

DRAIN_SECONDS = 10.0


def work_in_rooms(
    host: Annotated[str, typer.Option(help="Where to say that the worker is well.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=MAX_PORT, help="The same; 0 takes a free one.")] = 0,
    processes: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Processes to keep running, the ports following each other."),
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            min=0, max=MAX_PORT, help="Where to serve /metrics; 0: nowhere. Ports follow each other."
        ),
    ] = None,
    supervised: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Talk with athletes in LiveKit rooms until stopped. Any number of workers may run."""
    chosen = settings()
    if metrics_port is not None:
        chosen = chosen.model_copy(update={"metrics_port": metrics_port})
    log_to_stderr(chosen.log_format, chosen.log_level.upper())
    typer.echo("Starting a worker for rooms ...", err=True)
    with contextlib.suppress(KeyboardInterrupt):
        count = processes or chosen.processes
        if count > 1 and not supervised:
            from services.rooms import Rooms

            Rooms(chosen)  # said once, not by each
            asyncio.run(supervise([_command(chosen, host, port, slot) for slot in range(count)]))
        else:
            asyncio.run(_work(chosen, host, port, supervised))


def _command(chosen: Settings, host: str, port: int, slot: int) -> list[str]:
    """The worker number `slot` of several, on ports of its own."""
    ports = (("--port", port), ("--metrics-port", chosen.metrics_port))
    own = [word for name, first in ports for word in (name, str(first + slot if first else 0))]
    return ["worker", "rooms", "--supervised", "--host", host, *own]


async def _work(chosen: Settings, host: str, port: int, supervised: bool) -> None:
    async with _worker(chosen, host, port) as worker:
        told = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, told.set)
        forget = when_alone(told.set) if supervised else None
        worker.on_worn_out = told.set
        running = asyncio.create_task(worker.run(), name="rooms worker")
        await _first(running, worker.registered())
        if not running.done():
            print(f"Ready for rooms, {worker.limit} at a time.", flush=True)
            await _first(running, told.wait())
        if forget is not None:
            forget()
        if told.is_set():
            await worker.drain(DRAIN_SECONDS)
        await running


async def _first(running: asyncio.Task[None], other: Coroutine[Any, Any, Any]) -> None:
    waiting = asyncio.create_task(other)
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


@contextlib.asynccontextmanager
async def _worker(chosen: Settings, host: str, port: int) -> AsyncIterator[RoomsWorker]:
    from agent.brain import Brain
    from agent.doors.admission import places
    from agent.doors.rooms import RoomsWorker
    from agent.speech import load_speech
    from core.measures import Measures, scraped
    from core.tracing import open_tracing
    from db.session import open_database
    from services.keyvalue import open_store
    from services.ratelimit import rate_limiter
    from services.rooms import Rooms

    rooms = Rooms(chosen)  # before anything is loaded: it may not be configured
    async with contextlib.AsyncExitStack() as stack:
        database = await open_database(chosen)
        stack.push_async_callback(database.aclose)
        store = open_store(chosen)
        if store is not None:
            stack.push_async_callback(store.aclose)
        limiter = rate_limiter(chosen, database, store)
        speech = await load_speech(chosen)
        stack.push_async_callback(speech.aclose)
        settle_memory()
        measures, tracing = Measures(), open_tracing()
        measures.has_places(places(chosen))
        if tracing is not None:
            stack.push_async_callback(asyncio.to_thread, tracing.close)
        stack.enter_context(scraped(measures, chosen))
        brain = Brain(database, chosen, speech, limiter, measures=measures, tracing=tracing)
        stack.push_async_callback(brain.search.aclose)
        stack.push_async_callback(brain.aclose)
        yield RoomsWorker(brain, rooms, chosen, host=host, port=port)

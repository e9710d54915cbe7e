"""`voicefit serve`: every part put together."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn

from cli.supervisor import supervise, when_alone
from core.errors import NotConfigured
from core.logs import log_to_stderr
from core.memory import settle_memory
from core.settings import MAX_PORT, Settings, settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from agent.doors.realtime import RealtimeDoor
    from services.jobs import Worker

DRAIN_SECONDS = 10.0
MAX_EVENT_BYTES = 4 * 1024 * 1024
"""A websocket message larger than this ends the connection; the door answers smaller ones with an error."""


def serve(
    host: Annotated[
        str | None, typer.Option(help="Where to listen; only this machine unless asked for.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=MAX_PORT, help="0 takes a free one.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes to keep running behind the one port.")
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MAX_PORT,
            help="Where several processes serve /metrics, the ports following each other.",
        ),
    ] = None,
    supervised: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Start the server and print its address."""
    given = {"host": host, "port": port, "processes": processes, "metrics_port": metrics_port}
    chosen = settings().model_copy(update={name: one for name, one in given.items() if one is not None})
    log_to_stderr(chosen.log_format, chosen.log_level.upper())
    with contextlib.suppress(KeyboardInterrupt):
        if chosen.processes > 1 and not supervised:
            _supervise(chosen)
            return
        # With one port for several processes, what is not ready must not be given connections.
        listener = _bound(chosen, shared=True) if supervised else _listen(chosen)
        typer.echo("Starting VoiceFit ...", err=True)
        asyncio.run(_serve(chosen, listener, supervised=supervised))


def _supervise(chosen: Settings) -> None:
    """Keeps the processes running. Linux shares the connections out among the sockets of one port."""
    if sys.platform != "linux":
        raise NotConfigured("Several processes behind one port need Linux. Leave --processes out.")
    if chosen.port:
        _listen(chosen).close()  # nobody else's, or it is said now
    with _bound(chosen, shared=True) as reserved:
        port = reserved.getsockname()[1]
        command = ["serve", "--supervised", "--host", chosen.host, "--port", str(port), "--metrics-port"]
        first = chosen.metrics_port
        ports = [str(first + slot if first else 0) for slot in range(chosen.processes)]
        asyncio.run(supervise([[*command, own] for own in ports]))


def _listen(chosen: Settings) -> socket.socket:
    """The listening socket: taken first, so that a port in use is said before anything is loaded."""
    listener = _bound(chosen, shared=False)
    listener.listen()
    return listener


def _bound(chosen: Settings, *, shared: bool) -> socket.socket:
    """A socket on the chosen port, which others may take as well when it is `shared`."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((chosen.host, chosen.port))
    except OSError as error:
        listener.close()
        raise NotConfigured(
            f"Cannot listen on {chosen.host} port {chosen.port} ({error.strerror}). "
            "Choose another with --port, or VOICEFIT_PORT; 0 takes a free one."
        ) from error
    return listener


async def _serve(chosen: Settings, listener: socket.socket, *, supervised: bool) -> None:
    from api.protocol import BoundedHttpProtocol

    began = time.perf_counter()
    async with _application(chosen) as (app, door, worker):
        config = uvicorn.Config(
            app,
            log_level="warning",
            lifespan="off",
            http=BoundedHttpProtocol,
            ws="websockets-sansio",
            ws_max_size=MAX_EVENT_BYTES,
            ws_ping_interval=20.0,
            ws_ping_timeout=20.0,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        server = _Server(config, door, worker, one_of_several=supervised)
        host, port = listener.getsockname()[:2]
        listener.listen()
        shown = f"[{host}]" if ":" in host else host
        print(f"VoiceFit is ready in {time.perf_counter() - began:.1f} s: http://{shown}:{port}", flush=True)
        if host in ("0.0.0.0", "::"):
            print("It listens to other machines. Browsers give the microphone only to https or localhost.")
        forget = when_alone(lambda: server.handle_exit(signal.SIGTERM, None)) if supervised else None
        await server.serve(sockets=[listener])
        if forget is not None:
            forget()


@contextlib.asynccontextmanager
async def _application(chosen: Settings) -> AsyncIterator[tuple[FastAPI, RealtimeDoor, Worker | None]]:
    # Imported here: they would slow every other command. Most are imported while the database starts.
    from db.session import open_database

    opening = asyncio.create_task(open_database(chosen))
    await asyncio.sleep(0)  # the database begins to start
    # Its modules import one another, so a migration must not import it while the thread below does.
    import pgqueuer  # noqa: F401

    importing = asyncio.create_task(asyncio.to_thread(_import_conversation))
    await asyncio.wait({importing, opening})
    database = opening.result()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.aclose)
        importing.result()
        from agent.brain import Brain
        from agent.doors.admission import places
        from agent.doors.chat import ChatDoor
        from agent.doors.mcp import McpDoor
        from agent.doors.realtime import RealtimeDoor
        from agent.speech import load_speech
        from api.app import create_api
        from core.measures import Measures, scraped
        from core.tracing import open_tracing
        from search import open_search, say_what_is_missing
        from services.cache import open_cache
        from services.identity import Identity
        from services.jobs import SHARE_IN_SERVER, enqueue, working
        from services.keyvalue import open_store
        from services.knowledge.indexing import IndexSearch
        from services.knowledge.keeping import kept_in
        from services.ratelimit import rate_limiter

        store = open_store(chosen)
        if store is not None:
            stack.push_async_callback(store.aclose)
        limiter = rate_limiter(chosen, database, store)
        cache = open_cache(database, store)
        search = open_search(chosen, database, kept_in(cache))
        stack.push_async_callback(search.aclose)
        await say_what_is_missing(search)
        async with database.transaction(None) as db:
            await enqueue(db, IndexSearch())
        speech = await load_speech(chosen)
        stack.push_async_callback(speech.aclose)
        settle_memory()
        measures, tracing = Measures(), open_tracing()
        measures.has_places(places(chosen))
        if chosen.processes > 1:  # at the port that they share anyone of them answers
            stack.enter_context(scraped(measures, chosen))
        if tracing is not None:
            stack.push_async_callback(asyncio.to_thread, tracing.close)
        brain = Brain(database, chosen, speech, limiter, search, measures=measures, tracing=tracing)
        stack.push_async_callback(brain.aclose)
        identity = Identity(database, chosen)
        door = RealtimeDoor(brain, identity, chosen, limiter)
        app = create_api(
            database,
            chosen,
            capacity=door.has_room,
            sessions=door.open_sessions,
            identity=identity,
            limiter=limiter,
            cache=cache,
            search_in=search,
            answering=ChatDoor(brain),
            measures=measures,
            tracing=tracing,
        )
        stack.push_async_callback(app.state.context.follower.aclose)
        follower = app.state.context.follower
        assistants = McpDoor(
            database, search, identity, follower, measures, tracing, stateless=chosen.processes > 1
        )
        await stack.enter_async_context(assistants.running())
        app.router.routes[:0] = [*door.routes(), *assistants.routes()]
        worker = None
        if chosen.jobs == "server":
            foreground = brain.wiring.foreground
            jobs = working(database, chosen, share=SHARE_IN_SERVER, foreground=foreground, measures=measures)
            worker = await stack.enter_async_context(jobs)
        yield app, door, worker


def _import_conversation() -> None:
    import agent.brain
    import agent.doors.realtime  # noqa: F401
    import api.app  # noqa: F401
    import services.jobs  # noqa: F401


class _Server(uvicorn.Server):
    """uvicorn, with sentences finished before it closes connections. Jobs are not begun any more."""

    def __init__(
        self, config: uvicorn.Config, door: RealtimeDoor, worker: Worker | None, *, one_of_several: bool
    ) -> None:
        super().__init__(config)
        self._one_of_several = one_of_several
        self._door = door
        self._worker = worker
        self._draining: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._draining is not None or sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        self._draining = asyncio.get_running_loop().create_task(self._drain(sig, frame))

    async def _drain(self, sig: int, frame: FrameType | None) -> None:
        if self._one_of_several:  # whoever comes now is let in by another
            for listening in self.servers:
                listening.close()
        if self._worker is not None:
            self._worker.stop()
        await self._door.drain(DRAIN_SECONDS)
        super().handle_exit(sig, frame)

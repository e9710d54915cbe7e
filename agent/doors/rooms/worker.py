"""The worker: registered with the LiveKit server, it sends the agent to rooms, as many at a time as it may.

All sessions of a process run on one event loop, with one brain: models and database connections are shared.
livekit-agents gives every job a thread with a loop of its own; here that thread only waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from livekit.agents import AgentServer, JobContext, JobExecutorType, JobRequest

from agent.brain import Brain
from agent.doors.admission import Admission, places
from agent.doors.rooms.visit import CLOSE_TIMEOUT, Invitation, Visit
from core.settings import Settings
from services.rooms import Rooms, RoomsUnavailable, conversation_of

logger = logging.getLogger(__name__)

AGENT_NAME = "VoiceFit"
IDLE_THREADS = 2
FULL = 1.0
"""The load of a worker that takes no more."""


class RoomsWorker:
    """Takes part in the work of one LiveKit server: as many rooms at a time as there are `places`."""

    def __init__(self, brain: Brain, rooms: Rooms, settings: Settings, *, host: str, port: int) -> None:
        """`host` and `port` are where the worker says that it is well (`/`) and how busy (`/worker`)."""
        self._brain = brain
        self._rooms = rooms
        self.limit = places(settings)
        self._admission = Admission(self.limit)
        self._coming = 0
        """Rooms that were promised an agent which is still on its way."""
        self._left_to_do = settings.rooms_per_worker
        self.on_worn_out: Callable[[], None] = lambda: None
        """Called once the worker has been to `settings.rooms_per_worker` rooms."""
        self._loop = asyncio.get_running_loop()
        self._registered = asyncio.Event()
        self._server = AgentServer(
            job_executor_type=JobExecutorType.THREAD,
            num_idle_processes=IDLE_THREADS,
            load_fnc=self.load,
            load_threshold=FULL,
            shutdown_process_timeout=CLOSE_TIMEOUT,
            ws_url=rooms.url,
            api_key=rooms.key,
            api_secret=rooms.secret,
            host=host,
            port=port,
        )
        self._server.on("worker_registered", lambda *_: self._registered.set())
        self._server.rtc_session(self._job, agent_name=rooms.agent_name, on_request=self._asked)

    async def run(self) -> None:
        """Works until it is closed. Raises `RoomsUnavailable` when the LiveKit server cannot be reached for
        long."""
        try:
            await self._server.run()
        except RuntimeError as error:  # livekit-agents has no error of its own for it
            if "failed to connect" not in str(error):
                raise
            raise RoomsUnavailable(
                f"The LiveKit server at {self._rooms.url} cannot be reached. See that it runs and that "
                "LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET are its own."
            ) from error

    async def registered(self) -> None:
        """Returns when the LiveKit server knows of this worker."""
        await self._registered.wait()

    def load(self) -> float:
        """How much of what it may carry it carries, 0 to 1."""
        return (self._admission.admitted + self._coming) / self.limit

    async def drain(self, grace: float) -> None:
        """Takes no more rooms, lets running sentences finish for `grace` seconds at most, and stops.

        Rooms with an athlete in them are given another agent, by another worker.
        """
        timeout = int(grace + CLOSE_TIMEOUT)
        draining = asyncio.create_task(self._server.drain(timeout))
        await self._admission.drain(grace)
        with contextlib.suppress(TimeoutError):
            await draining
        await self._server.aclose()

    async def _asked(self, request: JobRequest) -> None:
        if conversation_of(request.room.name) is None:
            await request.reject(terminate=True)
            return
        if not self._admission.has_room or self.load() >= FULL:
            await request.reject(terminate=False)
            return
        self._coming += 1
        try:
            await request.accept(name=AGENT_NAME)
        except BaseException:
            self._coming -= 1
            raise

    async def _job(self, context: JobContext) -> None:
        """In the job's thread: the visit is on the worker's own loop."""
        info = context._info
        conversation = conversation_of(context.job.room.name)
        assert conversation is not None, "rooms that are not ours are refused"
        invitation = Invitation(info.url, info.token, context.job.room.name, conversation)
        visit = asyncio.run_coroutine_threadsafe(self._visit(invitation), self._loop)
        context._on_connect()  # not by this context, but connected: livekit-agents would warn
        try:
            await asyncio.wrap_future(visit)
        finally:
            context.shutdown()

    async def _visit(self, invitation: Invitation) -> None:
        self._coming -= 1
        self._left_to_do -= 1
        if self._left_to_do == 0:
            self.on_worn_out()
        try:
            with self._admission.place():
                visit = Visit(self._brain, self._rooms, invitation)
                with self._admission.connected(visit):
                    await visit.run()
        except Exception:
            logger.exception("the visit to %s failed", invitation.room)

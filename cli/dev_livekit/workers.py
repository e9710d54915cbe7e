"""Agent workers: who is registered, and which of them is sent to which room."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web
from livekit import api
from livekit.protocol import agent, agent_dispatch, models

from cli.dev_livekit.access import Keys
from cli.dev_livekit.participant import VERSION, new_sid

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 30.0
"""How long a dispatch waits for a worker that takes it."""

ANSWER_SECONDS = 5.0


@dataclass(eq=False)
class Worker:
    """A worker's connection."""

    socket: web.WebSocketResponse
    agent_name: str
    load: float = 0.0
    available: bool = True
    answers: dict[str, asyncio.Future[agent.AvailabilityResponse]] = field(default_factory=dict)

    async def send(self, message: agent.ServerMessage) -> None:
        """Sends one message."""
        if not self.socket.closed:
            await self.socket.send_bytes(message.SerializeToString())

    async def offer(self, job: agent.Job) -> agent.AvailabilityResponse | None:
        """Asks whether the worker takes the job; None when it does not say."""
        answer = self.answers[job.id] = asyncio.get_running_loop().create_future()
        try:
            await self.send(agent.ServerMessage(availability=agent.AvailabilityRequest(job=job)))
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except TimeoutError:
            return None
        finally:
            self.answers.pop(job.id, None)


class Workers:
    """The registered workers, and the dispatches so far by room."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._workers: list[Worker] = []
        self._changed = asyncio.Event()
        self.dispatches: dict[str, list[agent_dispatch.AgentDispatch]] = {}

    def registered(self, agent_name: str) -> int:
        """How many workers there are for an agent."""
        return sum(one.agent_name == agent_name for one in self._workers)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One worker's connection."""
        claims = self._keys.claims(request)
        if claims.video is None or not claims.video.agent:
            raise web.HTTPForbidden(text="the token does not say that this is an agent's worker")
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        worker: Worker | None = None
        try:
            async for message in socket:
                if message.type != WSMsgType.BINARY:
                    continue
                said = agent.WorkerMessage.FromString(message.data)
                if said.WhichOneof("message") == "register":
                    worker = await self._register(socket, said.register)
                elif worker is not None:
                    await self._follow(worker, said)
        finally:
            if worker is not None:
                self._workers.remove(worker)
        return socket

    async def dispatch(self, room: models.Room, agent_name: str, metadata: str = "") -> None:
        """Sends an agent to the room as soon as a worker takes it."""
        wanted = agent_dispatch.AgentDispatch(
            id=new_sid("AD_"), agent_name=agent_name, room=room.name, metadata=metadata
        )
        await self.carry_out(wanted, room)

    async def carry_out(self, wanted: agent_dispatch.AgentDispatch, room: models.Room) -> None:
        """Offers the job to one worker after another until one takes it, or the room is no more."""
        self.dispatches.setdefault(room.name, []).append(wanted)
        job = agent.Job(
            id=new_sid("AJ_"),
            dispatch_id=wanted.id,
            type=agent.JobType.JT_ROOM,
            room=room,
            agent_name=wanted.agent_name,
            metadata=wanted.metadata,
        )
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while wanted in self.dispatches.get(room.name, ()) and not await self._place(job):
                    await self._wait_for_change()
        except TimeoutError:
            logger.warning("no worker took the agent %r to %s", wanted.agent_name, room.name)

    async def _place(self, job: agent.Job) -> bool:
        fitting = [one for one in self._workers if one.agent_name == job.agent_name and one.available]
        for worker in sorted(fitting, key=lambda one: one.load):
            answer = await worker.offer(job)
            if answer is not None and answer.available:
                assignment = agent.JobAssignment(job=job, token=self._token(job, answer))
                await worker.send(agent.ServerMessage(assignment=assignment))
                return True
        return False

    async def _wait_for_change(self) -> None:
        """Until a worker came, or has something else to say of itself."""
        self._changed.clear()
        await self._changed.wait()

    def _token(self, job: agent.Job, answer: agent.AvailabilityResponse) -> str:
        grants = api.VideoGrants(room_join=True, room=job.room.name, agent=True, can_update_own_metadata=True)
        return (
            api.AccessToken(self._keys.key, self._keys.secret)
            .with_identity(answer.participant_identity)
            .with_name(answer.participant_name)
            .with_metadata(answer.participant_metadata)
            .with_kind("agent")
            .with_grants(grants)
            .with_attributes(dict(answer.participant_attributes))
            .to_jwt()
        )

    async def _register(self, socket: web.WebSocketResponse, request: agent.RegisterWorkerRequest) -> Worker:
        worker = Worker(socket, request.agent_name)
        self._workers.append(worker)
        self._changed.set()
        registered = agent.RegisterWorkerResponse(
            worker_id=new_sid("AW_"), server_info=models.ServerInfo(version=VERSION)
        )
        await worker.send(agent.ServerMessage(register=registered))
        return worker

    async def _follow(self, worker: Worker, said: agent.WorkerMessage) -> None:
        match said.WhichOneof("message"):
            case "availability":
                answer = worker.answers.get(said.availability.job_id)
                if answer is not None and not answer.done():
                    answer.set_result(said.availability)
            case "update_worker":
                worker.load = said.update_worker.load
                if said.update_worker.HasField("status"):
                    worker.available = said.update_worker.status == agent.WorkerStatus.WS_AVAILABLE
                self._changed.set()
            case "ping":
                pong = agent.WorkerPong(last_timestamp=said.ping.timestamp)
                await worker.send(agent.ServerMessage(pong=pong))

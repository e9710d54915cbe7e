"""A worker for rooms that can be treated badly, on a development LiveKit server that is left alone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from core.settings import Settings
from db.session import open_database
from eval.load.stand_in import Delays, StandIn, standing_in
from eval.serving import livekit, settings_in
from eval.storm.ground import PROBE, Ground, Sending, gauge
from eval.storm.person import Person, Server
from eval.storm.plan import ROOMS, Device
from eval.storm.rooms.device import RoomDevice, WayIn, entered
from eval.storm.weather import House
from services.rooms import Rooms

ALONE_SECONDS = 1.0
"""After so long in a room with one agent there is no second one on its way."""


class WorkerHouse(House):
    """A worker, which tells its figures on a port of its own."""

    def __init__(self, settings: Settings, server: Server, environment: Mapping[str, str]) -> None:
        super().__init__(settings, server, environment)
        self._port = _free_port()
        self.command = ("worker", "rooms", "--metrics-port", str(self._port))

    def _address(self, line: str) -> str:
        return f"127.0.0.1:{self._port}"


class RoomsGround:
    """Rooms, and one worker for all of them."""

    kinds = ROOMS

    def __init__(self, house: House, server: Server, way: WayIn) -> None:
        self.house = house
        self._server = server
        self._way = way

    def device(self, person: Person, device: Device) -> Sending:
        return RoomDevice(self._way, person, device)

    async def probe(self, person: Person, conversation: str) -> str:
        line = await entered(self._way, person, conversation, "probe")
        try:
            await asyncio.sleep(ALONE_SECONDS)
            if len(agents := line.agents()) != 1:
                return f"{len(agents)} agents"
            return (await line.say(f"probe_{conversation[:8]}", "say", {"text": PROBE})).status
        finally:
            await line.close()

    async def open_sessions(self) -> float:
        return await gauge(self._server, "voicefit_open_sessions")


@asynccontextmanager
async def rooms_ground(
    settings: Settings, server: Server, environment: Mapping[str, str], *, spoken: bool
) -> AsyncIterator[Ground]:
    """A LiveKit server, stand-ins for models, and a worker of its own, which is yet to be started."""
    stand_in = StandIn([], Delays())
    async with standing_in(stand_in.routes()) as models, livekit() as found:
        database = await open_database(settings)
        try:
            house = WorkerHouse(settings, server, {**stand_in.environment(models), **found, **environment})
            yield RoomsGround(house, server, WayIn(Rooms(settings_in(settings, found)), database, spoken))
        finally:
            await database.aclose()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])

"""Where it storms: a door, the process behind it, and the devices that come in by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp

from core.settings import Settings
from eval.storm.devices import RealtimeDevice
from eval.storm.line import connected
from eval.storm.person import Person, Server
from eval.storm.plan import WEB, Device, Kind
from eval.storm.requests import HttpDevice, McpDevice
from eval.storm.weather import House

PROBE = "how many sets have I done"


class Sending(Protocol):
    """A device at work."""

    async def run(self) -> None:
        """Sends all its turns."""


class Ground(Protocol):
    """Where it storms."""

    house: House
    kinds: Sequence[Kind]

    def device(self, person: Person, device: Device) -> Sending:
        """A device of one of its `kinds`."""

    async def probe(self, person: Person, conversation: str) -> str:
        """What a question in the conversation came to. Raises one of `LOST`, or `TimeoutError`."""

    async def open_sessions(self) -> float:
        """How many there are."""


class WebGround:
    """A server with its websockets and its HTTP."""

    kinds = WEB

    def __init__(self, house: House, server: Server) -> None:
        self.house = house
        self._server = server

    def device(self, person: Person, device: Device) -> Sending:
        match device.kind:
            case "http":
                return HttpDevice(person, device)
            case "mcp":
                return McpDevice(person, device)
        return RealtimeDevice(person, device)

    async def probe(self, person: Person, conversation: str) -> str:
        address, token = person.server.address, person.token
        async with connected(address, token, conversation, person.see, person.note) as line:
            await line.write_only("text")
            return (await (await line.ask(f"probe_{conversation[:8]}", PROBE))).status

    async def open_sessions(self) -> float:
        return await gauge(self._server, "voicefit_sessions")


@asynccontextmanager
async def web_ground(
    settings: Settings, server: Server, environment: Mapping[str, str]
) -> AsyncIterator[Ground]:
    """A server of its own, which is yet to be started."""
    yield WebGround(House(settings, server, environment), server)


async def gauge(server: Server, name: str) -> float:
    """A figure that the process tells of itself, with all its labels together."""
    async with aiohttp.ClientSession() as client, client.get(f"http://{server.address}/metrics") as response:
        lines = (await response.text()).splitlines()
    return sum(float(one.split()[-1]) for one in lines if one.startswith((f"{name} ", f"{name}{{")))

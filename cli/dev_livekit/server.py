"""The server: its addresses, and its rooms from the first participant to the last."""

from __future__ import annotations

import asyncio

from aiohttp import web
from livekit.protocol import room as room_protocol

from cli.dev_livekit.access import Keys, grants_of
from cli.dev_livekit.http_api import HttpApi
from cli.dev_livekit.participant import Participant
from cli.dev_livekit.room import Room
from cli.dev_livekit.workers import Workers

HOST = "127.0.0.1"
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


class DevServer:
    """Rooms on one port of this machine. Start it, use `url` with `keys`, close it."""

    def __init__(self, keys: Keys, port: int = 0) -> None:
        self.keys = keys
        self.rooms: dict[str, Room] = {}
        self.workers = Workers(keys)
        self._port = port
        self._dispatching: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address for clients and workers, once it has started."""
        return f"ws://{HOST}:{self._port}"

    async def start(self) -> None:
        """Listens. Raises `OSError` when the port is taken."""
        app = web.Application()
        app.router.add_get("/rtc", self._join)
        app.router.add_get("/rtc/validate", self._validate)
        app.router.add_get("/rtc/v1/validate", self._no_such_version)
        app.router.add_get("/agent", self.workers.serve)
        app.router.add_routes(HttpApi(self.keys, self.rooms, self.workers).routes())
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def aclose(self) -> None:
        """Sends everybody away and stops."""
        for task in self._dispatching:
            task.cancel()
        for room in list(self.rooms.values()):
            await room.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _validate(self, request: web.Request) -> web.Response:
        try:
            self._may_join(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=error.text, headers=ANY_ORIGIN)
        return web.Response(text="success", headers=ANY_ORIGIN)

    async def _no_such_version(self, _: web.Request) -> web.Response:
        """Browsers are told that way to speak the older signalling, which `/rtc` is."""
        return web.Response(status=404, headers=ANY_ORIGIN)

    def _may_join(self, request: web.Request) -> str:
        """The room that the request's token lets in."""
        grants = grants_of(self.keys.claims(request))
        if not grants.room_join or not grants.room:
            raise web.HTTPUnauthorized(text="the token does not let into a room")
        return grants.room

    async def _join(self, request: web.Request) -> web.StreamResponse:
        name = self._may_join(request)
        claims = self.keys.claims(request)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        room = self.rooms.get(name) or self._open(name, claims.room_config)
        participant = Participant(
            room, socket, claims, hears_all=request.query.get("auto_subscribe", "1") in ("1", "true")
        )
        await room.enter(participant)
        try:
            await participant.follow()
        finally:
            await room.leave(participant)
            if not room.participants and self.rooms.get(name) is room:
                del self.rooms[name]
                self.workers.dispatches.pop(name, None)
        return socket

    def _open(self, name: str, configuration: room_protocol.RoomConfiguration | None) -> Room:
        room = self.rooms[name] = Room(name, configuration or room_protocol.RoomConfiguration())
        for wanted in room.configuration.agents:
            work = self.workers.dispatch(room.info(), wanted.agent_name, wanted.metadata)
            task = asyncio.create_task(work)
            self._dispatching.add(task)
            task.add_done_callback(self._dispatching.discard)
        return room

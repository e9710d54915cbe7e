"""The HTTP API (Twirp over protobuf) that VoiceFit uses: dispatching agents, and who is in a room."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from google.protobuf.message import Message
from livekit.protocol import agent_dispatch as dispatch
from livekit.protocol import models
from livekit.protocol import room as rooms

from cli.dev_livekit.access import Keys, grants_of
from cli.dev_livekit.participant import new_sid
from cli.dev_livekit.room import Room
from cli.dev_livekit.workers import Workers

DISPATCH = "/twirp/livekit.AgentDispatchService"
ROOMS = "/twirp/livekit.RoomService"


class HttpApi:
    """The calls, on the rooms and workers of the server."""

    def __init__(self, keys: Keys, rooms_by_name: dict[str, Room], workers: Workers) -> None:
        self._keys = keys
        self._rooms = rooms_by_name
        self._workers = workers
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """The calls' addresses."""
        return [
            self._route(
                f"{DISPATCH}/CreateDispatch", dispatch.CreateAgentDispatchRequest, self._create_dispatch
            ),
            self._route(f"{DISPATCH}/ListDispatch", dispatch.ListAgentDispatchRequest, self._list_dispatch),
            self._route(f"{ROOMS}/ListRooms", rooms.ListRoomsRequest, self._list_rooms),
            self._route(f"{ROOMS}/ListParticipants", rooms.ListParticipantsRequest, self._list_participants),
        ]

    def _route(self, path: str, kind: Any, call: Callable[[Any], Awaitable[Message]]) -> web.RouteDef:
        async def handle(request: web.Request) -> web.Response:
            grants = grants_of(self._keys.claims(request))
            if not (grants.room_admin or grants.room_list):
                return _error(403, "permission_denied", "the token does not allow this")
            asked = kind.FromString(await request.read())
            try:
                answer = await call(asked)
            except LookupError as error:
                return _error(404, "not_found", str(error))
            return web.Response(body=answer.SerializeToString(), content_type="application/protobuf")

        return web.post(path, handle)

    def _room(self, name: str) -> Room:
        if (room := self._rooms.get(name)) is None:
            raise LookupError("requested room does not exist")
        return room

    async def _create_dispatch(self, asked: dispatch.CreateAgentDispatchRequest) -> dispatch.AgentDispatch:
        room = self._room(asked.room)
        wanted = dispatch.AgentDispatch(
            id=new_sid("AD_"), agent_name=asked.agent_name, room=asked.room, metadata=asked.metadata
        )
        task = asyncio.create_task(self._workers.carry_out(wanted, room.info()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return wanted

    async def _list_dispatch(
        self, asked: dispatch.ListAgentDispatchRequest
    ) -> dispatch.ListAgentDispatchResponse:
        found = self._workers.dispatches.get(asked.room, []) if asked.room in self._rooms else []
        return dispatch.ListAgentDispatchResponse(agent_dispatches=found)

    async def _list_rooms(self, asked: rooms.ListRoomsRequest) -> rooms.ListRoomsResponse:
        wanted = set(asked.names) or set(self._rooms)
        return rooms.ListRoomsResponse(
            rooms=[room.info() for name, room in self._rooms.items() if name in wanted]
        )

    async def _list_participants(
        self, asked: rooms.ListParticipantsRequest
    ) -> rooms.ListParticipantsResponse:
        people: list[models.ParticipantInfo] = [
            one.info for one in self._room(asked.room).participants.values()
        ]
        return rooms.ListParticipantsResponse(participants=people)


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "msg": message}, status=status)

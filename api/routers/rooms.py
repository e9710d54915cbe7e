"""Talking in a room of a LiveKit server: the token that lets a device in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Body, HTTPException
from pydantic import Field

from api.auth import CurrentAthlete
from api.calls import AthleteCall
from api.context import AppContext
from api.models import Id, Input, Output
from api.routing import api_router
from core.errors import NotConfigured
from services import conversations
from services.rooms import Rooms, RoomsUnavailable

router = api_router("/voice", "rooms")


class RoomRequest(Input):
    """Which room: of a conversation to go on with, or of a new one."""

    conversation: Annotated[
        Id | None, Field(description="The conversation to go on with; left out, a new one begins.")
    ] = None
    device: Annotated[
        str,
        Field(
            default_factory=lambda: uuid4().hex[:12],
            pattern=r"^[A-Za-z0-9_-]{1,40}$",
            description="A name for this device. One that enters again under its name takes its own place.",
        ),
    ]


OptionalRequest = Annotated[RoomRequest, Body(default_factory=RoomRequest)]


class RoomToken(Output):
    """What a LiveKit client connects with. The token lets in for ten minutes."""

    url: str
    token: str
    room: str
    conversation: UUID
    identity: str


class RoomsState(Output):
    """Whether this server has rooms."""

    available: bool


@router.get("/rooms")
async def rooms_state(_: CurrentAthlete, context: AppContext) -> RoomsState:
    """Whether one can talk in rooms here: whether a LiveKit server is configured."""
    try:
        Rooms(context.settings)
    except NotConfigured:
        return RoomsState(available=False)
    return RoomsState(available=True)


@router.post("/token")
async def token(body: OptionalRequest, call: AthleteCall, context: AppContext) -> RoomToken:
    """Opens the way into the room of a conversation, for this device alone: to hear, to speak with the
    microphone and to send data. The agent comes to the room when its first device does; when the room is open
    and its agent gone, another is sent.

    503 when rooms are not configured, or the LiveKit server does not answer.
    """
    try:
        rooms = Rooms(context.settings)
    except NotConfigured as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from error
    async with call.transaction() as db:
        conversation = await conversations.open_conversation(db, call.athlete_id, body.conversation)
    admittance = rooms.admit(call.athlete_id, conversation, body.device)
    if body.conversation is not None:
        try:
            await rooms.send_agent_if_missing(admittance.room)
        except RoomsUnavailable as error:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from error
    return RoomToken(
        url=admittance.url,
        token=admittance.token,
        room=admittance.room,
        conversation=conversation,
        identity=admittance.identity,
    )

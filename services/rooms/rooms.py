"""Letting athletes' devices into rooms, and sending the agent there."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import aiohttp
from livekit import api
from livekit.protocol.agent_dispatch import CreateAgentDispatchRequest, RoomAgentDispatch
from livekit.protocol.models import ParticipantInfo
from livekit.protocol.room import ListParticipantsRequest, RoomConfiguration

from core.errors import NotConfigured, VoiceFitError
from core.settings import Settings
from services.rooms.names import identity_of, room_of

logger = logging.getLogger(__name__)

TOKEN_TTL = timedelta(minutes=10)
"""How long a token lets in. Whoever is in the room stays; LiveKit renews the token of a connected client."""

EMPTY_SECONDS = 60
"""How long a room waits for its first participant."""

DEPARTURE_SECONDS = 20
"""How long a room stays open for those who come back."""

MAX_PARTICIPANTS = 8
"""An athlete's devices, the agent, and the one that takes its place."""

CALL_SECONDS = 5.0


class RoomsUnavailable(VoiceFitError):
    """The LiveKit server does not answer, or not as it should."""


@dataclass(frozen=True, slots=True)
class Admittance:
    """What a device enters a room with."""

    url: str
    token: str
    room: str
    conversation_id: UUID
    identity: str


class Rooms:
    """The rooms of the LiveKit server in the settings."""

    def __init__(self, settings: Settings) -> None:
        """Raises `NotConfigured` when the settings name no LiveKit server."""
        url, key, secret = settings.livekit_url, settings.livekit_api_key, settings.livekit_api_secret
        if not (url and key and secret):
            raise NotConfigured(
                "Rooms are not configured: set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET. "
                "`voicefit dev livekit` runs a server to try them with."
            )
        self.url = url
        self.key = key
        self.secret = secret
        self.agent_name = settings.livekit_agent
        self.public_url = settings.livekit_public_url or url

    def admit(self, athlete_id: UUID, conversation_id: UUID, device: str) -> Admittance:
        """What a device needs to enter the conversation's room: it may hear, send data, publish its
        microphone and nothing else. The first to enter brings the agent."""
        room, identity = room_of(conversation_id), identity_of(athlete_id, device)
        grants = api.VideoGrants(
            room_join=True,
            room=room,
            can_publish=True,
            can_publish_sources=["microphone"],
            can_subscribe=True,
            can_publish_data=True,
            can_update_own_metadata=False,
        )
        configuration = RoomConfiguration(
            name=room,
            empty_timeout=EMPTY_SECONDS,
            departure_timeout=DEPARTURE_SECONDS,
            max_participants=MAX_PARTICIPANTS,
            agents=[RoomAgentDispatch(agent_name=self.agent_name)],
        )
        token = (
            api.AccessToken(self.key, self.secret)
            .with_identity(identity)
            .with_ttl(TOKEN_TTL)
            .with_grants(grants)
            .with_room_config(configuration)
            .to_jwt()
        )
        return Admittance(self.public_url, token, room, conversation_id, identity)

    async def send_agent_if_missing(self, room: str) -> bool:
        """Sends an agent to a room that is open without one; whether that was so.

        A room that is not open yet gets its agent when it opens. Raises `RoomsUnavailable`.
        """
        try:
            async with self._api() as livekit:
                present = await livekit.room.list_participants(ListParticipantsRequest(room=room))
                people = present.participants
                if not people or any(one.kind == ParticipantInfo.AGENT for one in people):
                    return False
                await self._dispatch(livekit, room)
                return True
        except api.ServerError as error:
            if error.status == 404:
                return False
            raise RoomsUnavailable(f"The LiveKit server refused: {error.message}. Try again.") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise RoomsUnavailable("The LiveKit server does not answer. Try again in a minute.") from error

    async def send_agent(self, room: str) -> None:
        """Sends an agent to an open room. Raises `RoomsUnavailable`."""
        try:
            async with self._api() as livekit:
                await self._dispatch(livekit, room)
        except (api.ServerError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise RoomsUnavailable("The LiveKit server does not send another agent.") from error

    async def _dispatch(self, livekit: api.LiveKitAPI, room: str) -> None:
        request = CreateAgentDispatchRequest(agent_name=self.agent_name, room=room)
        await asyncio.wait_for(livekit.agent_dispatch.create_dispatch(request), CALL_SECONDS)

    def _api(self) -> api.LiveKitAPI:
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
        return api.LiveKitAPI(self.url, self.key, self.secret, timeout=timeout)

"""The agent's stay in one room, from the invitation to the farewell."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from livekit import rtc
from livekit.agents import CloseEvent
from livekit.agents.utils import http_context
from livekit.agents.voice.room_io import (
    AudioInputOptions,
    AudioOutputOptions,
    RoomIO,
    RoomOptions,
    TextOutputOptions,
)

from agent.brain import Brain
from agent.doors.closing import close_within
from agent.doors.pcm import SAMPLE_RATE
from agent.doors.rooms.devices import Devices
from agent.doors.rooms.ears import Ears
from agent.doors.rooms.requests import Requests
from agent.doors.rooms.telling import CONVERSATION, LEAVING, LINKED, Telling
from agent.events import SessionEvent, SessionStuck
from agent.session import VoiceSession
from services.conversations import UnknownConversation
from services.rooms import Rooms, RoomsUnavailable, athlete_of

logger = logging.getLogger(__name__)

FRAME_MS = 60
"""Microphone audio comes in pieces of this length: each costs a pass through the session."""

OWNER_SECONDS = 60.0
"""How long the agent waits in a room for the athlete whose conversation it is."""

CONNECT_SECONDS = 15.0

CLOSE_TIMEOUT = 20.0
"""Seconds that a session may take to finish what it has begun."""

POLL_SECONDS = 0.05

Ending = Literal["gone", "restarting", "failed"]
"""Why a stay ends: the athlete or the room is gone; the worker stops; the session failed."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Which room to come to, and the agent's own way in."""

    url: str
    token: str
    room: str
    conversation_id: UUID


class Visit:
    """Speaks with the athlete in one room."""

    def __init__(self, brain: Brain, rooms: Rooms, invitation: Invitation) -> None:
        self._brain = brain
        self._rooms = rooms
        self._invitation = invitation
        self._room = rtc.Room()
        self._somebody_came = asyncio.Event()
        self._busy_parts: list[Requests] = []
        self._session: VoiceSession | None = None
        self._end: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Comes, stays while the athlete does, and leaves; another agent is sent when the athlete stays."""
        self._room.on("disconnected", lambda *_: self._leave("gone"))
        self._room.on("participant_connected", lambda _: self._somebody_came.set())
        options = rtc.RoomOptions(auto_subscribe=False)
        async with http_context.open():
            connecting = self._room.connect(self._invitation.url, self._invitation.token, options)
            await asyncio.wait_for(connecting, CONNECT_SECONDS)
            try:
                if self._is_too_many():
                    logger.info("another agent is in %s", self._invitation.room)
                elif (session := await self._open()) is not None:
                    await self._stay(session)
            finally:
                await self._room.disconnect()

    async def leave(self, grace: float) -> None:
        """Lets what is being said come to its end, for `grace` seconds at most, and leaves."""
        deadline = time.monotonic() + grace
        for _ in range(math.ceil(grace / POLL_SECONDS)):
            if not self._busy or time.monotonic() > deadline:
                break
            await asyncio.sleep(POLL_SECONDS)
        self._leave("restarting")

    @property
    def _busy(self) -> bool:
        if self._session is None:
            return False
        agent = self._session.agent
        speaking = agent.current_speech is not None or agent.user_state == "speaking"
        return speaking or any(one.busy for one in self._busy_parts)

    def _leave(self, ending: Ending) -> None:
        if not self._end.done():
            self._end.set_result(ending)
            self._somebody_came.set()  # in case it is waited for

    def _is_too_many(self) -> bool:
        """Whether an agent was here first. Two devices that miss one at the same moment are sent one each."""
        me = self._room.local_participant
        return any(
            one.kind == me.kind and one.name == me.name and LEAVING not in one.attributes
            for one in self._room.remote_participants.values()
        )

    async def _open(self) -> VoiceSession | None:
        """The conversation, opened for the first of those present whose it is; None when nobody's is."""
        conversation = self._invitation.conversation_id
        seen: set[str] = set()
        deadline = time.monotonic() + OWNER_SECONDS
        while not self._end.done():
            self._somebody_came.clear()
            for identity in [one for one in self._room.remote_participants if one not in seen]:
                seen.add(identity)
                athlete = athlete_of(identity)
                if athlete is None:
                    continue
                try:
                    return await self._brain.open(athlete, conversation, "rooms")
                except UnknownConversation:
                    logger.warning("%s is in a room that is not theirs", identity)
            try:
                await asyncio.wait_for(self._somebody_came.wait(), deadline - time.monotonic())
            except TimeoutError:
                break
        logger.warning("nobody whose conversation it is came to %s", self._invitation.room)
        return None

    async def _stay(self, session: VoiceSession) -> None:
        self._session = session
        devices = Devices(self._room, session.athlete_id)
        telling = Telling(self._room, session, devices)
        # Without a name it would listen to whoever is there first.
        present = next(iter(devices.identities()), "")
        room_io = RoomIO(session.agent, self._room, participant=present, options=_options(session))
        await room_io.start()
        ears = Ears(
            room_io.audio_input, session.agent, suppress_noise=self._brain.settings.noise_suppression != "off"
        )
        requests = Requests(self._room, session, devices, ears.microphone, telling.greet)
        self._busy_parts.append(requests)
        try:
            await self._listen(session, devices, telling, room_io, ears)
            self._leave_with(session)
            requests.open()
            telling.attribute(CONVERSATION, str(session.conversation_id))  # devices may ask from now on
            ending = await self._end
            if ending != "gone":
                telling.attribute(LEAVING, ending)
        finally:
            devices.close()
            await requests.close()
            await ears.close()
            await close_within(session, CLOSE_TIMEOUT, self._invitation.room)
            await telling.close()
            await room_io.aclose()
        if ending != "gone" and devices.identities():
            await self._send_another()

    async def _listen(
        self, session: VoiceSession, devices: Devices, telling: Telling, room_io: RoomIO, ears: Ears
    ) -> None:
        def linked(identity: str | None) -> None:
            room_io.set_participant(identity)
            telling.attribute(LINKED, identity or "")

        devices.on_linked = linked
        devices.on_all_gone = lambda: self._leave("gone")
        speaks = session.agent.tts is not None
        await session.start(
            audio_in=ears.microphone if session.agent.stt is not None else None,
            audio_out=room_io.audio_output if speaks else None,
            text_out=room_io.transcription_output,
        )
        ears.open()
        telling.open()
        devices.follow()

    def _leave_with(self, session: VoiceSession) -> None:
        """Leaves when the session ends by itself."""

        def closed(event: CloseEvent) -> None:
            self._leave("failed" if event.error is not None else "gone")

        def stuck(event: SessionEvent) -> None:
            if isinstance(event, SessionStuck):
                self._leave("failed")

        session.agent.on("close", closed)
        session.on_event(stuck)

    async def _send_another(self) -> None:
        try:
            await self._rooms.send_agent(self._invitation.room)
        except RoomsUnavailable as error:  # a device that misses the agent asks for a token again
            logger.warning("%s", error)


def _options(session: VoiceSession) -> RoomOptions:
    """Sound as the session has it; typed text is taken by `Requests`, from any of the athlete's devices."""
    return RoomOptions(
        text_input=False,
        audio_input=AudioInputOptions(sample_rate=SAMPLE_RATE, frame_size_ms=FRAME_MS),
        audio_output=AudioOutputOptions(sample_rate=SAMPLE_RATE) if session.agent.tts is not None else False,
        text_output=TextOutputOptions(),
        close_on_disconnect=False,
    )

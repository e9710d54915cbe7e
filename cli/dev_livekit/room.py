"""A room: who is in it, and what goes from one to the other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

from livekit.protocol import models, rtc
from livekit.protocol import room as room_protocol

from cli.dev_livekit.participant import Participant, new_sid

logger = logging.getLogger(__name__)

DEPARTURE_SECONDS = 1.0
"""How long a room stays open that people have left; agents are told to leave then."""


class Room:
    """Participants by identity."""

    def __init__(self, name: str, configuration: room_protocol.RoomConfiguration) -> None:
        self.name = name
        self.sid = new_sid("RM_")
        self.configuration = configuration
        self.participants: dict[str, Participant] = {}
        self._created = int(time.time())
        self._tasks: set[asyncio.Task[None]] = set()

    def info(self) -> models.Room:
        """The room as the protocol describes it."""
        return models.Room(
            sid=self.sid,
            name=self.name,
            num_participants=len(self.participants),
            creation_time=self._created,
            metadata=self.configuration.metadata,
        )

    async def enter(self, participant: Participant) -> None:
        """Lets a participant in. One with the same identity has to leave."""
        identity = participant.info.identity
        if (double := self.participants.pop(identity, None)) is not None:
            await double.close(models.DisconnectReason.DUPLICATE_IDENTITY)
        others = list(self.participants.values())
        self.participants[identity] = participant
        await participant.join(others)
        self.spawn(partial(self._connect, participant))

    async def leave(self, participant: Participant) -> None:
        """Takes a participant out, tells the others, and ends its connections."""
        if self.participants.get(participant.info.identity) is participant:
            del self.participants[participant.info.identity]
        participant.info.state = models.ParticipantInfo.DISCONNECTED
        participant.info.disconnect_reason = models.DisconnectReason.CLIENT_INITIATED
        await self._tell(participant)
        self.changed()
        await participant.close()
        if not any(not one.is_agent for one in self.participants.values()):
            self.spawn(self._empty)

    def changed(self) -> None:
        """Who publishes or wants to hear what is not what it was."""
        self.spawn(self._sync)

    async def tell_all(self) -> None:
        """Tells everybody of everybody."""
        await self._tell(*self.participants.values())

    def forward(self, sender: Participant, label: str, packet: models.DataPacket) -> None:
        """Passes data on to those it is meant for: everybody else, unless it says to whom."""
        wanted = set(packet.destination_identities)
        for identity, one in self.participants.items():
            if one is not sender and (not wanted or identity in wanted):
                one.receive(label, packet)

    async def close(self) -> None:
        """Sends everybody out."""
        for task in self._tasks:
            task.cancel()
        for one in list(self.participants.values()):
            await one.close(models.DisconnectReason.ROOM_DELETED)

    async def _connect(self, participant: Participant) -> None:
        await self.tell_all()
        try:
            await participant.connect()
        except (TimeoutError, ConnectionError):
            logger.warning("%s does not connect", participant.info.identity)
        await self._sync()

    async def _sync(self) -> None:
        await self.tell_all()
        everybody = list(self.participants.values())
        for one in everybody:
            try:
                await one.hear([other for other in everybody if other is not one])
            except (TimeoutError, ConnectionError):
                logger.warning("%s does not answer", one.info.identity)

    async def _empty(self) -> None:
        await asyncio.sleep(DEPARTURE_SECONDS)
        if all(one.is_agent for one in self.participants.values()):
            for one in list(self.participants.values()):
                await one.close(models.DisconnectReason.ROOM_CLOSED)

    async def _tell(self, *about: Participant) -> None:
        update = rtc.ParticipantUpdate(
            participants=[one.info for one in about if not one.info.permission.hidden]
        )
        for one in list(self.participants.values()):
            await one.send(update=update)

    def spawn(self, work: Callable[[], Awaitable[None]]) -> None:
        """Begins `work` for as long as the room is open."""
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:
            logger.exception("in the room %s", self.name)

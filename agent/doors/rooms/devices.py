"""The athlete's devices in a room, and which of them the agent listens to.

Only the athlete's own microphones are subscribed to at all: the sound of anybody else never comes here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID

from livekit import rtc

from services.rooms import athlete_of

logger = logging.getLogger(__name__)

LINGER_SECONDS = 20.0
"""How long the agent waits for an athlete whose last device has gone."""


class Devices:
    """Follows the participants of one room."""

    def __init__(self, room: rtc.Room, athlete_id: UUID) -> None:
        self._room = room
        self._athlete_id = athlete_id
        self._waiting: asyncio.TimerHandle | None = None
        self.linked: str | None = None
        """The identity of the device that is listened to."""
        self.on_linked: Callable[[str | None], None] = lambda _: None
        self.on_all_gone: Callable[[], None] = lambda: None

    def follow(self) -> None:
        """Begins with those who are there; the one with a microphone is listened to."""
        room = self._room
        room.on("participant_connected", self._joined)
        room.on("participant_disconnected", self._left)
        room.on("track_published", self._published)
        room.on("track_unmuted", self._unmuted)
        room.on("active_speakers_changed", self._speakers)
        for participant in list(room.remote_participants.values()):
            self._joined(participant)
            for publication in participant.track_publications.values():
                self._published(publication, participant)
        if self.linked is None and (present := self.identities()):
            self.link(present[0])

    def close(self) -> None:
        """Stops waiting."""
        if self._waiting is not None:
            self._waiting.cancel()

    def is_own(self, identity: str) -> bool:
        """Whether a participant is a device of the athlete's."""
        return athlete_of(identity) == self._athlete_id

    def identities(self) -> list[str]:
        """The athlete's devices that are there."""
        return [one for one in self._room.remote_participants if self.is_own(one)]

    def link(self, identity: str | None) -> None:
        """From now on this device is listened to."""
        if identity != self.linked:
            self.linked = identity
            self.on_linked(identity)

    def _joined(self, participant: rtc.RemoteParticipant) -> None:
        if not self.is_own(participant.identity):
            return
        self.close()
        if self.linked is None:
            self.link(participant.identity)

    def _left(self, participant: rtc.RemoteParticipant) -> None:
        if not self.is_own(participant.identity):
            return
        left = [one for one in self.identities() if one != participant.identity]
        if participant.identity == self.linked:
            self.link(next((one for one in left if self._speaks(one)), next(iter(left), None)))
        if not left:
            self._waiting = asyncio.get_running_loop().call_later(LINGER_SECONDS, self.on_all_gone)

    def _published(self, publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant) -> None:
        if not self.is_own(participant.identity) or not _is_microphone(publication):
            return
        publication.set_subscribed(True)
        if not publication.muted:
            self.link(participant.identity)

    def _unmuted(self, participant: rtc.Participant, publication: rtc.TrackPublication) -> None:
        if self.is_own(participant.identity) and _is_microphone(publication):
            self.link(participant.identity)

    def _speakers(self, speakers: list[rtc.Participant]) -> None:
        """The loudest first. The device that is listened to is kept while it is one of them."""
        own = [one.identity for one in speakers if self.is_own(one.identity) and self._speaks(one.identity)]
        if own and self.linked not in own:
            self.link(own[0])

    def _speaks(self, identity: str) -> bool:
        participant = self._room.remote_participants.get(identity)
        return participant is not None and any(
            _is_microphone(one) and not one.muted for one in participant.track_publications.values()
        )


def _is_microphone(publication: rtc.TrackPublication) -> bool:
    return (
        publication.kind == rtc.TrackKind.KIND_AUDIO
        and publication.source == rtc.TrackSource.SOURCE_MICROPHONE
    )

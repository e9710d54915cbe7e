"""An athlete's device in a room: LiveKit's own client, and what it was told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from livekit import rtc

from services.rooms import Admittance

SECONDS = 20.0
Found = TypeVar("Found")


@dataclass
class Told:
    """What has come so far."""

    events: list[dict[str, Any]] = field(default_factory=list)
    transcripts: list[tuple[str, str]] = field(default_factory=list)
    """(participant, words)"""
    loud: int = 0
    """Frames of the agent's sound that were not silent."""


class Device:
    """Enter it with an admittance, wait for the agent, talk, leave."""

    def __init__(self) -> None:
        self.room = rtc.Room()
        self.told = Told()
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.source = rtc.AudioSource(24_000, 1, queue_size_ms=60)

    async def enter(self, admittance: Admittance) -> None:
        for topic, take in (("voicefit.events", self._event), ("lk.transcription", self._transcript)):
            self.room.register_text_stream_handler(topic, self._reader(take))
        for event in ("participant_connected", "participant_disconnected", "participant_attributes_changed"):
            self.room.on(event, lambda *_: self._changed.set())
        self.room.on("track_subscribed", lambda track, *_: self._spawn(self._listen(track)))
        await self.room.connect(admittance.url, admittance.token)

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.room.disconnect()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def agents(self) -> list[rtc.RemoteParticipant]:
        agent = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
        return [one for one in self.room.remote_participants.values() if one.kind == agent]

    async def agent_came(self, besides: str = "") -> rtc.RemoteParticipant:
        """Waits for an agent that has greeted; another than the one with the identity `besides`."""
        agent = await self.until(
            lambda: next(
                (
                    one
                    for one in self.agents
                    if one.identity != besides and "voicefit.conversation" in one.attributes
                ),
                None,
            )
        )
        hellos = len(self.named("hello"))
        await self.call("hello")
        await self.until(lambda: len(self.named("hello")) > hellos or None)
        return agent

    def named(self, kind: str) -> list[dict[str, Any]]:
        """The events of one type."""
        return [event for event in self.told.events if event["type"] == kind]

    async def until(self, find: Callable[[], Found | None]) -> Found:
        """Waits until `find` finds something. Raises `TimeoutError`."""
        async with asyncio.timeout(SECONDS):
            while (found := find()) is None or found is False:
                self._changed.clear()
                await self._changed.wait()
            return found

    @staticmethod
    async def left(is_so: Callable[[], bool]) -> None:
        """Waits until something is so that nothing tells of. Raises `TimeoutError`."""
        async with asyncio.timeout(SECONDS):
            while not is_so():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def type(self, text: str, turn_id: str | None = None) -> None:
        attributes = {"turn_id": turn_id} if turn_id else None
        await self.room.local_participant.send_text(text, topic="lk.chat", attributes=attributes)

    async def call(self, method: str, **request: Any) -> dict[str, Any]:
        answer = await self.room.local_participant.perform_rpc(
            destination_identity=self.agents[0].identity, method=method, payload=json.dumps(request)
        )
        return dict(json.loads(answer))

    async def open_microphone(self) -> rtc.LocalTrackPublication:
        track = rtc.LocalAudioTrack.create_audio_track("microphone", self.source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        return await self.room.local_participant.publish_track(track, options)

    def _reader(self, take: Callable[[str, str], None]) -> Callable[[rtc.TextStreamReader, str], None]:
        async def read(reader: rtc.TextStreamReader, identity: str) -> None:
            take(await reader.read_all(), identity)
            self._changed.set()

        return lambda reader, identity: self._spawn(read(reader, identity))

    def _event(self, text: str, _: str) -> None:
        self.told.events.append(json.loads(text))

    def _transcript(self, text: str, identity: str) -> None:
        self.told.transcripts.append((identity, text))

    async def _listen(self, track: rtc.Track) -> None:
        async for event in rtc.AudioStream(track, sample_rate=24_000, num_channels=1):
            if max(event.frame.data, default=0) > 500:
                self.told.loud += 1
                self._changed.set()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""An athlete of a load test in a LiveKit room: LiveKit's own client, with a microphone in real time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
from livekit import rtc

from eval.load.athlete import Athlete
from eval.load.lines import Line
from eval.speaker import AUDIBLE
from services.rooms import Admittance

ENTER_SECONDS = 30.0
QUEUE_MS = 200
AGENT_ATTRIBUTE = "voicefit.conversation"


@dataclass(kw_only=True)
class RoomAthlete(Athlete):
    """Somebody in the gym who talks in a room."""

    admittance: Admittance
    opening_seconds = 12.0
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._source = rtc.AudioSource(self.sample_rate, 1, queue_size_ms=QUEUE_MS)
        self._agent_came = asyncio.Event()

    async def train(self, address: str, lines: Sequence[Line], seconds: float, random: Random) -> None:
        """Enters its room (`address` is nothing to it), speaks for `seconds`, and leaves."""
        room = rtc.Room()
        room.register_text_stream_handler(
            "voicefit.events", lambda reader, _: self._spawn(self._take(reader))
        )
        room.register_text_stream_handler("lk.transcription", lambda reader, _: reader.close())
        room.on("track_subscribed", lambda track, *_: self._spawn(self._hear_sound(track)))
        for change in ("participant_connected", "participant_attributes_changed"):
            room.on(change, lambda *_: self._look(room))
        try:
            async with asyncio.timeout(ENTER_SECONDS):
                await room.connect(self.admittance.url, self.admittance.token)
                track = rtc.LocalAudioTrack.create_audio_track("microphone", self._source)
                options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
                await room.local_participant.publish_track(track, options)
                self._look(room)
                await self._agent_came.wait()
            socket: Any = None
            await self._speak(socket, lines, seconds, random)
        finally:
            await room.disconnect()
            for task in list(self._tasks):
                task.cancel()

    def _look(self, room: rtc.Room) -> None:
        if any(AGENT_ATTRIBUTE in one.attributes for one in room.remote_participants.values()):
            self._agent_came.set()

    async def _put(self, _: Any, pcm: bytes) -> None:
        await self._source.capture_frame(rtc.AudioFrame(pcm, self.sample_rate, 1, len(pcm) // 2))

    async def _take(self, reader: rtc.TextStreamReader) -> None:
        try:
            event = json.loads(await reader.read_all())
        except rtc.StreamError:  # it leaves
            return
        if not self.said:
            return
        said = self.said[-1]
        match event["type"]:
            case "turn":
                said.heard = " ".join(filter(None, (said.heard, event["text"])))
            case "turn.understood":
                said.responding = time.monotonic() >= said.ended_at
            case "call.finished":
                said.sets += len(event["output"].get("sets", ()))
            case "reply" if said.responding:
                said.done = True

    async def _hear_sound(self, track: rtc.Track) -> None:
        async for event in rtc.AudioStream(track, sample_rate=self.sample_rate, num_channels=1):
            if not self.said or not self.said[-1].responding or self.said[-1].audio_at is not None:
                continue
            samples = np.frombuffer(event.frame.data, np.int16).astype(np.float64)
            if np.sqrt(np.mean(samples**2)) >= AUDIBLE:
                self.said[-1].audio_at = time.monotonic()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

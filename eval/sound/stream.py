"""A client with an open microphone that notes when what happened, in seconds of what it has sent."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from core.settings import Settings
from db.session import Database, open_database
from eval.gym import SAMPLE_RATE, Sound
from eval.outcome import ObservedCall
from eval.player import observed
from eval.scenario import Given
from eval.serving import client_of, serving
from eval.stage import Stage
from services.identity import Identity

CHUNK_SECONDS = 0.04
CHUNK = round(CHUNK_SECONDS * SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class Happened:
    """`heard` (words of the athlete), `speech` (noticed), `audio` (the first of a reply), `reply` (its
    words), `stopped` (it was broken off), `call`. `at`: seconds since the microphone was opened."""

    at: float
    kind: str
    text: str = ""
    call: ObservedCall | None = None


@dataclass
class Stream:
    """One athlete's open microphone."""

    connection: AsyncRealtimeConnection
    happened: list[Happened] = field(default_factory=list)
    playing: list[tuple[float, Sound]] = field(default_factory=list)
    """The voice as the client would play it: when each piece begins, and the piece."""
    echo: Echo | None = None
    _began: float = field(default_factory=time.monotonic)
    _sent: int = 0
    _replying: bool = False
    _speaking: bool = False

    @property
    def now(self) -> float:
        """Seconds since the microphone was opened."""
        return time.monotonic() - self._began

    @property
    def position(self) -> float:
        """Seconds sent so far."""
        return self._sent / SAMPLE_RATE

    async def send(self, sound: Sound) -> float:
        """Sends `sound` as it would be recorded; returns when its first sample was sent."""
        at = self.position
        for start in range(0, sound.size, CHUNK):
            piece = sound[start : start + CHUNK]
            if self.echo is not None:
                piece = piece + self.echo.at(self, self.position, piece.size)
            pcm = np.clip(piece, -32767, 32767).astype(np.int16).tobytes()
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(pcm).decode())
            self._sent += piece.size
            await asyncio.sleep(max(0.0, self.position - self.now))
        return at

    async def silence(self, seconds: float) -> None:
        """Sends the faint noise of a quiet room."""
        size = round(seconds * SAMPLE_RATE)
        await self.send(np.random.default_rng(self._sent).normal(0, 10, size))

    async def type(self, text: str) -> None:
        """Types a sentence, and asks for an answer."""
        await self.connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        )
        await self.connection.response.create()

    async def quiet_after(self, seconds: float, limit: float = 15.0) -> None:
        """Is silent until nothing has happened, and no reply was spoken, for so long."""
        began = self.position
        while self.position - began < limit:
            await self.silence(CHUNK_SECONDS * 3)
            last = max((one.at for one in self.happened), default=0.0)
            if not self._replying and self.now > max(began, last, self.voice_ends) + seconds:
                return

    @property
    def voice_ends(self) -> float:
        """When the client has played all of the voice that it has."""
        return max((at + piece.size / SAMPLE_RATE for at, piece in self.playing), default=0.0)

    def of(self, *kinds: str, since: float = 0.0) -> list[Happened]:
        """What happened of these kinds."""
        return [one for one in self.happened if one.kind in kinds and one.at >= since]

    async def listen(self) -> None:
        """Notes what the server sends, until the connection is closed."""
        async for event in self.connection:
            self._note(event)

    def _add(self, kind: str, text: str = "", call: ObservedCall | None = None) -> None:
        self.happened.append(Happened(self.now, kind, text, call))

    def _note(self, event: Any) -> None:
        match event.type:
            case "conversation.item.input_audio_transcription.completed" if event.transcript:
                self._add("heard", event.transcript)
            case "input_audio_buffer.speech_started":
                self._add("speech")
                self._drop_what_is_not_played()
            case "response.created":
                self._replying, self._speaking = True, False
            case "response.output_audio.delta":
                if not self._speaking:
                    self._add("audio")
                self._speaking = True
                pcm = np.frombuffer(base64.b64decode(event.delta), np.int16).astype(np.float64)
                self.playing.append((max(self.now, self.voice_ends), pcm))
            case "response.output_audio_transcript.done":
                self._add("reply", event.transcript)
            case "response.output_item.done" if event.item.type == "mcp_call":
                output = json.loads(event.item.output or "{}")
                call = observed(event.item.name, json.loads(event.item.arguments), output)
                self._add("call", call.tool, call)
            case "response.done":
                self._replying = False
                if event.response.status == "cancelled":
                    self._add("stopped")
                    self._drop_what_is_not_played()

    def _drop_what_is_not_played(self) -> None:
        """As clients of this protocol do when they are told of speech."""
        now, kept = self.now, []
        for at, piece in self.playing:
            if at < now:
                kept.append((at, piece[: round((now - at) * SAMPLE_RATE)]))
        self.playing = kept


@dataclass
class Echo:
    """The voice as the microphone hears it: `delay` seconds late, through `room` (an impulse response)."""

    delay: float
    room: Sound

    def at(self, stream: Stream, position: float, size: int) -> Sound:
        """What of it arrives in the `size` samples from `position` seconds on."""
        tail = self.room.size
        begin = round((position - self.delay) * SAMPLE_RATE) - tail + 1
        dry = np.zeros(size + tail - 1)
        for at, piece in stream.playing:
            offset = round(at * SAMPLE_RATE) - begin
            low, high = max(0, offset), min(dry.size, offset + piece.size)
            if low < high:
                dry[low:high] += piece[low - offset : high - offset]
        if not np.any(dry):
            return np.zeros(size)
        return np.asarray(np.convolve(dry, self.room, "valid"))


@dataclass
class House:
    """A running server, its database, and athletes who come to it."""

    address: str
    database: Database
    identity: Identity
    stage: Stage

    @asynccontextmanager
    async def microphone(self, given: Given) -> AsyncIterator[tuple[UUID, Stream]]:
        """A new athlete in the state `given` with an open microphone."""
        async with self.stage.athlete(given) as athlete:
            client = client_of(self.address, self.identity, athlete)
            async with client, client.realtime.connect(model="voicefit") as connection:
                stream = Stream(connection)
                listening = asyncio.create_task(stream.listen())
                try:
                    await stream.silence(0.6)
                    yield athlete, stream
                finally:
                    listening.cancel()


@asynccontextmanager
async def house(settings: Settings, environment: dict[str, str] | None = None) -> AsyncIterator[House]:
    """A server on the home of `settings` in a process of its own."""
    async with serving(settings, environment) as (address, _, _):
        database = await open_database(settings)
        try:
            yield House(address, database, Identity(database, settings), Stage(database, passing=True))
        finally:
            await database.aclose()


def joined(parts: Sequence[Sound]) -> Sound:
    """The parts, one after the other."""
    return np.concatenate(parts) if parts else np.zeros(0)

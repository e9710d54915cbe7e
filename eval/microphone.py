"""A client of the websocket door that streams sound at the pace of speech and notes what comes back."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from agent.doors.realtime.heard import syllables
from eval.outcome import ObservedCall, OverReply, TurnTaking
from eval.player import observed
from eval.speaker import SAMPLE_RATE, Spoken

CHUNK_SAMPLES = 1440
CHUNK_SECONDS = 0.06
QUIET_SECONDS = 0.8
"""After a transcript, this long without a response means that there is none."""
SAMPLE_BYTES = 2
SLOWEST, FASTEST, SLACK = 2.5, 7.0, 3.0
"""Syllables a second between which voices speak, and by how many syllables the clocks may differ."""


@dataclass
class Heard:
    """What came back for one spoken turn. Times are of `time.monotonic`."""

    transcript: str | None = None
    transcripts: int = 0
    transcript_at: float | None = None
    audio_at: float | None = None
    audio_seconds: float = 0.0
    """How much of the reply was sent, played or not."""
    said: str = ""
    """The words of the reply, heard or not."""
    kept: str | None = None
    """Of a reply that broke off: the words that the server holds for heard."""
    silenced_at: float | None = None
    """When the client was told to be silent before the reply was over."""
    reply: list[str] = field(default_factory=list)
    calls: list[ObservedCall] = field(default_factory=list)
    responding: bool = False
    interrupted: bool = False
    done: bool = False

    @property
    def turn_taking(self) -> TurnTaking:
        """How well it was known when the athlete had finished."""
        if self.transcripts > 1:  # and going on with it may have broken off an answer
            return "cut_off"
        if self.interrupted:
            return "interrupted"
        return "right" if self.transcripts else "missed_end"

    @property
    def playing(self) -> bool:
        """Whether the voice speaks."""
        return self.audio_at is not None and not self.done and self.silenced_at is None

    def over(self, now: float) -> bool:
        """Whether nothing more is to come."""
        if self.done:
            return True
        return (
            not self.responding
            and self.transcript_at is not None
            and now - self.transcript_at > QUIET_SECONDS
        )


class Microphone:
    """A client that streams sound in real time: speech when there is some, silence otherwise."""

    def __init__(self, connection: AsyncRealtimeConnection) -> None:
        self._connection = connection
        self.heard = Heard()
        self._replies: dict[str, Heard] = {}
        """Whose reply a response is: it may go on when the next turn has begun."""
        self._clock = time.monotonic()
        self._background = np.zeros(CHUNK_SAMPLES, np.int16)
        self._position = 0

    async def listen(self) -> None:
        """Notes what the server sends, until the connection is closed."""
        async for event in self._connection:
            self._note(event)

    async def type(self, text: str) -> None:
        """Types a sentence."""
        self.heard = Heard()
        await self._connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        )
        await self._connection.response.create()

    async def speak(self, spoken: Spoken, over: Heard | None = None, *, skip: float = 0.0) -> float:
        """Says a sentence; returns when its last sound was sent. Notes anew what comes back, or in `over`.

        `skip`: leaves out so many seconds of what precedes the first sound.
        """
        self.heard = over or Heard()
        self._clock = began = time.monotonic()
        self._background = spoken.background
        await self._send(spoken.samples[round(skip * SAMPLE_RATE) :])
        return began - skip + spoken.speech_seconds

    async def silence(self, seconds: float) -> None:
        """Is silent for a while: only the room is heard."""
        size = round(seconds / CHUNK_SECONDS) * CHUNK_SAMPLES
        await self._send(np.take(self._background, range(self._position, self._position + size), mode="wrap"))
        self._position += size

    async def hum(self, seconds: float) -> None:
        """A steady hum and hiss, as from a fan."""
        time_line = np.arange(round(seconds / CHUNK_SECONDS) * CHUNK_SAMPLES) / SAMPLE_RATE
        hiss = np.random.default_rng(1).normal(0, 300, time_line.size)
        await self._send((1500 * np.sin(2 * np.pi * 120 * time_line) + hiss).astype(np.int16))

    async def _send(self, samples: np.ndarray[Any, np.dtype[np.int16]]) -> None:
        for start in range(0, samples.size, CHUNK_SAMPLES):
            chunk = samples[start : start + CHUNK_SAMPLES].tobytes()
            await self._connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())
            self._clock += CHUNK_SECONDS
            await asyncio.sleep(max(0.0, self._clock - time.monotonic()))

    def _note(self, event: Any) -> None:
        now = time.monotonic()
        heard = self._replies.get(getattr(event, "response_id", ""), self.heard)
        match event.type:
            case "input_audio_buffer.speech_started":
                for one in self._replies.values():
                    if one.playing:
                        one.silenced_at = now
            case "conversation.item.input_audio_transcription.completed":
                heard.transcript = " ".join(filter(None, (heard.transcript, event.transcript)))
                heard.transcript_at = now
                heard.transcripts += bool(event.transcript)
            case "response.created":
                self._replies[event.response.id] = heard
                heard.responding, heard.done = True, False
            case "response.output_audio.delta":
                heard.audio_at = heard.audio_at or now
                heard.audio_seconds += len(base64.b64decode(event.delta)) / SAMPLE_BYTES / SAMPLE_RATE
            case "response.output_audio_transcript.delta":
                heard.said += event.delta
            case "response.output_audio_transcript.done":
                heard.reply.append(event.transcript)
            case "response.output_item.done" if event.item.type == "mcp_call":
                output = json.loads(event.item.output or "{}")
                heard.calls.append(observed(event.item.name, json.loads(event.item.arguments), output))
            case "response.done":
                _ended(self._replies.get(event.response.id, heard), event.response, now)


def _ended(heard: Heard, response: Any, now: float) -> None:
    if response.status == "cancelled":
        heard.interrupted = True
        heard.silenced_at = heard.silenced_at or now
        parts = [part for item in response.output if item.type == "message" for part in item.content]
        heard.kept = " ".join(part.transcript for part in parts if part.transcript)
    heard.done = True


def over_reply(reply: Heard, began: float, history: Sequence[str]) -> OverReply:
    """What came of a turn whose first sound was at `began`, over `reply`.

    `history` is what is stored of the replies that broke off.
    """
    if reply.silenced_at is None:
        return OverReply(during=reply.audio_at is not None and began < reply.audio_at + reply.audio_seconds)
    if reply.silenced_at < began:
        return OverReply(during=False)
    latency_ms = (reply.silenced_at - began) * 1000
    return OverReply(True, silenced=True, latency_ms=latency_ms, kept_true=kept_true(reply, history))


def kept_true(reply: Heard, history: Sequence[str]) -> bool | None:
    """Whether what is kept of a reply that broke off is its beginning, stored so, and as much as can have
    been said by then; None when it is not known when it broke off."""
    if reply.kept is None or reply.audio_at is None or reply.silenced_at is None:
        return None
    words = reply.kept.split()
    if words != reply.said.split()[: len(words)] or reply.kept not in history:
        return False
    played = reply.silenced_at - reply.audio_at
    return SLOWEST * played - SLACK <= sum(map(syllables, words)) <= FASTEST * played + SLACK

"""Plays scenarios aloud through the websocket door, with the official client, in real time."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from core.settings import Settings
from db.session import Database
from eval.outcome import ObservedCall, TurnOutcome
from eval.player import observed
from eval.scenario import Scenario
from eval.speaker import SAMPLE_RATE, Speaker, Spoken
from eval.stage import Stage
from services.identity import Identity
from tools import TOOLS

CHUNK_SAMPLES = 1440
CHUNK_SECONDS = 0.06
SETTLE_SECONDS = 0.6
ANSWER_SECONDS = 6.0
QUIET_SECONDS = 0.8
"""After a transcript, this long without a response means that there is none."""


@dataclass
class Heard:
    """What came back for one spoken turn. Times are of `time.monotonic`."""

    transcript: str | None = None
    transcript_at: float | None = None
    audio_at: float | None = None
    reply: list[str] = field(default_factory=list)
    calls: list[ObservedCall] = field(default_factory=list)
    responding: bool = False
    interrupted: bool = False
    done: bool = False

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

    async def speak(self, spoken: Spoken, over: Heard | None = None) -> float:
        """Says a sentence; returns when its last sound was sent. Notes anew what comes back, or in `over`."""
        self.heard = over or Heard()
        self._clock = began = time.monotonic()
        self._background = spoken.background
        await self._send(spoken.samples)
        return began + spoken.speech_seconds

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
        heard, now = self.heard, time.monotonic()
        match event.type:
            case "conversation.item.input_audio_transcription.completed":
                heard.transcript, heard.transcript_at = event.transcript, now
            case "response.created":
                heard.responding = True
            case "response.output_audio.delta" if heard.audio_at is None:
                heard.audio_at = now
            case "response.output_audio_transcript.done":
                heard.reply.append(event.transcript)
            case "response.output_item.done" if event.item.type == "mcp_call":
                output = json.loads(event.item.output or "{}")
                heard.calls.append(observed(event.item.name, json.loads(event.item.arguments), output))
            case "response.done":
                heard.done = True
                heard.interrupted |= event.response.status == "cancelled"


class SpokenPlayer:
    """Plays against a running server whose database and secret are those of `settings`."""

    def __init__(self, address: str, database: Database, settings: Settings, speaker: Speaker) -> None:
        self._address = address
        self._stage = Stage(database)
        self._identity = Identity(database, settings)
        self._speaker = speaker
        self.first_audio_ms: list[float] = []
        self.timings: list[dict[str, Any]] = []

    @property
    def tools(self) -> frozenset[str]:
        """The tools that this build has."""
        return frozenset(TOOLS)

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        """Says the turns of a scenario as a new athlete."""
        async with self._stage.athlete(scenario.given) as athlete_id, self._connect(athlete_id) as microphone:
            outcomes = []
            for turn in scenario.turns:
                heard = await self._say(microphone, await self._speaker.say(turn.say))
                outcomes.append(
                    TurnOutcome(
                        calls=tuple(heard.calls),
                        reply=" ".join(heard.reply),
                        row_counts=await self._stage.count(athlete_id, turn.after),
                        transcript=heard.transcript or "",
                    )
                )
            self.timings += await self._stage.timings(athlete_id)
            return outcomes

    async def _say(self, microphone: Microphone, spoken: Spoken) -> Heard:
        ended = await microphone.speak(spoken)
        heard = microphone.heard
        while not heard.over(time.monotonic()) and time.monotonic() - ended < ANSWER_SECONDS:
            await microphone.silence(CHUNK_SECONDS)
        if heard.audio_at is not None:
            self.first_audio_ms.append((heard.audio_at - ended) * 1000)
        return heard

    @asynccontextmanager
    async def _connect(self, athlete_id: UUID) -> AsyncIterator[Microphone]:
        client = AsyncOpenAI(
            api_key=self._identity.issue_token(athlete_id, timedelta(hours=1)),
            base_url=f"http://{self._address}/v1",
            websocket_base_url=f"ws://{self._address}/v1",
        )
        async with client, client.realtime.connect(model="voicefit") as connection:
            microphone = Microphone(connection)
            listening = asyncio.create_task(microphone.listen())
            try:
                await microphone.silence(SETTLE_SECONDS)
                yield microphone
            finally:
                listening.cancel()

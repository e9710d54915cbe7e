"""Plays scenarios aloud through the websocket door, with the official client, in real time."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from core.errors import VoiceFitError
from core.settings import Settings
from db.session import Database
from eval.gym import read_sound
from eval.outcome import ObservedCall, TurnOutcome, TurnTaking
from eval.player import observed
from eval.scenario import Scenario, Turn
from eval.speaker import AUDIBLE, SAMPLE_RATE, Speaker, Spoken
from eval.stage import Stage
from eval.voices import ROOM_SECONDS
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
    transcripts: int = 0
    transcript_at: float | None = None
    audio_at: float | None = None
    reply: list[str] = field(default_factory=list)
    calls: list[ObservedCall] = field(default_factory=list)
    responding: bool = False
    interrupted: bool = False
    done: bool = False

    @property
    def turn_taking(self) -> TurnTaking:
        """How well it was known when the athlete had finished."""
        if self.interrupted:
            return "interrupted"
        if not self.transcripts:
            return "missed_end"
        return "cut_off" if self.transcripts > 1 else "right"

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
                heard.transcript = " ".join(filter(None, (heard.transcript, event.transcript)))
                heard.transcript_at = now
                heard.transcripts += bool(event.transcript)
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

    def __init__(
        self,
        address: str,
        database: Database,
        settings: Settings,
        speaker: Speaker | None = None,
        *,
        passing: bool = False,
    ) -> None:
        """Turns without a recording are said by the `speaker`. `passing`: see `Stage`."""
        self._address = address
        self._stage = Stage(database, passing=passing)
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
        async with self._stage.athlete(scenario.given) as athlete_id:
            before = await self._stage.end_state(athlete_id)
            async with self._connect(athlete_id) as microphone:
                outcomes = [await self._turn(microphone, athlete_id, turn) for turn in scenario.turns]
            timings = await self._stage.timings(athlete_id)
            self.timings += timings
            if len(timings) == len(outcomes):
                outcomes = [_timed(*pair) for pair in zip(outcomes, timings, strict=True)]
            found = await self._stage.compared(scenario, outcomes, before, athlete_id)
            return [*outcomes[:-1], replace(outcomes[-1], end_state=found)]

    async def _turn(self, microphone: Microphone, athlete_id: UUID, turn: Turn) -> TurnOutcome:
        heard = await self._say(microphone, await self._spoken(turn))
        return TurnOutcome(
            calls=tuple(heard.calls),
            reply=" ".join(heard.reply),
            row_counts=await self._stage.count(athlete_id, turn.after),
            transcript=heard.transcript or "",
            turn_taking=heard.turn_taking,
        )

    async def _spoken(self, turn: Turn) -> Spoken:
        if turn.audio is not None:
            return recorded(turn.audio)
        if self._speaker is None:
            raise VoiceFitError(f"{turn.say!r} has no recording: say the scenarios aloud.")
        return await self._speaker.say(turn.say)

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


def recorded(path: Path) -> Spoken:
    """A recording as it is said: its last moments are what the room sounds like afterwards."""
    samples = read_sound(path).astype(np.int16)
    room = samples[-round(ROOM_SECONDS * SAMPLE_RATE) :]
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > max(AUDIBLE, 2 * int(np.max(np.abs(room)))))
    end = float(loud[-1]) / SAMPLE_RATE if loud.size else samples.size / SAMPLE_RATE
    return Spoken(samples, end, room)


def _timed(outcome: TurnOutcome, stages: Mapping[str, Any]) -> TurnOutcome:
    timings = {name: float(value) for name, value in stages.items() if isinstance(value, (int, float))}
    committed = timings.get("committed") if outcome.calls else None
    return replace(outcome, timings=timings, latency_ms=committed)

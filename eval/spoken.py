"""Plays scenarios aloud through the websocket door, with the official client, in real time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from core.errors import VoiceFitError
from core.settings import Settings
from db.session import Database
from eval.gym import read_sound
from eval.microphone import CHUNK_SECONDS, Heard, Microphone, over_reply
from eval.outcome import TurnOutcome, TurnTaking
from eval.scenario import Scenario, Turn
from eval.serving import client_of
from eval.speaker import AUDIBLE, SAMPLE_RATE, Speaker, Spoken
from eval.stage import Stage
from eval.voices import ROOM_SECONDS
from services.identity import Identity
from tools import TOOLS

SETTLE_SECONDS = 0.6
ANSWER_SECONDS = 6.0
IGNORED_SECONDS = 3.0
"""What another says is ignored if nothing has come of it after so long."""


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
                outcomes = await self._talk(microphone, athlete_id, scenario.turns)
            timings = await self._stage.timings(athlete_id)
            self.timings += timings
            if len(timings) == len(outcomes):
                outcomes = [_timed(*pair) for pair in zip(outcomes, timings, strict=True)]
            found = await self._stage.compared(scenario, outcomes, before, athlete_id)
            return [*outcomes[:-1], replace(outcomes[-1], end_state=found)]

    async def _talk(
        self, microphone: Microphone, athlete_id: UUID, turns: Sequence[Turn]
    ) -> list[TurnOutcome]:
        """Says the turns, each when the one before is over or, if it is to, over the reply to it."""
        heard: list[Heard] = []
        counts, began = [], []
        for turn, following in zip(turns, (*turns[1:], None), strict=True):
            spoken = await self._spoken(turn)
            reply = heard[-1] if heard and turn.aloud.over_reply_ms is not None else None
            skip = await self._moment(microphone, reply, turn, spoken)
            began.append(time.monotonic() - skip + spoken.first_seconds)
            ended = await microphone.speak(spoken, skip=skip)
            heard.append(microphone.heard)
            if following is None or following.aloud.over_reply_ms is None:
                await self._until_over(microphone, heard[-1], reply, turn, ended)
            else:
                await self._until_voice(microphone, ended)
            if heard[-1].audio_at is not None:
                self.first_audio_ms.append((heard[-1].audio_at - ended) * 1000)
            counts.append(await self._stage.count(athlete_id, turn.after))
        outcomes = [
            TurnOutcome(
                calls=tuple(one.calls),
                reply=" ".join(one.reply),
                row_counts=rows,
                transcript=one.transcript or ("" if turn.aloud.by == "athlete" else None),
                turn_taking=_turn_taking(turn, one, following),
            )
            for turn, one, rows, following in zip(turns, heard, counts, (*turns[1:], None), strict=True)
        ]
        history = await self._stage.broken_off(athlete_id)
        for place, turn in enumerate(turns):
            if turn.aloud.over_reply_ms is not None:
                came = over_reply(heard[place - 1], began[place], history)
                outcomes[place] = replace(outcomes[place], over_reply=came)
        return outcomes

    async def _moment(self, microphone: Microphone, reply: Heard | None, turn: Turn, spoken: Spoken) -> float:
        """Waits until the turn is due; how much of the silence before its first sound is to be left out."""
        if reply is None or reply.audio_at is None or turn.aloud.over_reply_ms is None:
            return 0.0
        due = reply.audio_at + turn.aloud.over_reply_ms / 1000 - spoken.first_seconds
        while due - time.monotonic() > CHUNK_SECONDS:
            await microphone.silence(CHUNK_SECONDS)
        return min(max(0.0, time.monotonic() - due), spoken.first_seconds)

    async def _until_over(
        self, microphone: Microphone, heard: Heard, reply: Heard | None, turn: Turn, ended: float
    ) -> None:
        """Is silent until the turn has been answered, and the reply that it was said over has ended."""
        patience = ANSWER_SECONDS if turn.aloud.by == "athlete" else IGNORED_SECONDS
        while True:
            now = time.monotonic()
            answered = heard.over(now) or (now - ended > patience and not heard.playing)
            if answered and (reply is None or reply.done or now - ended > 3 * ANSWER_SECONDS):
                return
            await microphone.silence(CHUNK_SECONDS)

    async def _until_voice(self, microphone: Microphone, ended: float) -> None:
        """Is silent until the voice speaks."""
        heard = microphone.heard
        while heard.audio_at is None and not heard.over(time.monotonic()):
            if time.monotonic() - ended > ANSWER_SECONDS:
                return
            await microphone.silence(CHUNK_SECONDS)

    async def _spoken(self, turn: Turn) -> Spoken:
        if turn.audio is not None:
            return recorded(turn.audio)
        if self._speaker is None:
            raise VoiceFitError(f"{turn.say!r} has no recording: say the scenarios aloud.")
        return await self._speaker.say(turn.say)

    @asynccontextmanager
    async def _connect(self, athlete_id: UUID) -> AsyncIterator[Microphone]:
        client = client_of(self._address, self._identity, athlete_id)
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
    first = float(loud[0]) / SAMPLE_RATE if loud.size else 0.0
    return Spoken(samples, end, room, first)


def _turn_taking(turn: Turn, heard: Heard, following: Turn | None) -> TurnTaking:
    if turn.aloud.by == "other":
        return "answered" if heard.calls or any(heard.reply) else "ignored"
    if following is not None and following.aloud.over_reply_ms is not None:
        # That the reply broke off is right if the athlete meant it to.
        return replace(heard, interrupted=heard.interrupted and following.aloud.by == "other").turn_taking
    return heard.turn_taking


def _timed(outcome: TurnOutcome, stages: Mapping[str, Any]) -> TurnOutcome:
    timings = {name: float(value) for name, value in stages.items() if isinstance(value, (int, float))}
    committed = timings.get("committed") if outcome.calls else None
    return replace(outcome, timings=timings, latency_ms=committed)

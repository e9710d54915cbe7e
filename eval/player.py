"""Plays scenarios in text through the same session as every door, each with an athlete of its own."""

from __future__ import annotations

import time
import wave
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from livekit import rtc

from agent.brain import Brain
from agent.doors.text import TextDoor, TypedTurn
from agent.session import VoiceSession
from agent.speech import Speech, load_speech
from agent.speech.audio import SAMPLE_RATE
from agent.speech.stt import WhisperSTT
from core.errors import VoiceFitError
from core.settings import Settings
from db.session import Database
from eval.gym import PEAK, at_rate
from eval.outcome import ObservedCall, TurnOutcome
from eval.scenario import Scenario, Turn
from eval.stage import Stage
from services.exercises.catalogue import packaged_catalogue
from tools import TOOLS

SAMPLE_BYTES = 2


class SessionPlayer:
    """Plays against a real brain and a real database. Made by `eval.making`."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        seed: int = 0,
        passing: bool = False,
        model_first: bool = False,
    ) -> None:
        """The ids of athletes and turns follow from `seed`. `passing`: see `Stage`. `model_first` asks the
        language model also what the grammar understands."""
        self._settings = settings
        self._seed = seed
        self._passing = passing
        self._stage = Stage(database, passing=passing)
        self._brain = Brain(database, settings, speech=None, model_first=model_first)
        self._speech: Speech | None = None
        self._plays: Counter[str] = Counter()

    async def aclose(self) -> None:
        """Closes what it opened."""
        await self._brain.aclose()

    @property
    def tools(self) -> frozenset[str]:
        """The tools that this build has."""
        return frozenset(TOOLS)

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        """Sets up `scenario.given` for a new athlete, plays the turns and removes the athlete."""
        # An athlete who is not alone in the database must not meet the one of an earlier run.
        ids = self._ids(scenario) if self._passing else iter(uuid4, None)
        async with self._stage.athlete(scenario.given, next(ids)) as athlete_id:
            conversation = await self._stage.conversation(athlete_id, scenario.given)
            before = await self._stage.end_state(athlete_id)
            session = await self._brain.open(athlete_id, conversation)
            async with TextDoor(session) as door:
                outcomes = [
                    await self._play_turn(session, door, athlete_id, turn, f"item_{next(ids).hex}")
                    for turn in scenario.turns
                ]
            found = await self._stage.compared(scenario, outcomes, before, athlete_id)
            return [*outcomes[:-1], replace(outcomes[-1], end_state=found)]

    def _ids(self, scenario: Scenario) -> Iterator[UUID]:
        """The ids of one play of a scenario, the same in every run with the same seed."""
        key = f"{self._seed} {scenario.source} {scenario.id}"
        self._plays[key] += 1
        chance = Random(f"{key} {self._plays[key]}")
        while True:
            yield UUID(int=chance.getrandbits(128), version=4)

    async def _play_turn(
        self, session: VoiceSession, door: TextDoor, athlete_id: UUID, turn: Turn, item_id: str
    ) -> TurnOutcome:
        timings: dict[str, float] = {}
        try:
            began = time.perf_counter()
            heard = await self._hear(session, turn.audio) if turn.audio else None
            if heard is not None:
                timings["recognition"] = (time.perf_counter() - began) * 1000
            text, confidence = heard or (turn.say, None)
            typed = await door.say(text, item_id, confidence) if text else TypedTurn("")
        except (VoiceFitError, TimeoutError, OSError) as error:
            return TurnOutcome(error=f"{type(error).__name__}: {error}")
        done = session.turns.find(item_id)
        calls = zip(typed.calls, typed.outputs, strict=True)
        return TurnOutcome(
            calls=tuple(observed(call.tool, call.arguments, output) for call, output in calls),
            reply=typed.reply,
            latency_ms=typed.latency_ms if typed.calls else None,
            timings=timings | (done.timings if done else {}),
            row_counts=await self._stage.count(athlete_id, turn.after),
            transcript=heard[0] if heard else None,
            confidence=confidence,
            cost_usd=typed.metadata.get("usage", {}).get("usd"),
        )

    async def _hear(self, session: VoiceSession, audio: Path) -> tuple[str, float]:
        """What the session's ears would make of a recording, and how surely: they know what it is about."""
        if self._speech is None:
            self._speech = await load_speech(self._settings.model_copy(update={"tts_voice": "none"}))
        ears = self._speech.new_stt()
        if isinstance(ears, WhisperSTT):
            ears.choose = session.turns.situation.choose
            name = session.turns.situation.state.exercise
            exercise = packaged_catalogue().by_slug.get(name) if name else None
            ears.update_prompt([exercise.name] if exercise else [])
        event = await ears.recognize(read_wav(audio))
        return (
            (event.alternatives[0].text, event.alternatives[0].confidence)
            if event.alternatives
            else ("", 0.0)
        )


def observed(tool: str, arguments: Mapping[str, Any], output: Mapping[str, Any]) -> ObservedCall:
    """A call as it is judged. One that asks back has failed, except an undo: "nothing to undo" answers it."""
    done = bool(output.get("ok"))
    answered = done or (tool == "undo_last" and "question" in output)
    wrote = done and (tool not in TOOLS or TOOLS[tool].writes)
    return ObservedCall(tool, arguments, wrote=wrote, failed=not answered)


def read_wav(path: Path) -> rtc.AudioFrame:
    """The sound of a 16-bit mono WAV, at the rate of recognition. Raises `VoiceFitError` for any other file.

    Ears given another rate have it converted by a resampler that adds noise of its own (dither), other each
    time: too soft to be heard, and enough for a word that is hardly heard to come out otherwise.
    """
    try:
        with wave.open(str(path)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise VoiceFitError(f"{path} cannot be read as a WAV file: {error}") from error
    if (channels, width) != (1, SAMPLE_BYTES):
        raise VoiceFitError(f"{path} must be 16-bit mono; it has {channels} channels of {8 * width} bits.")
    samples = at_rate(np.frombuffer(data, np.int16).astype(np.float64), rate, SAMPLE_RATE)
    pcm = np.clip(np.rint(samples), -PEAK, PEAK).astype(np.int16)
    return rtc.AudioFrame(pcm.tobytes(), SAMPLE_RATE, 1, pcm.size)

"""Plays scenarios in text through the same session as every door, each with an athlete of its own."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from livekit import rtc

from agent.doors.text import TextDoor, TypedTurn
from agent.session import Brain
from agent.speech import Speech, load_speech
from core.errors import NotConfigured, VoiceFitError
from core.memory import settle_memory
from core.settings import Settings
from db.session import Database, open_database
from eval.outcome import ObservedCall, TurnOutcome
from eval.scenario import Scenario, Turn
from eval.stage import Stage
from search import open_search, refresh
from tools import TOOLS

RouterName = Literal["local", "llm", "auto"]
SAMPLE_BYTES = 2


class SessionPlayer:
    """Plays against a real brain and a real database. Made by `make_player`."""

    def __init__(self, database: Database, settings: Settings, *, model_first: bool = False) -> None:
        """`model_first` asks the language model also what the grammar understands."""
        self._settings = settings
        self._stage = Stage(database)
        self._brain = Brain(database, settings, speech=None, model_first=model_first)
        self._speech: Speech | None = None

    async def aclose(self) -> None:
        """Closes what it opened."""
        await self._brain.aclose()

    @property
    def tools(self) -> frozenset[str]:
        """The tools that this build has."""
        return frozenset(TOOLS)

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        """Sets up `scenario.given` for a new athlete, plays the turns and removes the athlete."""
        async with self._stage.athlete(scenario.given) as athlete_id:
            conversation = await self._stage.conversation(athlete_id, scenario.given)
            session = await self._brain.open(athlete_id, conversation)
            async with TextDoor(session) as door:
                return [await self._play_turn(door, athlete_id, turn) for turn in scenario.turns]

    async def _play_turn(self, door: TextDoor, athlete_id: UUID, turn: Turn) -> TurnOutcome:
        try:
            heard = await self._hear(turn.audio) if turn.audio else None
            typed = TypedTurn("") if heard == "" else await door.say(heard or turn.say)
        except (VoiceFitError, TimeoutError, OSError) as error:
            return TurnOutcome(error=f"{type(error).__name__}: {error}")
        calls = zip(typed.calls, typed.outputs, strict=True)
        return TurnOutcome(
            calls=tuple(observed(call.tool, call.arguments, output) for call, output in calls),
            reply=typed.reply,
            latency_ms=typed.latency_ms if typed.calls else None,
            row_counts=await self._stage.count(athlete_id, turn.after),
            transcript=heard,
            cost_usd=typed.metadata.get("usage", {}).get("usd"),
        )

    async def _hear(self, audio: Path) -> str:
        if self._speech is None:
            self._speech = await load_speech(self._settings)
        event = await self._speech.new_stt().recognize(read_wav(audio))
        return event.alternatives[0].text if event.alternatives else ""


def observed(tool: str, arguments: Mapping[str, Any], output: Mapping[str, Any]) -> ObservedCall:
    """A call as it is judged. One that asks back has failed, except an undo: "nothing to undo" answers it."""
    done = bool(output.get("ok"))
    answered = done or (tool == "undo_last" and "question" in output)
    wrote = done and (tool not in TOOLS or TOOLS[tool].writes)
    return ObservedCall(tool, arguments, wrote=wrote, failed=not answered)


@asynccontextmanager
async def make_player(*, router: RouterName, settings: Settings) -> AsyncIterator[SessionPlayer]:
    """A player on the database of `settings`. Raises `NotConfigured` when `router` needs a model we lack."""
    if router == "local":
        settings = settings.model_copy(update={"xai_api_key": None})
    elif router == "llm" and not settings.xai_api_key:
        raise NotConfigured("--router llm needs a language model: set XAI_API_KEY. Or use --router local.")
    database = await open_database(settings)
    try:
        await refresh(open_search(settings, database))
        player = SessionPlayer(database, settings, model_first=router == "llm")
        settle_memory()
        yield player
        await player.aclose()
    finally:
        await database.aclose()


def read_wav(path: Path) -> rtc.AudioFrame:
    """The sound of a 16-bit mono WAV. Raises `VoiceFitError` for any other file."""
    try:
        with wave.open(str(path)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise VoiceFitError(f"{path} cannot be read as a WAV file: {error}") from error
    if (channels, width) != (1, SAMPLE_BYTES):
        raise VoiceFitError(f"{path} must be 16-bit mono; it has {channels} channels of {8 * width} bits.")
    return rtc.AudioFrame(data, rate, channels, len(data) // SAMPLE_BYTES)

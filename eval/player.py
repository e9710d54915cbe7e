"""Plays scenarios through the same session as every door, each with an athlete of its own."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

from livekit import rtc
from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.sqltypes import Float, Integer

from agent.doors.text import TextDoor, TypedTurn
from agent.events import ToolStarted
from agent.session import Brain
from agent.speech import Speech, load_speech
from core.errors import NotConfigured, VoiceFitError
from core.settings import Settings
from db.models import Base, User, UserProfile
from db.session import Database, open_database
from eval.outcome import ObservedCall, TurnOutcome
from eval.scenario import Given, Scenario, Turn
from services.exercises.catalogue import packaged_catalogue
from services.ledger import Key
from services.workouts import open_workout
from tools import TOOLS, ToolContext, run_tool

RouterName = Literal["local", "llm", "auto"]
TOLERANCE = 0.01
SAMPLE_BYTES = 2


class SessionPlayer:
    """Plays against a real brain and a real database. Made by `make_player`."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._brain = Brain(database, settings, speech=None)
        self._speech: Speech | None = None

    @property
    def tools(self) -> frozenset[str]:
        """The tools that this build has."""
        return frozenset(TOOLS)

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        """Sets up `scenario.given` for a new athlete, plays the turns and removes the athlete."""
        athlete_id = await self._new_athlete(scenario.given)
        try:
            await self._set_up(athlete_id, scenario.given)
            session = await self._brain.open(athlete_id)
            async with TextDoor(session) as door:
                return [await self._play_turn(door, athlete_id, turn) for turn in scenario.turns]
        finally:
            await self._remove(athlete_id)

    async def _play_turn(self, door: TextDoor, athlete_id: UUID, turn: Turn) -> TurnOutcome:
        try:
            heard = await self._hear(turn.audio) if turn.audio else None
            typed = TypedTurn("") if heard == "" else await door.say(heard or turn.say)
        except (VoiceFitError, TimeoutError, OSError) as error:
            return TurnOutcome(error=f"{type(error).__name__}: {error}")
        calls = zip(typed.calls, typed.outputs, strict=True)
        return TurnOutcome(
            calls=tuple(observed(call, output) for call, output in calls),
            reply=typed.reply,
            latency_ms=typed.latency_ms if typed.calls else None,
            row_counts=tuple([await self._count(athlete_id, row.table, row.where) for row in turn.after]),
            transcript=heard,
        )

    async def _hear(self, audio: Path) -> str:
        if self._speech is None:
            self._speech = await load_speech(self._settings)
        event = await self._speech.new_stt().recognize(read_wav(audio))
        return event.alternatives[0].text if event.alternatives else ""

    async def _new_athlete(self, given: Given) -> UUID:
        async with self._database.transaction(None) as db:
            user = User(email=f"eval-{uuid4().hex}@localhost")
            db.add(user)
            await db.flush()
            await db.execute(insert(UserProfile).values(user_id=user.id, preferred_unit=given.unit))
            return user.id

    async def _remove(self, athlete_id: UUID) -> None:
        async with self._database.transaction(None) as db:
            await db.delete(await db.get_one(User, athlete_id))

    async def _set_up(self, athlete_id: UUID, given: Given) -> None:
        if given.workout is None:
            return
        for index, one in enumerate(given.workout.sets):
            key = Key(f"given:{index}")
            context = ToolContext(self._database, self._brain.wiring.matcher, athlete_id, key)
            result = await run_tool(context, "log_set", one.model_dump(exclude_none=True))
            if not result.ok:
                raise VoiceFitError(f"the given set {index} cannot be logged: {result.question}")
        async with self._database.transaction(athlete_id) as db:
            workout = await open_workout(db, athlete_id)
            if given.workout.exercise is not None:
                exercise = packaged_catalogue().by_name[given.workout.exercise.casefold()]
                workout.current_exercise_id = exercise.id

    async def _count(self, athlete_id: UUID, table: str, where: Mapping[str, Any]) -> int | None:
        found = Base.metadata.tables.get(table)
        if found is None or "user_id" not in found.c or any(name not in found.c for name in where):
            return None
        conditions = [found.c.user_id == athlete_id, *(_equals(found, n, v) for n, v in where.items())]
        async with self._database.transaction(athlete_id) as db:
            return await db.scalar(select(func.count()).select_from(found).where(*conditions))


def observed(call: ToolStarted, output: Mapping[str, Any]) -> ObservedCall:
    """A call as it is judged. One that asks back has failed, except an undo: "nothing to undo" is its answer."""
    done = bool(output.get("ok"))
    answered = done or (call.tool == "undo_last" and "question" in output)
    return ObservedCall(call.tool, call.arguments, wrote=done, failed=not answered)


@asynccontextmanager
async def make_player(*, router: RouterName, settings: Settings) -> AsyncIterator[SessionPlayer]:
    """A player on the database of `settings`. Raises `NotConfigured` when the router needs a model there is not."""
    if router == "llm":
        raise NotConfigured("There is no language model yet. Use --router local, or auto.")
    database = await open_database(settings)
    try:
        yield SessionPlayer(database, settings)
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


def _equals(table: Table, name: str, value: Any) -> ColumnElement[bool]:
    column = table.c[name]
    if isinstance(column.type, (Float, Integer)) and isinstance(value, (int, float)):
        return func.abs(column - value) <= TOLERANCE
    return column.is_not_distinct_from(value)

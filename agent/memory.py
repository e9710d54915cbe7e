"""What a conversation remembers beyond the athlete's rows: the suggestions on offer, the cues told.

It is in memory, and kept with each reply that changes it, for the server that the conversation goes on with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from agent.records import asked, state_of
from agent.router.understanding import Pending, WorkoutState
from services import badges, voice
from services.badges import News
from services.exercises.own_names import own_names
from services.interview import is_newcomer
from services.messages import Said
from services.workouts import Snapshot, snapshot
from tools import KnownRun, Memory, ToolResult

KEPT_AS = "memory"
"""The member of a reply's metadata."""

ANSWERABLE = timedelta(minutes=10)
"""For how long a question stays open across a lost connection: "eight" said tomorrow answers nothing."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a conversation begins with: what the athlete is in the middle of, what was remembered, and what
    they call exercises (words: slug). `news` of badges and streaks have not been told yet; a `newcomer` has
    neither trained nor been set up; `earlier` is (role, text) of what was said before; `pending` the question
    that was left open."""

    state: WorkoutState
    memory: Memory
    names: Mapping[str, str]
    news: News | None = None
    newcomer: bool = False
    earlier: Sequence[tuple[str, str]] = ()
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """An earlier message of a conversation that is gone on with."""

    item_id: str
    role: str
    text: str


def after(memory: Memory, result: ToolResult) -> Memory:
    """The memory once a call came to `result`.

    Suggestions hold until one is taken, others are made, the workout ends, or it moves on to something else.
    """
    if not result.ok:
        return memory
    memory = replace(memory, run=_run_after(memory.run, result))
    if result.cues:
        told = frozenset(cue.id for cue in result.cues)
        # All had been told: it begins anew.
        memory = replace(memory, cues=told if told <= memory.cues else memory.cues | told)
    if result.instead_of is not None:
        return replace(
            memory,
            suggestions=tuple(one.slug for one in result.suggestions),
            instead_of=result.instead_of,
            workout=result.workout.id if result.workout else None,
        )
    moved_on = bool(result.sets) and result.sets[-1].slug != memory.instead_of
    if result.swap is not None or result.tool == "finish_workout" or moved_on:
        return without_suggestions(memory)
    return memory


def _run_after(run: KnownRun | None, result: ToolResult) -> KnownRun | None:
    """The run that a correction is about once a call came to `result`."""
    if result.run is not None and result.tool in {"log_run", "finish_run", "correct_run"}:
        return KnownRun(result.run.id, result.run.distance_meters, result.run.elapsed_seconds)
    if result.sets or result.run is not None or result.workout is not None or result.tool == "undo_last":
        return None
    return run


def seen(memory: Memory, now: Snapshot) -> Memory:
    """The memory once it is seen what the athlete is in the middle of: another workout, or none, takes the
    suggestions of the last one away."""
    if memory.workout is None or (now.workout is not None and now.workout.id == memory.workout):
        return memory
    return without_suggestions(memory)


def without_suggestions(memory: Memory) -> Memory:
    """The memory with nothing on offer."""
    return Memory(cues=memory.cues, run=memory.run)


def kept(memory: Memory) -> dict[str, Any]:
    """The memory as JSON."""
    return {
        "suggestions": list(memory.suggestions),
        "instead_of": memory.instead_of,
        "workout": str(memory.workout) if memory.workout else None,
        "cues": sorted(str(cue) for cue in memory.cues),
        "run": _kept_run(memory.run) if memory.run else None,
    }


def _kept_run(run: KnownRun) -> dict[str, Any]:
    return {
        "id": str(run.id),
        "distance_meters": run.distance_meters,
        "duration_seconds": run.duration_seconds,
    }


def restored(history: Sequence[Said]) -> Memory:
    """The memory that was kept last."""
    for said in reversed(history):
        if (one := said.metadata.get(KEPT_AS)) is not None:
            return Memory(
                suggestions=tuple(one["suggestions"]),
                instead_of=one["instead_of"],
                workout=UUID(one["workout"]) if one["workout"] else None,
                cues=frozenset(map(UUID, one["cues"])),
                run=KnownRun(**{**run, "id": UUID(run["id"])}) if (run := one.get("run")) else None,
            )
    return Memory()


async def beginning_of(
    db: AsyncSession, athlete_id: UUID, conversation_id: UUID, history: list[Said]
) -> Beginning:
    """What a conversation with this `history` begins with."""
    memory = restored(history)
    lately = await voice.last_output(db, athlete_id, conversation_id, ANSWERABLE) if history else None
    return Beginning(
        state_of(await snapshot(db, athlete_id), memory),
        memory,
        await own_names(db, athlete_id),
        await badges.due(db, athlete_id),
        await is_newcomer(db, athlete_id),
        [(said.role, said.text) for said in history],
        asked(lately or {}),
    )

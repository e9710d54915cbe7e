"""Between the conversation and its records: what understanding is told, and what is kept of a turn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from agent.router.understanding import Call, Pending, PerformedSet, ToldRun, Understanding, WorkoutState
from agent.turn import Turn
from prompts import phrase
from services import voice
from services.exercises.catalogue import packaged_catalogue
from services.exercises.red_flags import advice
from services.workouts import LiveRun, SetView, Snapshot
from tools import KnownRun, Memory, ToolResult

LOCAL = "local"
MODEL = "voicefit-grammar"
PENDING = "pending"
"""The member of a turn's output with the question that it left open."""


def touched(results: Sequence[ToolResult]) -> voice.Touched:
    """The last rows that the calls of a turn touched."""
    one = next((result.sets[-1] for result in reversed(results) if result.sets), None)
    workout = next((result.workout for result in reversed(results) if result.workout), None)
    return voice.Touched(
        workout_id=workout.id if workout else None,
        workout_set_id=one.id if one else None,
        exercise_id=packaged_catalogue().by_slug[one.slug].id if one else None,
    )


def seen(turn: Turn, door: str) -> voice.Seen:
    """What operators see of a turn: no words, and nothing of what its calls were given."""
    calls = [
        {"tool": result.tool, "began": began, "ended": ended, "outcome": turn.outcome_of(index)}
        for index, (result, (began, ended)) in enumerate(zip(turn.results, turn.call_times, strict=False))
    ]
    return voice.Seen(door, turn.outcome, turn.error or None, turn.trace_id, calls, turn.interrupted)


def performed(one: SetView) -> PerformedSet:
    """A logged set as understanding sees it."""
    return PerformedSet(
        exercise=one.slug,
        reps=one.reps,
        weight=one.weight,
        unit=one.unit,
        rpe=one.rpe,
        rir=one.rir,
        set_type=one.set_type,
        duration_seconds=one.duration_seconds,
        distance_meters=one.distance_meters,
    )


def state_of(now: Snapshot, memory: Memory) -> WorkoutState:
    """What the athlete is in the middle of, as understanding sees it."""
    return WorkoutState(
        unit=now.unit,
        workout_open=now.workout is not None,
        exercise=now.exercise,
        last_set=performed(now.last_set) if now.last_set else None,
        suggestions=memory.suggestions,
        injuries=now.injuries,
        run=_run_state(now.run) if now.run else None,
        distance_unit=now.distance_unit,
        last_run=_told_run(memory.run) if memory.run else None,
    )


def _run_state(run: LiveRun) -> Literal["active", "paused"]:
    # To one that pauses by itself people say what they say to one that they paused.
    return "paused" if run.is_auto_paused else run.status


def _told_run(run: KnownRun) -> ToldRun:
    return ToldRun(run.distance_meters, run.duration_seconds)


def parsed(understanding: Understanding, text: str, search_ms: float) -> voice.Parsed:
    """The record of what the turn `text` was taken to mean. A sign of danger in it is heard, whatever else is
    not understood."""
    reply = understanding.reply
    if understanding.kind == "hand_over" and reply is None:
        reply = advice(text) or phrase("not_understood")
    output: dict[str, Any] = {
        "kind": understanding.kind,
        "calls": [{"tool": call.tool, "args": call.args} for call in understanding.calls],
        "reply": reply,
    }
    if understanding.pending is not None:
        output |= left_open(understanding.pending)
    matches = [
        {
            "slug": m.slug,
            "name": m.name,
            "score": round(m.score, 4),
            "match_type": m.match_type,
            "words": m.words,
        }
        for m in understanding.matches
    ]
    return voice.Parsed(
        output=json.loads(json.dumps(output)),
        confidence=understanding.confidence,
        route=LOCAL,
        reason=understanding.reason,
        model=MODEL,
        search_results=matches,
        search_latency_ms=round(search_ms),
    )


def left_open(question: Pending | None) -> dict[str, Any]:
    """The member of an output for the question that a turn left open."""
    return {PENDING: None if question is None else asdict(question)}


def asked(output: Mapping[str, Any]) -> Pending | None:
    """The question that a turn with this `output` left open."""
    if (one := output.get(PENDING)) is None:
        return None
    calls = tuple(Call(call["tool"], call["args"]) for call in one["calls"])
    return Pending(calls, one["missing"], one["question"], one["about"], tuple(one["choices"]))

"""What must hold afterwards: what clients were told against what is in the database."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.models import ToolCall, VoiceCommand, WorkoutSet
from db.session import Database
from eval.storm.journal import Journal, Told
from eval.storm.plan import Lift, Planned
from services.exercises.catalogue import packaged_catalogue
from tools import ToolResult

Row = tuple[str, float | None, int | None]
"""A set: exercise, weight, reps."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An athlete's rows: calls in the order in which they were made, sets by their ids, turns."""

    calls: list[ToolCall]
    sets: dict[str, Row]
    turns: Counter[str]


async def kept(database: Database, athlete_id: UUID) -> Kept:
    """What the database has of an athlete."""
    slugs = packaged_catalogue().by_id
    async with database.transaction(None) as db:
        mine = ToolCall.user_id == athlete_id
        calls = list(await db.scalars(select(ToolCall).where(mine).order_by(ToolCall.sequence)))
        rows = await db.scalars(select(WorkoutSet).where(WorkoutSet.user_id == athlete_id))
        sets = {str(row.id): (slugs[row.exercise_id].slug, row.weight, row.reps) for row in rows}
        turns = await db.scalars(select(VoiceCommand.item_id).where(VoiceCommand.user_id == athlete_id))
        return Kept(calls, sets, Counter(one for one in turns if one))


def judge(journal: Journal, athlete: str, found: Kept) -> None:
    """Notes what does not hold of an athlete."""
    told = journal.told[athlete]
    logged = _logged(found.calls)
    for turn in told.acknowledged.values():
        _acknowledged(journal, athlete, turn, logged)
    for turn in told.abandoned.values():
        for lift, times in Counter(turn.lifts or ()).items():
            if logged[lift] not in (0, times):
                journal.violate(
                    athlete, f"{turn.item_id} was abandoned, and logged {logged[lift]} times", turn.item_id
                )
    _told_outputs(journal, athlete, told, found.calls)
    _replay(journal, athlete, found)
    for item_id, times in found.turns.items():
        if times > 1:
            journal.violate(athlete, f"the turn {item_id} has {times} rows", item_id)
    _known_keys(journal, athlete, told, found.calls)


def _logged(calls: Iterable[ToolCall]) -> Counter[Lift]:
    """How often each set was logged, whatever has become of it."""
    return Counter(
        Lift(one["slug"], one["weight"], one["reps"])
        for call in calls
        if call.tool == "log_set"
        for one in (call.result or {}).get("sets", ())
        if one.get("weight") is not None and one.get("reps") is not None
    )


def _acknowledged(journal: Journal, athlete: str, turn: Planned, logged: Counter[Lift]) -> None:
    for lift, times in Counter(turn.lifts or ()).items():
        if logged[lift] > times:
            journal.violate(athlete, f"{turn.item_id} ({lift}) is there {logged[lift]} times", turn.item_id)
        elif logged[lift] < times and not _understood(journal, athlete, turn):
            journal.misunderstood.append(f"{turn.item_id}: {turn.text}")
        elif logged[lift] < times:
            journal.violate(
                athlete,
                f"{turn.item_id} was acknowledged, and {lift} is there {logged[lift]} times, not {times}",
                turn.item_id,
            )


def _understood(journal: Journal, athlete: str, turn: Planned) -> bool:
    """Whether what was said of the turn is that it was logged; a question is an answer too."""
    lines = [line for line in journal.told[athlete].lines if f"{turn.item_id} acknowledged" in line]
    return not any("?" in line for line in lines)


def _told_outputs(journal: Journal, athlete: str, told: Told, calls: Iterable[ToolCall]) -> None:
    """What a client was told of a call is what is in the ledger, once: under the call's own turn where the
    client knows it."""
    made: dict[str, list[ToolCall]] = defaultdict(list)
    of_turns: dict[str, list[ToolCall]] = defaultdict(list)
    for call in calls:
        if "http" not in (call.result or {}):
            made[_as_told(call.result or {})].append(call)
            of_turns[_turn_and_number(call)].append(call)
    for done in told.done:
        same = made[json.dumps(done.output, sort_keys=True)]
        if done.call is not None:
            same = [call for call in of_turns[done.call] if call in same]
        if not same:
            journal.violate(athlete, f"{done.call} was told as done, and is not in the ledger: {done.output}")
    for name, doubled in of_turns.items():
        if len(doubled) > 1:
            keys = ", ".join(call.idempotency_key for call in doubled)
            journal.violate(athlete, f"{name} is {len(doubled)} times in the ledger: {keys}")


def _as_told(result: dict[str, Any]) -> str:
    return json.dumps(ToolResult.model_validate(result).output(), sort_keys=True)


def _turn_and_number(call: ToolCall) -> str:
    """Which call it is, whatever the conversation: `item_id:0`, or what an assistant named it."""
    return call.idempotency_key.partition(":")[2] or call.idempotency_key


def _replay(journal: Journal, athlete: str, found: Kept) -> None:
    """The sets are what the calls, one after the other, have come to."""
    live: dict[str, Row] = {}
    for call in found.calls:
        result: dict[str, Any] = call.result or {}
        for one in result.get("sets", ()):
            live[one["id"]] = (one["slug"], one.get("weight"), one.get("reps"))
        for gone in result.get("removed", ()):
            live.pop(gone, None)
    for one in live.keys() | found.sets.keys():
        if (come_to := live.get(one)) != (there := found.sets.get(one)):
            history = "; ".join(
                f"{call.idempotency_key} {call.tool} -> {(call.result or {}).get('say')}"
                + (" (undone)" if call.undone_at else "")
                for call in found.calls
                if one in json.dumps(call.result)
            )
            journal.violate(
                athlete, f"the calls of the set {one} come to {come_to}, and it is {there}: {history}"
            )


def _known_keys(journal: Journal, athlete: str, told: Told, calls: Iterable[ToolCall]) -> None:
    """Nobody else has written: each call is of a turn that one of the athlete's clients sent, or spoke."""
    for call in calls:
        conversation, _, rest = call.idempotency_key.partition(":")
        if conversation in ("mcp", "http"):
            known = rest in told.acknowledged or rest in told.abandoned
        else:
            known = conversation in told.conversations
        if not known and not call.idempotency_key.startswith("http-"):
            journal.violate(athlete, f"nobody made the call {call.idempotency_key}")

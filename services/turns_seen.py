"""Turns as operators see them: how they went, without what was said; that only with leave, which is noted.

All of it runs in an operator's own transaction. What they may see is the database's to say (migration 0027).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, NotFound, VoiceFitError
from db.models.operators import FailedTurn, SeenTurn
from services.paging import PageRequest, Slice, Sort, encode, fetch_slice
from services.turn_bars import Bar, bars_from
from services.voice import Seen

MAX_LEAVE_DAYS = 90
AnyTurn = SeenTurn | FailedTurn


class UnknownTurn(NotFound):
    """No such turn."""


class NoLeave(VoiceFitError):
    """This operator may not read what was said."""


@dataclass(frozen=True, slots=True)
class TurnFilter:
    """Which turns. `tool` is one that was called."""

    door: str | None = None
    route: str | None = None
    outcome: str | None = None
    tool: str | None = None
    conversation_id: UUID | None = None
    created_from: datetime | None = None
    waited_from_ms: int | None = None

    def conditions(self, turn: type[AnyTurn]) -> Iterator[ColumnElement[bool]]:
        """What a turn must fulfil."""
        for column in ("door", "route", "outcome", "conversation_id"):
            if (value := getattr(self, column)) is not None:
                yield getattr(turn, column) == value
        if self.tool is not None:
            yield turn.call_timings.contains([{"tool": self.tool}])
        if self.created_from is not None:
            yield turn.created_at >= self.created_from
        if self.waited_from_ms is not None:
            yield turn.waited_ms >= self.waited_from_ms


def sorts(turn: type[AnyTurn]) -> dict[str, Sort]:
    """The orders there are: newest first, slowest first."""
    return {
        f"-{name}": Sort((getattr(turn, name), turn.id), descending=True)
        for name in ("created_at", "waited_ms")
    }


async def list_turns(db: AsyncSession, wanted: TurnFilter, page: PageRequest) -> Slice[AnyTurn]:
    """Turns of everybody; of none unless it is an operator's transaction. Raises `InvalidCursor`."""
    found: list[AnyTurn] = []
    further = False
    for turn in (SeenTurn, FailedTurn):
        query = select(turn).where(*wanted.conditions(turn))
        some = await fetch_slice(db, query, sorts(turn), page)
        found += [row[0] for row in some.rows]
        further = further or some.next_cursor is not None
    by = page.sort.removeprefix("-")
    found.sort(key=lambda one: (getattr(one, by), one.id), reverse=True)
    if not further and len(found) <= page.limit:
        return Slice(found, None)
    last = found[page.limit - 1]
    return Slice(found[: page.limit], encode(page.sort, [getattr(last, by), last.id]))


async def get_turn(db: AsyncSession, turn_id: UUID) -> AnyTurn:
    """One turn. Raises `UnknownTurn`."""
    for turn in (SeenTurn, FailedTurn):
        row: AnyTurn | None = await db.scalar(select(turn).where(turn.id == turn_id))
        if row is not None:
            return row
    raise UnknownTurn("There is no such turn.")


def bars_of(turn: AnyTurn) -> list[Bar]:
    """Its parts on one axis of time."""
    calls = [
        Bar(call["tool"], call["began"], call["ended"], call["outcome"]) for call in turn.call_timings or ()
    ]
    return list(bars_from(turn.timings or {}, calls))


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, what was answered, and the calls with their arguments."""

    transcript: str
    reply: str | None
    calls: list[dict[str, Any]]


async def leave_until(db: AsyncSession) -> datetime | None:
    """Until when the operator may read what was said; None when they may not."""
    until: datetime | None = await db.scalar(text("select app.operator_leave()"))
    return until


async def read_transcript(db: AsyncSession, turn_id: UUID) -> Transcript:
    """What was said in a turn; that it was read is noted, once this is committed.

    Raises `NoLeave`, `UnknownTurn`.
    """
    if await leave_until(db) is None:
        raise NoLeave(
            "What athletes say is theirs. Whoever runs the server can let you read it for some days: "
            "`voicefit user transcripts EMAIL --reason ...`. Each reading is noted."
        )
    found = await db.execute(text("select * from app.operator_transcript(:turn)"), {"turn": turn_id})
    row = found.one_or_none()
    if row is None:
        raise UnknownTurn("Of this turn no words are kept: it failed and was undone, or it is gone.")
    return Transcript(row.transcript, row.reply, row.calls)


async def give_leave(db: AsyncSession, operator_id: UUID, reason: str, days: int) -> datetime:
    """Lets an operator read what was said, for a `reason` that is noted with each reading; until when.

    In a transaction of the server's. Raises `Invalid`.
    """
    if not reason.strip():
        raise Invalid("Say why: the reason is kept with everything that is read.")
    if not 1 <= days <= MAX_LEAVE_DAYS:
        raise Invalid(f"For 1 to {MAX_LEAVE_DAYS} days.")
    until = datetime.now(UTC) + timedelta(days=days)
    await db.execute(GIVE, {"operator": operator_id, "reason": reason.strip(), "until": until})
    return until


async def take_leave_back(db: AsyncSession, operator_id: UUID) -> None:
    """Ends it, in a transaction of the server's."""
    await db.execute(
        text("delete from internal.transcript_grants where operator_id = :operator"),
        {"operator": operator_id},
    )


async def note_failure(
    db: AsyncSession,
    turn_id: UUID,
    athlete_id: UUID,
    conversation_id: UUID,
    route: str,
    timings: dict[str, Any],
    seen: Seen,
) -> None:
    """Keeps how a turn went whose record was rolled back, in a transaction of the server's."""
    row = {
        "id": turn_id,
        "user": athlete_id,
        "conversation": conversation_id,
        "route": route,
        "timings": json.dumps(timings),
        "door": seen.door,
        "outcome": seen.outcome,
        "error": seen.error,
        "trace": seen.trace_id,
        "calls": json.dumps(seen.call_timings),
    }
    await db.execute(FAILED, row)


GIVE = text(
    """
    insert into internal.transcript_grants (operator_id, reason, expires_at)
    values (:operator, :reason, :until)
    on conflict (operator_id) do update
        set reason = excluded.reason, expires_at = excluded.expires_at, granted_at = now()
    """
)
FAILED = text(
    """
    insert into internal.failed_turns
        (id, user_id, conversation_id, door, route, outcome, error, trace_id, timings, call_timings)
    values (:id, :user, :conversation, :door, :route, :outcome, :error, :trace,
            cast(:timings as jsonb), cast(:calls as jsonb))
    on conflict (id) do nothing
    """
)

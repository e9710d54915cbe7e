"""Exactly once: a call that writes is a row whose key the database enforces, committed with its effect.

The same key twice (a retry, a reconnection, an interruption) finds the first call's result: see decision 2
in docs/decisions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, Text, bindparam, func, select, true, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from db.models import ToolCall
from services.images import Images, restore

UNDO_WINDOW = timedelta(hours=12)
"""How far back "scratch that" reaches: within a session, never into last week."""


@dataclass(frozen=True, slots=True)
class Key:
    """Names one call: within an athlete, `value` is unique. It names it for `ttl`; left out, for good."""

    value: str
    conversation_id: UUID | None = None
    voice_command_id: UUID | None = None
    ttl: timedelta | None = None


Effect = Callable[[UUID, Images], Awaitable[dict[str, Any]]]
"""What a call does: given its row's id and where to put before-images, it returns the call's result."""


CALLS = cast(Table, ToolCall.__table__)
# Built once: they are in the way of every answer.
CLAIMED = [
    CALLS.c[name]
    for name in (
        *("user_id", "conversation_id", "voice_command_id"),
        *("idempotency_key", "tool", "arguments"),
    )
]


def _claim() -> ReturningInsert[UUID]:
    """Waits for the athlete's other calls, then claims the key: the row comes out of having the lock.

    From then on the transaction is durable, however it began: what a call writes is not lost.
    """
    athlete = sql_cast(bindparam("user_id", type_=CALLS.c.user_id.type), Text)
    lock = select(
        func.pg_advisory_xact_lock(func.hashtextextended(athlete, 0)).label("lock"),
        func.set_config("synchronous_commit", "on", true()).label("durable"),
    )
    row = select(*(bindparam(column.name, type_=column.type) for column in CLAIMED))
    return (
        insert(CALLS)
        .from_select(CLAIMED, row.select_from(lock.cte("locked")))
        .on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"])
        .returning(CALLS.c.id)
    )


CLAIM = _claim()
SETTLE = (
    update(CALLS)
    .where(CALLS.c.id == bindparam("call"))
    .values(result=bindparam("result"), undo=bindparam("undo"))
)


async def once(
    db: AsyncSession, user_id: UUID, key: Key, tool: str, arguments: dict[str, Any], effect: Effect
) -> dict[str, Any]:
    """Runs `effect` unless a call with `key` has been committed; returns its result, now or then.

    Calls of one athlete wait for each other, from whatever device they come.
    """
    row = {
        "user_id": user_id,
        "conversation_id": key.conversation_id,
        "voice_command_id": key.voice_command_id,
        "idempotency_key": key.value,
        "tool": tool,
        "arguments": arguments,
    }
    # These two statements know nothing of objects: they need none of the session's care.
    connection = await db.connection()
    call_id: UUID | None = await connection.scalar(CLAIM, row)
    if call_id is None:
        earlier = await _earlier(db, user_id, key)
        if earlier is not None:
            return earlier.result or {}
        call_id = (await connection.execute(CLAIM, row)).scalar_one()
    images = Images()
    result = await effect(call_id, images)
    await connection.execute(SETTLE, {"call": call_id, "result": result, "undo": images.image or None})
    return result


async def lock_calls(db: AsyncSession, user_id: UUID) -> None:
    """Waits for the athlete's calls, and keeps others waiting until the transaction ends.

    For work that is no call and changes what calls compute from: an import, say. Late, for the voice waits.
    """
    athlete = func.hashtextextended(str(user_id), 0)
    await db.execute(select(func.pg_advisory_xact_lock(athlete)))


async def _earlier(db: AsyncSession, user_id: UUID, key: Key) -> ToolCall | None:
    """The call that has the key; None when its time is up: then the key is free again, the call stays."""
    row = (
        await db.scalars(
            select(ToolCall).where(ToolCall.user_id == user_id, ToolCall.idempotency_key == key.value)
        )
    ).one()
    if key.ttl is None or row.created_at > datetime.now(UTC) - key.ttl:
        return row
    row.idempotency_key = f"{key.value} until {row.id}"
    await db.flush()
    return None


async def undo_last(db: AsyncSession, user_id: UUID, now: datetime | None = None) -> ToolCall | None:
    """Takes back the newest call that still can be, and returns it; None when there is none."""
    now = now or datetime.now(UTC)
    row = await db.scalar(
        select(ToolCall)
        .where(
            ToolCall.user_id == user_id,
            ToolCall.undo.is_not(None),
            ToolCall.undone_at.is_(None),
            ToolCall.created_at > now - UNDO_WINDOW,
        )
        .order_by(ToolCall.sequence.desc())
        .limit(1)
    )
    if row is None or row.undo is None:
        return None
    await restore(db, user_id, row.undo)
    row.undone_at = now
    await db.flush()
    return row


async def running_timer(db: AsyncSession, user_id: UUID, now: datetime | None = None) -> datetime | None:
    """When the newest rest timer ends, or None when none is running any more."""
    now = now or datetime.now(UTC)
    result = await db.scalar(
        select(ToolCall.result)
        .where(
            ToolCall.user_id == user_id,
            ToolCall.tool.in_(("start_rest_timer", "stop_rest_timer")),
            ToolCall.result.is_not(None),  # not the call that asks
            ToolCall.undone_at.is_(None),
            ToolCall.created_at > now - timedelta(hours=2),
        )
        .order_by(ToolCall.sequence.desc())
        .limit(1)
    )
    timer = (result or {}).get("timer")
    if not timer:
        return None
    ends_at = datetime.fromisoformat(timer["ends_at"])
    return ends_at if ends_at > now else None

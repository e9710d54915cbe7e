"""The record of every turn (`voice_commands`): what was heard, what it was taken for, how long it took."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    ScalarSelect,
    Select,
    Table,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.models import VoiceCommand, Workout, WorkoutSet
from services.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Parsed:
    """What an utterance was taken to mean: `output` is the calls or the question, `route` who decided."""

    output: dict[str, Any]
    confidence: float
    route: str
    reason: str
    model: str
    search_results: list[dict[str, Any]] = field(default_factory=list)
    search_latency_ms: int | None = None


COMMANDS = cast(Table, VoiceCommand.__table__)
KEPT = (
    *(
        "id",
        "user_id",
        "conversation_id",
        "item_id",
        "raw_transcript",
        "parsed_output",
        "confidence",
        "route",
    ),
    *("reason", "model_used", "search_results", "search_latency_ms"),
)


def _record() -> Select[UUID]:
    """A turn that is new, and its message, in one statement: it is in the way of every answer."""
    given = {name: bindparam(f"the_{name}", type_=COMMANDS.c[name].type) for name in KEPT}
    columns = (COMMANDS.c[name] for name in ("id", "user_id", "conversation_id", "item_id", "raw_transcript"))
    turn = (
        insert(COMMANDS)
        .values(given)
        .on_conflict_do_nothing(index_elements=["conversation_id", "item_id"])
        .returning(*columns)
        .cte("turn")
    )
    said = select(
        turn.c.user_id, turn.c.conversation_id, turn.c.item_id, turn.c.raw_transcript, literal("user")
    )
    message = insert(MESSAGES).from_select(["user_id", "conversation_id", "item_id", "content", "role"], said)
    return select(turn.c.id).add_cte(message.on_conflict_do_nothing().cte("message"))


RECORD = _record()


async def begin_turn(
    db: AsyncSession,
    user_id: UUID,
    conversation_id: UUID,
    item_id: str,
    transcript: str,
    parsed: Parsed,
    command_id: UUID | None = None,
) -> tuple[UUID, dict[str, Any]]:
    """Records a turn and its message, once. One that came before (a retry) keeps what it was first taken for.

    Returns the row's id and the output that counts.
    """
    row = {
        "id": command_id or uuid4(),
        "user_id": user_id,
        "conversation_id": conversation_id,
        "item_id": item_id,
        "raw_transcript": transcript,
        "parsed_output": parsed.output,
        "confidence": parsed.confidence,
        "route": parsed.route,
        "reason": parsed.reason,
        "model_used": parsed.model,
        "search_results": parsed.search_results or None,
        "search_latency_ms": parsed.search_latency_ms,
    }
    created: UUID | None = await db.scalar(RECORD, {f"the_{name}": value for name, value in row.items()})
    if created is not None:
        return created, parsed.output
    earlier = (
        await db.execute(
            select(VoiceCommand.id, VoiceCommand.parsed_output).where(
                VoiceCommand.conversation_id == conversation_id, VoiceCommand.item_id == item_id
            )
        )
    ).one()
    return earlier.id, earlier.parsed_output or {}


async def last_output(
    db: AsyncSession, user_id: UUID, conversation_id: UUID, within: timedelta
) -> dict[str, Any] | None:
    """What the newest turn of a conversation was taken for, unless that was longer ago than `within`."""
    output: dict[str, Any] | None = await db.scalar(
        select(VoiceCommand.parsed_output)
        .where(
            VoiceCommand.user_id == user_id,
            VoiceCommand.conversation_id == conversation_id,
            VoiceCommand.created_at > func.now() - within,
        )
        .order_by(VoiceCommand.created_at.desc())
        .limit(1)
    )
    return output


async def corrected(db: AsyncSession, command_id: UUID, output: dict[str, Any], kind: str) -> None:
    """Notes that the athlete corrected what the turn was taken to mean: the best training data there is."""
    await db.execute(
        update(VoiceCommand)
        .where(VoiceCommand.id == command_id)
        .values(was_corrected=True, corrected_output=output, correction_type=kind)
    )


@dataclass(frozen=True, slots=True)
class Touched:
    """The rows that a turn touched; for several, the last."""

    workout_id: UUID | None = None
    workout_set_id: UUID | None = None
    exercise_id: UUID | None = None


async def left_open(db: AsyncSession, command_id: UUID, question: dict[str, Any]) -> None:
    """Notes a question that was asked after the turn's calls, as a member of its output."""
    await db.execute(KNOWN, {"command": command_id, "known": question})


async def concluded(db: AsyncSession, command_id: UUID, touched: Touched) -> None:
    """Notes what the turn came to.

    Afterwards, not with the calls: a set names its turn already, and an answer waits for each commit.
    By then a row may be gone again (an undo), and is left out.
    """
    await db.execute(
        update(COMMANDS)
        .where(COMMANDS.c.id == command_id)
        .values(
            workout_id=_if_there(Workout.id, touched.workout_id),
            workout_set_id=_if_there(WorkoutSet.id, touched.workout_set_id),
            exercise_id=touched.exercise_id,
        )
    )


async def planned(db: AsyncSession, command_id: UUID, calls: list[dict[str, Any]]) -> None:
    """Notes the calls of a turn that a language model answers, before they are made. A retry makes these."""
    await db.execute(PLANNED, {"command": command_id, "calls": calls})


async def answered(
    db: AsyncSession,
    command_id: UUID,
    *,
    model: str,
    reply: str,
    trouble: str | None,
    prompts: dict[str, int],
) -> None:
    """Notes how a language model answered a turn: with which prompts (name: version), and its `trouble`."""
    known: dict[str, Any] = {"reply": reply, "prompts": prompts}
    if trouble:
        known["trouble"] = trouble
    row = {"command": command_id, "model": model, "known": known}
    await db.execute(ANSWERED, row)


@dataclass(frozen=True, slots=True)
class Seen:
    """How a turn looks from outside: its door, what it came to, the type of an error, its trace, and when
    which call was made (milliseconds since its words came)."""

    door: str
    outcome: str
    error: str | None = None
    trace_id: str | None = None
    call_timings: list[dict[str, Any]] = field(default_factory=list)
    interrupted: bool = False


async def timed(
    db: AsyncSession, command_id: UUID, latency_ms: int, timings: dict[str, Any], seen: Seen
) -> None:
    """Notes how long the turn took: `latency_ms` to the commit of its calls, `timings` in ms by stage."""
    row = {"latency_ms": latency_ms, "timings": timings, **asdict(seen)}
    await db.execute(update(COMMANDS).where(COMMANDS.c.id == command_id).values(row))


OUTPUT = COMMANDS.c.parsed_output
PLANNED = (
    update(COMMANDS)
    .where(COMMANDS.c.id == bindparam("command"))
    .values(
        parsed_output=func.jsonb_set(
            func.coalesce(OUTPUT, literal_column("'{}'::jsonb")),
            literal_column("'{calls}'::text[]"),
            bindparam("calls", type_=OUTPUT.type),
        )
    )
)
KNOWN = (
    update(COMMANDS)
    .where(COMMANDS.c.id == bindparam("command"))
    .values(
        parsed_output=func.coalesce(OUTPUT, literal_column("'{}'::jsonb")).op("||")(
            bindparam("known", type_=OUTPUT.type)
        )
    )
)
ANSWERED = KNOWN.values(route="model", model_used=bindparam("model"))


def _if_there(key: InstrumentedAttribute[UUID], value: UUID | None) -> ScalarSelect[UUID]:
    # Locked: another device may be taking it back at this moment.
    return select(key).where(key == value).with_for_update(read=True, key_share=True).scalar_subquery()

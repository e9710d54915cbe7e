"""For operators: who they are, and how turns went. Everybody else is answered 403."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.models import Moment, Output, Page, PageQuery
from api.operators import OperatorCall
from api.routing import api_router
from services import operators, turns_seen
from services.turn_bars import Bar
from services.turns_seen import AnyTurn, TurnFilter

router = api_router("/admin", "operators")

SLOW_WITHIN = timedelta(hours=24)
"""Of which time the slowest are listed unless a request says another: all of time is too much to sort."""


class OperatorOut(Output):
    """The operator who is signed in. `transcripts_until` is null without leave to read what was said."""

    id: UUID
    email: str
    transcripts_until: datetime | None


class BarOut(Output):
    """A part of a turn, in milliseconds since its words came; `outcome` is that of a call."""

    name: str
    began: float
    ended: float
    outcome: str
    parts: list[BarOut]

    @classmethod
    def of(cls, bar: Bar) -> BarOut:
        """The bar with its parts."""
        parts = [cls.of(part) for part in bar.parts]
        return cls(name=bar.name, began=bar.began, ended=bar.ended, outcome=bar.outcome, parts=parts)


class CallShape(Output):
    """A call: the tool, and its arguments' names with their JSON types."""

    tool: str
    arguments: dict[str, str]


class TurnOut(Output):
    """How a turn went, without what was said. `waited_ms` is from the end of speech to the first sound, or
    from the words until all was done; `error` is a type."""

    id: UUID
    conversation_id: UUID | None
    created_at: datetime
    door: str | None
    route: str | None
    reason: str | None
    outcome: str | None
    error: str | None
    interrupted: bool
    confidence: float | None
    model: str | None
    trace_id: str | None
    waited_ms: int
    bars: list[BarOut]
    calls: list[CallShape]

    @classmethod
    def of(cls, row: AnyTurn) -> TurnOut:
        """The turn `row`."""
        made: dict[str, Any] = {
            "bars": [BarOut.of(bar) for bar in turns_seen.bars_of(row)],
            "calls": [CallShape(**shape) for shape in row.shapes],
        }
        own = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        return cls(**own, **made)


class TurnPage(Page[TurnOut]):
    """Turns, a page of them."""


class TranscriptOut(Output):
    """What was said and answered, and the calls with their arguments. That it was read is noted."""

    transcript: str
    reply: str | None
    calls: list[dict[str, Any]]


class TurnQuery(PageQuery):
    """Which turns, in which order."""

    sort: Literal["-created_at", "-waited_ms"] = Field(
        "-created_at",
        description="Newest first; or slowest first, of the last day unless `created_from` says.",
    )
    door: str | None = Field(None, max_length=40, examples=["realtime"])
    route: str | None = Field(None, max_length=40, examples=["local"])
    outcome: str | None = Field(None, max_length=40, examples=["done"])
    tool: str | None = Field(None, max_length=80, description="One that was called.", examples=["log_set"])
    conversation_id: UUID | None = None
    created_from: Moment | None = Field(None, description="Said then or later.")
    waited_from_ms: int | None = Field(None, ge=0, le=3_600_000, description="Took so long or longer.")


@router.get("/me")
async def get_operator(call: OperatorCall) -> OperatorOut:
    """Who looks: 403 for everybody who is no operator."""
    async with call.transaction() as db:
        user = await operators.admit(db, call.athlete_id)
        until = await turns_seen.leave_until(db)
        return OperatorOut(id=user.id, email=user.email, transcripts_until=until)


@router.get("/turns")
async def list_seen_turns(call: OperatorCall, query: Annotated[TurnQuery, Query()]) -> TurnPage:
    """Everybody's turns, and how they went."""
    wanted = query.model_dump(exclude={"sort", "limit", "cursor"})
    if query.sort == "-waited_ms" and wanted["created_from"] is None:
        wanted["created_from"] = datetime.now(UTC) - SLOW_WITHIN
    async with call.transaction() as db:
        found = await turns_seen.list_turns(db, TurnFilter(**wanted), query.page())
    return TurnPage.of(found, TurnOut.of)


@router.get("/turns/{turn_id}")
async def get_seen_turn(turn_id: UUID, call: OperatorCall) -> TurnOut:
    """One turn."""
    async with call.transaction() as db:
        return TurnOut.of(await turns_seen.get_turn(db, turn_id))


@router.get("/turns/{turn_id}/transcript")
async def read_transcript(turn_id: UUID, call: OperatorCall) -> TranscriptOut:
    """What was said in a turn, for operators with leave. Each reading is noted."""
    async with call.transaction() as db:
        found = await turns_seen.read_transcript(db, turn_id)
    return TranscriptOut(transcript=found.transcript, reply=found.reply, calls=found.calls)

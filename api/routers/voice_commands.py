"""What was heard and how it was taken: the record of every turn, and corrections of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.calls import AthleteCall, PostCall, Write
from api.models import Input, JsonObject, Moment, Output, Page, PageQuery
from api.models import Query as ListQuery
from api.routing import api_router
from db.models import CorrectionType, VoiceCommand
from services import voice, voice_analytics, voice_commands
from services.voice_commands import CommandFilter

router = api_router("/voice-commands", "voice commands")


class VoiceCommandOut(Output):
    """One turn. `parsed_output` is what it was taken to mean, `route` who decided and `reason` why;
    `timings` are milliseconds by stage; the other ids are the rows it touched."""

    id: UUID
    conversation_id: UUID | None
    workout_id: UUID | None
    workout_set_id: UUID | None
    exercise_id: UUID | None
    raw_transcript: str
    parsed_output: dict[str, Any] | None
    confidence: float | None
    model_used: str | None
    route: str | None
    reason: str | None
    search_results: list[dict[str, Any]] | None
    search_latency_ms: int | None
    was_corrected: bool
    corrected_output: dict[str, Any] | None
    correction_type: CorrectionType | None
    latency_ms: int | None
    timings: dict[str, Any] | None
    created_at: datetime

    @classmethod
    def of(cls, row: VoiceCommand) -> VoiceCommandOut:
        """The turn `row`."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class VoiceCommandPage(Page[VoiceCommandOut]):
    """Turns, a page of them."""


class VoiceCommandQuery(PageQuery):
    """Which turns, in which order."""

    sort: Literal["-created_at", "created_at"] = Field("-created_at", description="`-` is newest first.")
    conversation_id: UUID | None = None
    workout_id: UUID | None = None
    exercise_id: UUID | None = None
    route: str | None = Field(None, max_length=40, description="Who decided.", examples=["local"])
    was_corrected: bool | None = None
    confidence_below: float | None = Field(None, ge=0, le=1, description="Less sure than this.")
    created_from: Moment | None = Field(None, description="Said then or later.")
    created_before: Moment | None = Field(None, description="Said earlier.")


class AnalyticsQuery(ListQuery):
    """Of which time; left out: of all."""

    created_from: Moment | None = Field(None, description="Said then or later.")
    created_before: Moment | None = Field(None, description="Said earlier.")


class RouteOut(Output):
    """The turns that one route decided. Latencies are from the words to the commit of the calls."""

    route: str
    turns: int
    with_calls: int
    corrected: int
    latency_p50_ms: float | None
    latency_p95_ms: float | None


class AnalyticsOut(Output):
    """How turns were understood. `accuracy` is the share of those with calls that were never corrected, null
    when there is none; `corrections` counts by what was wrong."""

    turns: int
    with_calls: int
    corrected: int
    accuracy: float | None
    corrections: dict[str, int]
    routes: list[RouteOut]

    @classmethod
    def of(cls, found: voice_analytics.Figures) -> AnalyticsOut:
        """The figures as they are sent."""
        return cls(
            turns=found.turns,
            with_calls=found.with_calls,
            corrected=found.corrected,
            accuracy=found.accuracy,
            corrections=found.corrections,
            routes=[RouteOut(**asdict(one)) for one in found.routes],
        )


class Correction(Input):
    """What a turn really meant, in the form of its `parsed_output` or of what was wrong in it."""

    corrected_output: JsonObject = Field(examples=[{"reps": 10}])
    correction_type: CorrectionType = Field(description="What was wrong; `full`: all of it.")


@router.get("")
async def list_voice_commands(
    call: AthleteCall, query: Annotated[VoiceCommandQuery, Query()]
) -> VoiceCommandPage:
    """The athlete's turns."""
    wanted = CommandFilter(**query.model_dump(exclude={"sort", "limit", "cursor"}))
    async with call.transaction() as db:
        found = await voice_commands.list_commands(db, call.athlete_id, wanted, query.page())
    return VoiceCommandPage.of(found, lambda row: VoiceCommandOut.of(row[0]))


@router.get("/analytics")
async def analyse_voice_commands(
    call: AthleteCall, query: Annotated[AnalyticsQuery, Query()]
) -> AnalyticsOut:
    """How well the athlete is understood: corrections by kind, and how long turns take, by who decided."""
    async with call.transaction() as db:
        found = await voice_analytics.analyse(db, call.athlete_id, query.created_from, query.created_before)
    return AnalyticsOut.of(found)


@router.get("/{command_id}")
async def get_voice_command(command_id: UUID, call: AthleteCall) -> VoiceCommandOut:
    """One turn."""
    async with call.transaction() as db:
        return VoiceCommandOut.of(await voice_commands.get_command(db, call.athlete_id, command_id))


@router.post("/{command_id}/correction")
async def correct_voice_command(command_id: UUID, new: Correction, call: PostCall) -> VoiceCommandOut:
    """Notes what a turn really meant, to learn from. It changes no set: `PATCH` the set for that."""

    async def correct(write: Write) -> VoiceCommandOut:
        row = await voice_commands.get_command(write.db, write.athlete_id, command_id)
        await voice.corrected(write.db, row.id, new.corrected_output, new.correction_type)
        await write.db.refresh(row)
        return VoiceCommandOut.of(row)

    return await call.once("correct_voice_command", new, VoiceCommandOut, correct)

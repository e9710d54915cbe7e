"""What a tool is, what it is given and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Workout, WorkoutSet, WorkoutStatus
from db.session import Database
from search import Search
from services.exercises.matcher import ExerciseMatcher
from services.images import Images
from services.ledger import Key
from services.workouts import SetView, Snapshot, view
from tools.views import (
    AskView,
    CueView,
    EstimateView,
    NameView,
    OfferView,
    PerformanceView,
    PlanView,
    PlatesView,
    ProgressView,
    RecordView,
    RunView,
    SourceView,
    SuggestionView,
    SummaryView,
    SwapView,
)

ExerciseWords = Annotated[
    str | None,
    Field(description="The athlete's words for the exercise; left out, the one the workout is on."),
]


class Arguments(BaseModel):
    """Base of a tool's arguments. An unknown one is an error: it would be a fact that is lost."""

    model_config = ConfigDict(extra="forbid")


class NoArguments(Arguments):
    """Takes no argument."""


class Question(Exception):
    """The tool cannot decide: nothing is changed, and the text is asked back.

    `offer` is the call that a yes asks for, if the question can be answered so.
    """

    def __init__(self, text: str, offer: OfferView | None = None) -> None:
        super().__init__(text)
        self.offer = offer


class WorkoutView(BaseModel):
    """A workout as the tools report it. `duration_seconds` is known once it is finished."""

    id: UUID
    name: str | None
    status: WorkoutStatus
    duration_seconds: int | None = None


class TimerView(BaseModel):
    """A rest timer: for how long, and when it ends (UTC)."""

    seconds: int
    ends_at: datetime


class ToolResult(BaseModel):
    """What a call came to. `say` is the spoken reply; with a `question`, nothing was changed.

    `sets` are the sets as they are now, `removed` the ids of sets that are gone, `records` those that a set
    has just beaten, or those that were asked for. `suggestions` are in the order in which they are said.
    `sources` are the chunks that answer a question, best first. `names_changed` says that the athlete's own
    names for exercises are others now. `offer` is what a yes to the question does.
    """

    tool: str
    ok: bool = True
    say: str = ""
    question: str | None = None
    sets: list[SetView] = []
    removed: list[UUID] = []
    workout: WorkoutView | None = None
    timer: TimerView | None = None
    timer_cancelled: bool = False
    records: list[RecordView] = []
    performance: PerformanceView | None = None
    estimate: EstimateView | None = None
    plates: PlatesView | None = None
    plan: PlanView | None = None
    summary: SummaryView | None = None
    suggestions: list[SuggestionView] = []
    instead_of: str | None = None
    swap: SwapView | None = None
    cues: list[CueView] = []
    learned: NameView | None = None
    names_changed: bool = False
    progress: ProgressView | None = None
    run: RunView | None = None
    asks: AskView | None = None
    offer: OfferView | None = None
    sources: list[SourceView] = []

    def output(self) -> dict[str, Any]:
        """JSON for clients and for a language model: what does not apply is absent."""
        return self.model_dump(mode="json", exclude_defaults=True) | {"tool": self.tool, "ok": self.ok}


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run that is over, as it was told: what a correction of it is about."""

    id: UUID
    distance_meters: float | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What has been said in the conversation that later calls hang on.

    `suggestions` are the slugs last offered, in order, in place of `instead_of` and for the open `workout`;
    `cues` those told so far. `run` is the one that was logged or finished last, until something else is.
    """

    suggestions: tuple[str, ...] = ()
    instead_of: str | None = None
    workout: UUID | None = None
    cues: frozenset[UUID] = frozenset()
    run: KnownRun | None = None


@dataclass(frozen=True, slots=True)
class ToolContext:
    """For whom and in what turn a tool is called. The athlete is the session's: no tool takes a user id."""

    database: Database
    matcher: ExerciseMatcher
    athlete_id: UUID
    key: Key
    transcript: str | None = None
    memory: Memory = Memory()
    search: Search | None = None
    """Where knowledge is looked up; None where there is none."""


@dataclass(frozen=True, slots=True)
class Write:
    """The inside of a writing call: its transaction, the state it starts from and where before-images go."""

    db: AsyncSession
    context: ToolContext
    snapshot: Snapshot
    images: Images
    call_id: UUID

    @property
    def athlete_id(self) -> UUID:
        return self.context.athlete_id


@dataclass(frozen=True, slots=True)
class Read:
    """The inside of a call that only reads."""

    db: AsyncSession
    context: ToolContext
    snapshot: Snapshot

    @property
    def athlete_id(self) -> UUID:
        return self.context.athlete_id


Args = TypeVar("Args", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Tool(Generic[Args]):
    """A function tool: the contract's name, when to call it, its arguments, and what it does.

    It either writes, once for its key (`run`), or only reads (`read`), or asks what takes longer than a
    transaction should (`ask`).
    """

    name: str
    description: str
    arguments: type[Args]
    run: Callable[[Write, Args], Awaitable[ToolResult]] | None = None
    read: Callable[[Read, Args], Awaitable[ToolResult]] | None = None
    ask: Callable[[ToolContext, Args], Awaitable[ToolResult]] | None = None

    @property
    def writes(self) -> bool:
        """Whether a call of it changes anything."""
        return self.run is not None

    def schema(self) -> dict[str, Any]:
        """The tool as a JSON schema, in the shape that language models are told of tools."""
        parameters = self.arguments.model_json_schema()
        parameters.pop("title", None)
        parameters.pop("description", None)
        for field in parameters.get("properties", {}).values():
            field.pop("title", None)
        parameters.setdefault("properties", {})
        return {"name": self.name, "description": self.description, "parameters": parameters}


def workout_view(row: Workout) -> WorkoutView:
    """The workout `row` as tools report it."""
    return WorkoutView(id=row.id, name=row.name, status=row.status, duration_seconds=row.duration)


def set_views(rows: list[WorkoutSet]) -> list[SetView]:
    """The sets `rows` as clients draw them."""
    return [view(row) for row in rows]

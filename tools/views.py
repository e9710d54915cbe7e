"""What tools that look something up give back for clients to draw. What does not apply is left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from core.units import WeightUnit
from db.models import AdherenceStatus, BadgeTier, CueType, KnowledgeCategory, PrType, StreakType
from db.models.running import RunStatus, RunType, SurfaceType
from services.badges import Shown
from services.running.plans import Plan
from services.streaks import Unit
from services.workouts import SetView


class RecordView(BaseModel):
    """A personal record. `value` is a weight, weight times reps, or reps, by type; weights are in `unit`."""

    exercise: str
    slug: str
    pr_type: PrType
    value: float
    weight: float | None = None
    unit: WeightUnit
    reps: int | None = None
    estimated_1rm: float | None = None
    improvement_percent: float | None = None
    achieved_at: datetime


class PerformanceView(BaseModel):
    """The sets of an exercise in one workout, and when it was."""

    exercise: str
    slug: str
    done_at: datetime
    sets: list[SetView]


class EstimateView(BaseModel):
    """An estimated 1RM, in `unit`, and the set that it is made from."""

    one_rep_max: float
    unit: WeightUnit
    weight: float
    reps: int
    rpe: float | None = None
    exercise: str | None = None
    done_at: datetime | None = None


class LoadView(BaseModel):
    """A loaded bar: its whole weight, and the plates of each side, heaviest first."""

    weight: float
    side: list[float]


class PlatesView(BaseModel):
    """How a weight is loaded: `exact`, or the nearest `below` and `above`."""

    weight: float
    unit: WeightUnit
    bar: float
    exact: LoadView | None = None
    below: LoadView | None = None
    above: LoadView | None = None


class PlannedExerciseView(BaseModel):
    """An exercise that a day asks for. `reps` is as people write it: `8`, `8-12`, `AMRAP`."""

    exercise: str
    slug: str
    sets: int
    reps: str | None = None
    rpe: float | None = None
    percent_of_max: float | None = None


class PlanView(BaseModel):
    """What a program has for a day."""

    program: str | None = None
    name: str
    day: date
    status: AdherenceStatus
    exercises: list[PlannedExerciseView] = []


class SummaryView(BaseModel):
    """What a workout has come to. `volume` is weight times reps, without warm-ups, in `unit`."""

    workout_id: UUID
    sets: int
    warmups: int
    exercises: list[str]
    volume: float
    unit: WeightUnit
    seconds: int


class SuggestionView(BaseModel):
    """An exercise that could be done instead, and why it in a few words."""

    slug: str
    name: str
    why: str


class SwapView(BaseModel):
    """The exercise that the workout goes on with, and the one whose place it takes if there is one."""

    exercise: str | None
    substitute: str
    slug: str


class CueView(BaseModel):
    """Something to say about how an exercise is done. `slug` is the exercise that it was written for."""

    id: UUID
    slug: str
    cue_type: CueType
    text: str


class NameView(BaseModel):
    """What the athlete calls an exercise."""

    words: str
    exercise: str
    slug: str


class StreakView(BaseModel):
    """A streak: so many days, or weeks, in a row."""

    streak_type: StreakType
    unit: Unit
    current: int
    longest: int


class BadgeView(BaseModel):
    """A badge. One that is not earned yet says how far it is: `current` of `needed`."""

    id: str
    name: str
    tier: BadgeTier
    current: float | None = None
    needed: float | None = None

    @classmethod
    def of(cls, shown: Shown) -> BadgeView:
        """The badge as tools report it."""
        badge, progress = shown.badge, shown.progress if shown.row is None else None
        how_far = {"current": round(progress.current, 2), "needed": progress.needed} if progress else {}
        return cls(id=badge.id, name=badge.name, tier=badge.tier, **how_far)


class ProgressView(BaseModel):
    """Streaks, how many `badges` there are, those since it was asked last, and the nearest next one."""

    streaks: list[StreakView]
    badges: int
    new_badges: list[BadgeView]
    next_badge: BadgeView | None


class AskView(BaseModel):
    """What the athlete is asked next of their profile. The answer is theirs to give, to skip, or to leave."""

    step: str
    field: str
    question: str


class SourceView(BaseModel):
    """A chunk of knowledge, and where it is from."""

    chunk_id: str
    title: str | None
    content: str
    category: KnowledgeCategory | None
    source: str | None
    source_year: int | None
    is_red_flag: bool = False


class RunView(BaseModel):
    """A run as the tools report it. Distances are metres, times seconds, paces seconds a kilometre.

    `elapsed_seconds` is from the start, `moving_seconds` without pauses. `current_pace` is that of the last
    20 seconds, and `is_moving` is false when the athlete stands. `auto_paused_at` is since
    when the run pauses by itself, until they move. `split` is the kilometre or mile being run,
    from 1, and `split_pace` the pace of it so far.
    """

    id: UUID
    status: RunStatus
    start_time: datetime
    elapsed_seconds: int | None = None
    moving_seconds: int | None = None
    is_moving: bool | None = None
    auto_paused_at: datetime | None = None
    distance_meters: float | None = None
    average_pace: float | None = None
    current_pace: float | None = None
    heart_rate: int | None = None
    split: int | None = None
    split_pace: float | None = None
    run_type: RunType | None = None
    surface_type: SurfaceType | None = None
    plan: Plan | None = None


class OfferView(BaseModel):
    """A call that is offered: a yes makes it."""

    tool: str
    args: dict[str, Any] = {}

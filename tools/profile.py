"""The profile tools: being set up one question at a time, and changing what VoiceFit knows of an athlete."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from core.units import WeightUnit, convert_weight
from db.models import DistanceUnit, ExperienceLevel
from services import interview
from services.interview import Ask, AskedField, level_of
from services.onboarding import MAX_INJURIES, Injury
from services.profile import EquipmentList, Goals, TrainingDays, WeeklyGoal
from tools.base import Arguments, Question, Tool, ToolResult, Write
from tools.profile_phrases import known_words, wrapped_up
from tools.views import AskView

MAX_YEARS = 90
MAX_WEIGHT = 700
MAX_NAME = 100

NAME_PARTS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

Answers = Annotated[
    AskedField | None, Field(description="The question of the setup that this answers, if it answers one.")
]


class UpdateProfile(Arguments):
    name: Annotated[str | None, Field(min_length=1, max_length=MAX_NAME, description="How to call them.")] = (
        None
    )
    preferred_unit: WeightUnit | None = None
    distance_unit: DistanceUnit | None = None
    auto_pause: Annotated[bool | None, Field(description="Runs pause by themselves.")] = None
    experience_level: ExperienceLevel | None = None
    training_years: Annotated[
        float | None, Field(ge=0, le=MAX_YEARS, description="How long they have trained.")
    ] = None
    weight: Annotated[float | None, Field(gt=0, description="Body weight.")] = None
    unit: Annotated[WeightUnit | None, Field(description="Of `weight`, when it was said.")] = None
    goals: Goals | None = None
    equipment: EquipmentList | None = None
    weekly_goal: WeeklyGoal | None = None
    training_days: TrainingDays | None = None
    injuries: Annotated[list[Injury] | None, Field(max_length=MAX_INJURIES)] = None
    answers: Answers = None


class NextOnboardingStep(Arguments):
    action: Annotated[
        Literal["start", "skip", "back"],
        Field(
            description='"start" begins, or goes on where they were; "skip" and "back" move by a question.'
        ),
    ] = "start"
    at: Annotated[AskedField | None, Field(description="The question that was asked last.")] = None


async def update_profile(write: Write, args: UpdateProfile) -> ToolResult:
    given = _given(write, args)
    if not given:
        raise Question("What should I change?")
    ask = await interview.take(write.db, write.athlete_id, args.answers, given, write.images)
    known = known_words(given)
    if args.answers is None:
        return ToolResult(tool="update_profile", say=f"{known}.")
    return _asking("update_profile", ask, known)


async def next_onboarding_step(write: Write, args: NextOnboardingStep) -> ToolResult:
    db, whose = write.db, write.athlete_id
    if args.action == "start":
        ask: Ask | None = await interview.begin(db, whose)
    else:
        by: Literal[-1, 1] = 1 if args.action == "skip" else -1
        ask = await interview.move(db, whose, args.at, by, write.images)
    return _asking("next_onboarding_step", ask)


def _given(write: Write, args: UpdateProfile) -> dict[str, Any]:
    """What was said, as the fields of the profile have it."""
    given = args.model_dump(exclude_none=True, exclude={"answers", "training_years", "weight", "unit"})
    if args.name is not None:
        given["name"] = as_written(args.name, write.context.transcript or "")
    if args.training_years is not None:
        given.setdefault("experience_level", level_of(args.training_years))
    if args.weight is not None:
        unit = args.unit or given.get("preferred_unit") or write.snapshot.unit
        kilograms = convert_weight(args.weight, unit, "kg")
        if not 1 <= kilograms <= MAX_WEIGHT:
            raise Question(f"{args.weight:g} {unit} can't be right. What do you weigh?")
        given["weight_kg"] = round(kilograms, 2)
    return given


def _asking(tool: str, ask: Ask | None, known: str = "") -> ToolResult:
    if ask is None:
        return ToolResult(tool=tool, say=wrapped_up(known))
    said = f"{known}. {ask.question}" if known else ask.question
    return ToolResult(
        tool=tool, say=said, asks=AskView(step=ask.step, field=ask.field, question=ask.question)
    )


def as_written(name: str, transcript: str) -> str:
    """`name`, which understanding has in plain lower case, as the transcript writes it: `josé` -> `José`."""
    wanted = _plain(name)
    parts = list(NAME_PARTS.finditer(transcript))
    for i, first in enumerate(parts):
        for last in parts[i:]:
            written = transcript[first.start() : last.end()]
            if _plain(written) == wanted:
                return written if written != written.lower() else written.title()
    return name.title() if name == name.lower() else name


def _plain(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


TOOLS: list[Tool[Any]] = [
    Tool(
        "update_profile",
        "Change what is known of the athlete: name, units, experience, goals, equipment, schedule, injuries. "
        "Only what they said of themselves, when they asked for it or were asked.",
        UpdateProfile,
        update_profile,
    ),
    Tool(
        "next_onboarding_step",
        "Set the athlete up: ask the next question of their profile, or skip it, or go back.",
        NextOnboardingStep,
        next_onboarding_step,
    ),
]

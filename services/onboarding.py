"""The first steps of an athlete: what is asked, in which order, and what the answers set.

The steps are data (`STEPS`). Answers that are fields of the profile are written to it; injuries become
injury logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict
from core.fields import Input, by_rule, not_given, one_line
from core.units import WeightUnit
from db.models import BodyPart, DistanceUnit, ExperienceLevel, InjuryLog, Severity, Sex, Side, UserOnboarding
from services.images import Images
from services.profile import (
    BirthYear,
    BodyWeight,
    EquipmentList,
    Goals,
    Height,
    Name,
    ProfileChange,
    ProfileView,
    Timezone,
    TrainingDays,
    WeeklyGoal,
    change_profile,
    read_profile,
)

MAX_INJURIES = 20


class NotSkippable(Conflict):
    """The last step is what ends the onboarding."""


class Welcome(Input):
    """How to call the athlete."""

    name: Name | None = None


class Units(Input):
    """How they measure, and when their days begin."""

    preferred_unit: WeightUnit
    distance_unit: DistanceUnit = Field(default_factory=not_given)
    timezone: Timezone = Field(default_factory=not_given)


class Experience(Input):
    """What they bring along."""

    experience_level: ExperienceLevel
    birth_year: BirthYear | None = None
    sex: Sex | None = None
    height_cm: Height | None = None
    weight_kg: BodyWeight | None = None


class Aims(Input):
    """What they train for."""

    goals: Annotated[Goals, Field(min_length=1)]


class Gear(Input):
    """What they train with. It may be nothing."""

    equipment: EquipmentList


class Schedule(Input):
    """When they train."""

    training_days: TrainingDays = Field(default_factory=not_given)
    weekly_goal: WeeklyGoal


class Injury(Input):
    """Something to be careful with."""

    body_part: BodyPart
    side: Side | None = None
    severity: Severity = "minor"
    notes: Annotated[str, Field(max_length=500), by_rule(one_line)] | None = None


class Injuries(Input):
    """What hurts. It may be nothing."""

    injuries: Annotated[list[Injury], Field(max_length=MAX_INJURIES)]


class Done(Input):
    """Nothing more is asked."""


Answers = Welcome | Units | Experience | Aims | Gear | Schedule | Injuries | Done
StepName = Literal["welcome", "units", "experience", "goals", "equipment", "schedule", "injuries", "done"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: what is asked, and the answers it takes."""

    name: StepName
    question: str
    answers: type[Answers]

    @property
    def profile_fields(self) -> list[str]:
        """The answers that are fields of the profile."""
        return [name for name in self.answers.model_fields if name in ProfileChange.model_fields]


STEPS = (
    Step("welcome", "Welcome. What should I call you?", Welcome),
    Step("units", "Do you lift in pounds or kilos, and run in miles or kilometers?", Units),
    Step("experience", "How long have you been training? Your measures help to judge loads.", Experience),
    Step("goals", "What do you train for?", Aims),
    Step("equipment", "What do you have to train with?", Gear),
    Step("schedule", "How often do you want to train, and on which days?", Schedule),
    Step("injuries", "Is there an injury or a pain to be careful with?", Injuries),
    Step("done", "That is all. Ready to train?", Done),
)
ORDER: tuple[StepName, ...] = tuple(step.name for step in STEPS)
LAST = ORDER[-1]


class StepView(BaseModel):
    """A step: what it asks, the JSON schema of the answers it takes, and the profile fields that they set."""

    step: StepName
    question: str
    answers: dict[str, Any]
    profile_fields: list[str]
    completed: bool
    can_be_skipped: bool


class OnboardingView(BaseModel):
    """How far an athlete is. `profile` holds what is known already, to fill the forms with."""

    current_step: StepName
    steps: list[StepView]
    is_complete: bool
    completed_at: datetime | None
    profile: ProfileView


async def onboarding(db: AsyncSession, user_id: UUID) -> OnboardingView:
    """How far an athlete is; a beginning is made if there is none."""
    return await _view(db, await own_row(db, user_id))


async def answer(db: AsyncSession, user_id: UUID, step: Step, answers: Answers) -> OnboardingView:
    """Takes the answers of `step`, whichever it is, and goes on to the one after it.

    The same answers again change nothing. The last step ends the onboarding.
    """
    row = await own_row(db, user_id)
    change = answers.model_dump(include=set(step.profile_fields), exclude_unset=True)
    if change:
        await change_profile(db, user_id, ProfileChange.model_validate(change))
    if isinstance(answers, Injuries):
        await note_injuries(db, user_id, answers.injuries)
    row.steps_completed = [name for name in ORDER if name in (*row.steps_completed, step.name)]
    if step.name == LAST and not row.is_complete:
        row.is_complete, row.completed_at = True, datetime.now(UTC)
    row.current_step = _after(step.name)
    await db.flush()
    return await _view(db, row)


async def skip(db: AsyncSession, user_id: UUID, step: StepName) -> OnboardingView:
    """Goes on to the step after `step` without its answers. Raises `NotSkippable` for the last one."""
    if step == LAST:
        raise NotSkippable("The last step cannot be skipped: answer it to finish.")
    row = await own_row(db, user_id)
    row.current_step = _after(step)
    await db.flush()
    return await _view(db, row)


async def back(db: AsyncSession, user_id: UUID, step: StepName) -> OnboardingView:
    """Goes back to the step before `step`; from the first one nowhere. Answers stay."""
    row = await own_row(db, user_id)
    row.current_step = ORDER[max(0, ORDER.index(step) - 1)]
    await db.flush()
    return await _view(db, row)


def _after(step: StepName) -> StepName:
    return ORDER[min(len(ORDER) - 1, ORDER.index(step) + 1)]


async def own_row(db: AsyncSession, user_id: UUID) -> UserOnboarding:
    """The athlete's row, locked: requests at once follow one another."""
    await db.execute(insert(UserOnboarding).values(user_id=user_id).on_conflict_do_nothing())
    mine = select(UserOnboarding).where(UserOnboarding.user_id == user_id).with_for_update()
    return (await db.scalars(mine)).one()


async def note_injuries(
    db: AsyncSession, user_id: UUID, injuries: list[Injury], images: Images | None = None
) -> None:
    """Logs what is not an active injury yet."""
    rows = await db.scalars(select(InjuryLog).where(InjuryLog.user_id == user_id, InjuryLog.is_active))
    known = {(row.body_part, row.side) for row in rows}
    for injury in injuries:
        if (injury.body_part, injury.side) not in known:
            known.add((injury.body_part, injury.side))
            row = InjuryLog(user_id=user_id, **injury.model_dump())
            db.add(row)
            await db.flush()
            if images is not None:
                images.made(row)


async def _view(db: AsyncSession, row: UserOnboarding) -> OnboardingView:
    return OnboardingView(
        current_step=next((name for name in ORDER if name == row.current_step), ORDER[0]),
        steps=[
            StepView(
                step=step.name,
                question=step.question,
                answers=_schema(step.answers),
                profile_fields=step.profile_fields,
                completed=step.name in row.steps_completed,
                can_be_skipped=step.name != LAST,
            )
            for step in STEPS
        ],
        is_complete=row.is_complete,
        completed_at=row.completed_at,
        profile=await read_profile(db, row.user_id),
    )


@cache
def _schema(answers: type[Answers]) -> dict[str, Any]:
    return answers.model_json_schema()

"""Onboarding by voice: the steps of `services.onboarding`, one question at a time.

Every question is for one field, and says a hint when its answer was not understood. An answer may hold more
than was asked ("four days, from Monday to Thursday"): what is known is not asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import ExperienceLevel, UserOnboarding, Workout
from services.images import Images
from services.onboarding import LAST, ORDER, Injury, StepName, note_injuries, own_row
from services.profile import ProfileChange, change_profile

AskedField = Literal[
    "name", "preferred_unit", "distance_unit", "experience_level", "weight_kg", "goals", "equipment",
    "weekly_goal", "training_days", "injuries",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of a step, for one field. `hint` is what to say when the answer was not understood."""

    step: StepName
    field: AskedField
    question: str
    hint: str


ASKS = (
    Ask("welcome", "name", "What should I call you?", "Just your name, or skip."),
    Ask("units", "preferred_unit", "Pounds or kilos?", "Pounds, or kilos?"),
    Ask("units", "distance_unit", "Miles or kilometers?", "Miles, or kilometers?"),
    Ask("experience", "experience_level", "How long have you been training?", "How many years, about?"),
    Ask("experience", "weight_kg", "What do you weigh?", "A number will do, or skip."),
    Ask("goals", "goals", "What do you train for?", "Strength, muscle, fat loss, endurance or health?"),
    Ask("equipment", "equipment", "What do you have to train with?", "Say barbell, dumbbells, or nothing."),
    Ask("schedule", "weekly_goal", "How many days a week do you train?", "A number from 1 to 14?"),
    Ask("schedule", "training_days", "On which days?", "Name the days, or skip."),
    Ask("injuries", "injuries", "Does anything hurt?", "Which part of the body? Or say no."),
)
BY_FIELD: Mapping[str, Ask] = {ask.field: ask for ask in ASKS}

LEVELS: tuple[tuple[float, ExperienceLevel], ...] = ((1, "beginner"), (4, "intermediate"))
"""Below so many years of training: a rough rule of ours. Who knows their level better says it."""


def level_of(years: float) -> ExperienceLevel:
    """The experience of so many years of training. Elite is for who says so."""
    return next((level for below, level in LEVELS if years < below), "advanced")


async def is_newcomer(db: AsyncSession, user_id: UUID) -> bool:
    """Whether somebody has neither trained nor been set up."""
    trained = select(Workout.id).where(Workout.user_id == user_id)
    asked = select(UserOnboarding.user_id).where(
        UserOnboarding.user_id == user_id, UserOnboarding.steps_completed != []
    )
    return not await db.scalar(select(or_(trained.exists(), asked.exists())))


async def begin(db: AsyncSession, user_id: UUID) -> Ask:
    """The next question; from the first on for somebody who has answered all, or nothing."""
    row = await own_row(db, user_id)
    return next((ask for ask in ASKS if ask.step == row.current_step), ASKS[0])


async def move(
    db: AsyncSession, user_id: UUID, field: AskedField | None, by: Literal[-1, 1], images: Images
) -> Ask | None:
    """The question after the one for `field` (left out: the next one), or before it; None after the last."""
    row = await own_row(db, user_id)
    at = ASKS.index(BY_FIELD[field] if field else await begin(db, user_id))
    return await _go_to(db, row, max(0, at + by), images)


async def take(
    db: AsyncSession, user_id: UUID, field: AskedField | None, answers: Mapping[str, Any], images: Images
) -> Ask | None:
    """Writes `answers` to the profile and the injuries. To the question for `field`: goes on to the next one.

    Returns that question; None when there is none, or nothing was asked.
    """
    profile = {name: value for name, value in answers.items() if name in ProfileChange.model_fields}
    if profile:
        await change_profile(db, user_id, ProfileChange.model_validate(profile), images)
    if injuries := answers.get("injuries"):
        await note_injuries(db, user_id, [Injury.model_validate(one) for one in injuries], images)
    if field is None:
        return None
    row = await own_row(db, user_id)
    images.before(row, "current_step", "steps_completed", "is_complete", "completed_at")
    step = BY_FIELD[field].step
    row.steps_completed = [name for name in ORDER if name in (*row.steps_completed, step)]
    at = ASKS.index(BY_FIELD[field]) + 1
    while at < len(ASKS) and ASKS[at].step == step and ASKS[at].field in answers:
        at += 1
    return await _go_to(db, row, at, images)


async def _go_to(db: AsyncSession, row: UserOnboarding, at: int, images: Images) -> Ask | None:
    images.before(row, "current_step", "steps_completed", "is_complete", "completed_at")
    ask = ASKS[at] if at < len(ASKS) else None
    row.current_step = ask.step if ask else LAST
    if ask is None and not row.is_complete:
        row.is_complete, row.completed_at = True, datetime.now(UTC)
        row.steps_completed = [name for name in ORDER if name in (*row.steps_completed, LAST)]
    await db.flush()
    return ask

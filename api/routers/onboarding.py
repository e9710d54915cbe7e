"""The first steps of an athlete. Every step is an address that takes its answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter

from api.auth import CurrentAthlete
from api.context import AppContext
from services.onboarding import STEPS, Answers, OnboardingView, Step, StepName, answer, back, onboarding, skip

router = APIRouter(prefix="/api/onboarding", tags=["onboarding"])


@router.get("")
async def get_onboarding(athlete_id: CurrentAthlete, context: AppContext) -> OnboardingView:
    """The steps, what each asks, and how far the athlete is."""
    async with context.database.transaction(athlete_id) as db:
        return await onboarding(db, athlete_id)


@router.post("/{step}/skip")
async def skip_step(step: StepName, athlete_id: CurrentAthlete, context: AppContext) -> OnboardingView:
    """Goes on to the step after this one, without its answers."""
    async with context.database.transaction(athlete_id) as db:
        return await skip(db, athlete_id, step)


@router.post("/{step}/back")
async def step_back(step: StepName, athlete_id: CurrentAthlete, context: AppContext) -> OnboardingView:
    """Goes back to the step before this one."""
    async with context.database.transaction(athlete_id) as db:
        return await back(db, athlete_id, step)


def _takes(step: Step) -> Callable[..., Awaitable[OnboardingView]]:
    async def take(body: Answers, athlete_id: CurrentAthlete, context: AppContext) -> OnboardingView:
        async with context.database.transaction(athlete_id) as db:
            return await answer(db, athlete_id, step, body)

    # FastAPI takes the body's model from the annotation.
    take.__annotations__["body"] = step.answers
    return take


for each in STEPS:
    router.add_api_route(
        f"/{each.name}",
        _takes(each),
        methods=["POST"],
        name=f"answer_{each.name}",
        summary=each.question,
        description="Takes the answers of this step and goes on to the next. Asked again it changes nothing.",
    )

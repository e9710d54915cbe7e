"""The first steps of an athlete. Every step is an address that takes its answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from api.calls import AthleteCall
from api.routing import api_router
from services.onboarding import STEPS, Answers, OnboardingView, Step, StepName, answer, back, onboarding, skip

router = api_router("/onboarding", "onboarding")


@router.get("")
async def get_onboarding(call: AthleteCall) -> OnboardingView:
    """The steps, what each asks, and how far the athlete is."""
    async with call.transaction() as db:
        return await onboarding(db, call.athlete_id)


@router.post("/{step}/skip")
async def skip_step(step: StepName, call: AthleteCall) -> OnboardingView:
    """Goes on to the step after this one, without its answers."""
    async with call.transaction() as db:
        return await skip(db, call.athlete_id, step)


@router.post("/{step}/back")
async def step_back(step: StepName, call: AthleteCall) -> OnboardingView:
    """Goes back to the step before this one."""
    async with call.transaction() as db:
        return await back(db, call.athlete_id, step)


def _takes(step: Step) -> Callable[..., Awaitable[OnboardingView]]:
    async def take(body: Answers, call: AthleteCall) -> OnboardingView:
        async with call.transaction() as db:
            return await answer(db, call.athlete_id, step, body)

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

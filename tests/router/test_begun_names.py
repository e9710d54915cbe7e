"""Names of which the end was left out: taken when one exercise alone goes on so, else asked about."""

from __future__ import annotations

import pytest

from agent.router import Router
from agent.router.understanding import WorkoutState
from services.exercises.catalogue import packaged_catalogue
from tools import TOOLS

ROUTER = Router(packaged_catalogue(), TOOLS)


def test_one_exercise_goes_on_so() -> None:
    (call,) = ROUTER.understand("seated cable 100 for 10", WorkoutState()).calls
    assert call.args == {"exercise": "Seated Cable Row", "weight": 100, "reps": 10}


@pytest.mark.parametrize(
    "said", ["incline dumbbell 60 for 10", "did 10 on the incline dumbbell at 60", "hang c 100 for 5"]
)
def test_several_do_or_too_little_was_said(said: str) -> None:
    understood = ROUTER.understand(said, WorkoutState())
    assert (understood.kind, understood.calls) == ("ask", ())

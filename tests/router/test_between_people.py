"""What one person asks another is not for the agent; what is asked of the agent in like words is."""

from __future__ import annotations

import pytest

from agent.router.router import Router
from agent.router.understanding import PerformedSet, WorkoutState
from services.exercises.catalogue import packaged_catalogue
from tools import TOOLS

ROUTER = Router(packaged_catalogue(), TOOLS)
LIFTING = WorkoutState(
    workout_open=True,
    exercise="barbell-bench-press",
    last_set=PerformedSet("barbell-bench-press", reps=8, weight=225),
)


@pytest.mark.parametrize(
    "say",
    [
        *(
            "is anybody using this bench",
            "is anyone on that machine",
            "does anybody have a belt I could borrow",
        ),
        *("are you done with those dumbbells", "are you using these", "hey man are you next"),
        *("how many sets have you got left", "how many more do you have to go", "you almost finished"),
        *("what are you training today", "how much do you bench", "how long have you been coming here"),
        *("is this bench free", "is that rack taken", "are these your plates", "are those clips yours"),
        *("mind if I grab that plate", "can I take this bench", "could I borrow your belt for a set"),
        *("pass me the chalk", "hand me those clips"),
    ],
)
def test_what_people_ask_each_other_is_ignored(say: str) -> None:
    assert ROUTER.understand(say, LIFTING).kind == "ignore"


@pytest.mark.parametrize(
    "say",
    [
        *("are you there", "are you listening", "what can you do", "can you log that", "how are you doing"),
        *("how do you bench press", "how deep should you squat", "how do you train for a 5k"),
        *("when do you breathe on squats", "what do you do for lats", "how many sets do you recommend"),
        *("how many sets do I have left", "how many reps did I do", "is that my one rep max"),
        *("can I use dumbbells instead of this machine", "can I do this on the cable machine"),
        *("is this a personal record", "is this weight heavier than last time", "can I change that to 8"),
    ],
)
def test_what_the_agent_is_asked_is_not(say: str) -> None:
    assert ROUTER.understand(say, LIFTING).kind != "ignore"

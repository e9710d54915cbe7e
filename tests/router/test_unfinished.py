"""How long to wait for the rest of a sentence."""

from __future__ import annotations

import pytest

from agent.router import Router
from agent.router.understanding import Call, Pending, WorkoutState
from agent.router.unfinished import HANGING_SECONDS, LACKING_SECONDS, patience
from services.exercises.catalogue import packaged_catalogue

BENCHING = WorkoutState(workout_open=True, exercise="barbell-bench-press")


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(packaged_catalogue())


@pytest.mark.parametrize(
    "text",
    [
        "225 for",
        "two twenty five for...",
        "three sets of",
        "deadlift 315 for 5 at",
        "bench press two plates plus",
        "set a timer for",
        "swap bench for",
        "225 for 8 and",
        "log a set of, um",
        "um",
        "I just did",
        "one thirty five times",
    ],
)
def test_a_sentence_that_cannot_end_there_is_waited_for(router: Router, text: str) -> None:
    assert patience(text, router.understand(text, BENCHING)) == HANGING_SECONDS


@pytest.mark.parametrize("text", ["two twenty five", "bench press", "squat 315", "225 pounds", "ten reps"])
def test_one_that_lacks_something_is_waited_for_less_long(router: Router, text: str) -> None:
    assert patience(text, router.understand(text, BENCHING)) == LACKING_SECONDS


def test_numbers_alone_are_waited_for_without_a_workout(router: Router) -> None:
    assert patience("225", router.understand("225", WorkoutState())) == LACKING_SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "two twenty five for eight",
        "same again",
        "set a timer for ninety seconds",
        "undo",
        "what am I on",
        "what else can I do",
        "what was that for",
        "come on",
        "hold on",
        "mm hmm",
        "how far was that",
        "fifteen at 40, 2 rir",
    ],
)
def test_a_complete_sentence_is_not_waited_for(router: Router, text: str) -> None:
    assert patience(text, router.understand(text, BENCHING)) == 0.0


def test_an_answer_to_a_question_is_complete(router: Router) -> None:
    asked = router.understand("two twenty five", BENCHING).pending
    assert isinstance(asked, Pending)
    got = router.understand("eight", BENCHING, asked)
    assert got.calls == (Call("log_set", {"reps": 8, "weight": 225}),)
    assert patience("eight", got) == 0.0

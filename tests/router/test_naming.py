"""What an athlete calls an exercise, as it is said, and what is understood from then on."""

from __future__ import annotations

import pytest

from agent.router.router import Router
from agent.router.understanding import WorkoutState

OPEN = WorkoutState(workout_open=True)


@pytest.mark.parametrize(
    ("say", "words", "exercise"),
    [
        ("when I say press I mean overhead press", "press", "Overhead Press"),
        ("when I say press, I mean the overhead press", "press", "Overhead Press"),
        ("hey, from now on when I say bench I mean dumbbell bench okay", "bench", "Dumbbell Bench Press"),
        ("if I say rows that means seated cable rows", "rows", "Seated Cable Row"),
        ("by presses I mean overhead presses", "presses", "Overhead Press"),
        ("remember that pendy is short for pendlay row", "pendy", "Pendlay Row"),
        ("I call trap bar deadlifts hex pulls", "hex pulls", "Trap Bar Deadlift"),
        ("when I say the big one I mean squats from now on", "big one", "Barbell Back Squat"),
    ],
)
def test_a_name_is_given(router: Router, say: str, words: str, exercise: str) -> None:
    got = router.understand(say, OPEN)
    assert [(call.tool, call.args) for call in got.calls] == [
        ("name_exercise", {"words": words, "exercise": exercise})
    ]


@pytest.mark.parametrize(
    "say",
    [
        "when he says bench he means incline",
        "when should I bench press",
        "I mean overhead press",
        "call it a day",
        "I call my mom",
        "what does AMRAP mean",
        "when I say go I mean it",
        "when I bench I mean business",
        "press means overhead press",
    ],
)
def test_no_name_is_given(router: Router, say: str) -> None:
    assert all(call.tool != "name_exercise" for call in router.understand(say, OPEN).calls)


def test_own_names_are_understood_and_the_router_of_others_is_as_it_was(router: Router) -> None:
    mine = router.personal({"press": "overhead-press", "hex pulls": "trap-bar-deadlift"})
    (call,) = mine.understand("press 95 for 8", OPEN).calls
    assert call.args == {"exercise": "Overhead Press", "weight": 95, "reps": 8}
    (call,) = mine.understand("three sets of five hex pulls at 315", OPEN).calls
    assert call.args["exercise"] == "Trap Bar Deadlift"
    assert mine.understand("bench press 95 for 8", OPEN).calls[0].args["exercise"] == "Barbell Bench Press"
    assert router.understand("press 95 for 8", OPEN).kind == "ask"
    assert router.personal({}) is router

"""What to do instead, as it is said: why, which way, what is taken, and what is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.router.router import Router
from agent.router.understanding import WorkoutState

ON_BENCH = WorkoutState(workout_open=True, exercise="barbell-bench-press")
OFFERED = replace(ON_BENCH, suggestions=("dumbbell-floor-press", "push-up", "machine-chest-press"))


def call(router: Router, say: str, state: WorkoutState = ON_BENCH) -> tuple[str, dict[str, Any]] | None:
    """The only call that `say` comes to."""
    got = router.understand(say, state)
    if got.kind != "calls":
        return None
    (one,) = got.calls
    return one.tool, one.args


@pytest.mark.parametrize(
    ("say", "wanted"),
    [
        ("these are too easy, give me something harder", {"reason": "difficulty", "direction": "harder"}),
        ("these are too hard, what's easier", {"reason": "difficulty", "direction": "easier"}),
        ("I can't manage these, is there an easier option", {"reason": "difficulty", "direction": "easier"}),
        ("all the benches are taken, what can I do instead", {"reason": "equipment", "missing": "bench"}),
        ("someone took my bench, what can I do instead", {"reason": "equipment", "missing": "bench"}),
        (
            "the cable machine is busy, what's an alternative to lat pulldown",
            {"exercise": "Lat Pulldown", "reason": "equipment", "missing": "cable"},
        ),
        (
            "all the benches are taken, what can I do instead of dumbbell flyes",
            {"exercise": "Dumbbell Fly", "reason": "equipment", "missing": "bench"},
        ),
        (
            "my hand is numb what can I do instead of bench",
            {"exercise": "Barbell Bench Press", "reason": "injury", "body_part": "wrist"},
        ),
        ("what can I do instead of bench", {"exercise": "Barbell Bench Press", "reason": "preference"}),
    ],
)
def test_why_something_else_is_wanted(router: Router, say: str, wanted: dict[str, Any]) -> None:
    assert call(router, say) == ("suggest_exercise_substitution", wanted)


@pytest.mark.parametrize(
    ("injuries", "part"),
    [(("knee",), "knee"), (("wrist",), None), (("wrist", "knee"), "knee"), ((), None)],
)
def test_an_injury_counts_when_the_exercise_asks_something_of_it(
    router: Router, injuries: tuple[str, ...], part: str | None
) -> None:
    state = WorkoutState(injuries=injuries)
    _, args = call(router, "what can I do instead of squats", state) or ("", {})
    assert args.get("body_part") == part
    assert args["reason"] == ("injury" if part else "preference")


@pytest.mark.parametrize(
    ("say", "substitute"),
    [
        ("I'll do lat pulldowns", "Lat Pulldown"),
        ("let's do incline bench", "Incline Barbell Bench Press"),
        ("let's try push-ups", "Push-Up"),
        ("push-ups sounds good", "Push-Up"),
        ("number two", "Push-Up"),
    ],
)
def test_what_is_taken_of_suggestions_or_in_their_place(router: Router, say: str, substitute: str) -> None:
    assert call(router, say, OFFERED) == ("swap_exercise", {"substitute": substitute})


@pytest.mark.parametrize(
    "say",
    [
        "the fourth one",
        "push-ups twelve",
        "what did I do last time on push-ups",
        "how do I do push-ups",
        "I did push-ups yesterday",
        "my PR on dips",
        "he wants to do squats",
    ],
)
def test_what_takes_no_suggestion(router: Router, say: str) -> None:
    got = call(router, say, OFFERED)
    assert got is None or got[0] != "swap_exercise"


@pytest.mark.parametrize("say", ["I'll do lat pulldowns", "let's try push-ups", "the second one"])
def test_without_suggestions_nothing_is_taken(router: Router, say: str) -> None:
    got = call(router, say)
    assert got is None or got[0] != "swap_exercise"

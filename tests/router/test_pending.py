"""Questions and their answers, over two turns."""

from __future__ import annotations

import pytest

from agent.router.router import Router
from agent.router.understanding import Call, PerformedSet, Understanding, WorkoutState

NOTHING_OPEN = WorkoutState()
ON_BENCH = WorkoutState(workout_open=True, exercise="barbell-bench-press")
AFTER_A_SET = WorkoutState(
    workout_open=True,
    exercise="barbell-bench-press",
    last_set=PerformedSet("barbell-bench-press", reps=8, weight=225),
)
ON_PULL_UPS = WorkoutState(workout_open=True, exercise="pull-up")


def two_turns(router: Router, state: WorkoutState, first: str, second: str) -> Understanding:
    asked = router.understand(first, state)
    assert asked.kind == "ask"
    assert asked.pending is not None
    return router.understand(second, state, asked.pending)


BENCH, SQUAT = "Barbell Bench Press", "Barbell Back Squat"
BENCH_225 = Call("log_set", {"exercise": BENCH, "reps": 5, "weight": 225})
TWO_HUNDRED = Call("log_set", {"reps": 8, "weight": 200, "unit": "lbs"})


@pytest.mark.parametrize(
    ("state", "first", "second", "call"),
    [
        (NOTHING_OPEN, "225 for 5", "squat", Call("log_set", {"exercise": SQUAT, "reps": 5, "weight": 225})),
        (NOTHING_OPEN, "225 for 5", "on the bench", BENCH_225),
        (NOTHING_OPEN, "225 for 5", "bench breast", BENCH_225),
        (NOTHING_OPEN, "press 135 for 5", "overhead press",
         Call("log_set", {"exercise": "Overhead Press", "reps": 5, "weight": 135})),
        (NOTHING_OPEN, "bench", "225 for 8", Call("log_set", {"exercise": BENCH, "reps": 8, "weight": 225})),
        (ON_BENCH, "two hundred pounds", "eight", TWO_HUNDRED),
        (ON_BENCH, "two hundred pounds", "eight reps", TWO_HUNDRED),
        (ON_BENCH, "three sets of ten", "one thirty five",
         Call("log_set", {"sets": 3, "reps": 10, "weight": 135})),
        (ON_BENCH, "225 8", "yes", Call("log_set", {"reps": 8, "weight": 225})),
        (ON_PULL_UPS, "nine", "yeah", Call("log_set", {"reps": 9})),
        (NOTHING_OPEN, "set a timer", "ninety seconds", Call("start_rest_timer", {"seconds": 90})),
        (NOTHING_OPEN, "set a timer", "two minutes please", Call("start_rest_timer", {"seconds": 120})),
        (AFTER_A_SET, "change the weight", "two thirty", Call("correct_set", {"weight": 230})),
        (AFTER_A_SET, "fix the last set", "seven reps", Call("correct_set", {"reps": 7})),
        (AFTER_A_SET, "I'm done", "yes", Call("finish_workout")),
        (AFTER_A_SET, "another one", "yes please", Call("repeat_set")),
        (NOTHING_OPEN, "row 135 for 10", "cable",
         Call("log_set", {"exercise": "Seated Cable Row", "reps": 10, "weight": 135})),
        (NOTHING_OPEN, "row 135 for 10", "the second one",
         Call("log_set", {"exercise": "Barbell Row", "reps": 10, "weight": 135})),
        (ON_BENCH, "incline 185 for ten", "barbell",
         Call("log_set", {"exercise": "Incline Barbell Bench Press", "reps": 10, "weight": 185})),
        (AFTER_A_SET, "squat 225 8", "no 235",
         Call("log_set", {"exercise": SQUAT, "reps": 8, "weight": 235})),
        (AFTER_A_SET, "squat 225 8", "no nine",
         Call("log_set", {"exercise": SQUAT, "reps": 9, "weight": 225})),
        (AFTER_A_SET, "squat 225 8", "no 205 for 9",
         Call("log_set", {"exercise": SQUAT, "reps": 9, "weight": 205})),
        (ON_BENCH, "225 for about 8", "yeah", Call("log_set", {"reps": 8, "weight": 225})),
        (ON_BENCH, "225 for nine or ten", "ten", Call("log_set", {"reps": 10, "weight": 225})),
        (ON_BENCH, "225 for 800", "eight", Call("log_set", {"reps": 8, "weight": 225})),
        (ON_BENCH, "3000 for 5", "300", Call("log_set", {"reps": 5, "weight": 300})),
    ],
)  # fmt: skip
def test_an_answer_completes_the_call(
    router: Router, state: WorkoutState, first: str, second: str, call: Call
) -> None:
    assert two_turns(router, state, first, second).calls == (call,)


@pytest.mark.parametrize("second", ["nice weather", "no", "hold on", "who is on the squat rack"])
def test_what_is_no_answer_writes_nothing(router: Router, second: str) -> None:
    assert two_turns(router, NOTHING_OPEN, "225 for 5", second).kind != "calls"


def test_a_full_command_replaces_the_question(router: Router) -> None:
    got = two_turns(router, NOTHING_OPEN, "225 for 5", "deadlift 315 for 3")
    assert got.calls == (Call("log_set", {"exercise": "Conventional Deadlift", "reps": 3, "weight": 315}),)


def test_an_exercise_that_needs_a_weight_is_asked_for_it(router: Router) -> None:
    first = router.understand("ten reps", NOTHING_OPEN)
    second = router.understand("bench", NOTHING_OPEN, first.pending)
    assert second.kind == "ask"
    third = router.understand("135", NOTHING_OPEN, second.pending)
    assert third.calls == (Call("log_set", {"exercise": BENCH, "reps": 10, "weight": 135}),)


def test_an_impossible_answer_is_asked_again(router: Router) -> None:
    assert two_turns(router, ON_BENCH, "two hundred pounds", "nine hundred").kind == "ask"

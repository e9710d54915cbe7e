"""How sets end, sets told one by one, a set beside a question: never out of what was not done."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.router.router import Router
from agent.router.understanding import Call, PerformedSet, WorkoutState

BENCH = "barbell-bench-press"
ON_BENCH = WorkoutState(workout_open=True, exercise=BENCH, last_set=PerformedSet(BENCH, reps=8, weight=185))
WEIGHTS = st.integers(19, 90).map(lambda n: 5 * n)
REPS = st.integers(3, 12)


def one_set(**args: object) -> tuple[Call, ...]:
    return (Call("log_set", args),)


@pytest.mark.parametrize(
    ("say", "args"),
    [
        ("five more at 255 with two left in the tank", {"reps": 5, "weight": 255, "rir": 2}),
        (
            "couldn't finish the last rep so seven at 195 to failure",
            {"reps": 7, "weight": 195, "set_type": "failure"},
        ),
        ("missed the final one, so four at 225", {"reps": 4, "weight": 225}),
        ("got seven failed on the eighth at 195", {"reps": 7, "weight": 195, "set_type": "failure"}),
        ("dropped it to 135 and got twelve", {"reps": 12, "weight": 135, "set_type": "drop"}),
        ("stripped the bar down to 135 for 15", {"reps": 15, "weight": 135, "set_type": "drop"}),
        ("315 for 5 easy like a six", {"reps": 5, "weight": 315, "rpe": 6}),
        ("225 for 2 and it felt like a ten", {"reps": 2, "weight": 225, "rpe": 10}),
        ("won ninety for five wraps", {"reps": 5, "weight": 190}),
    ],
)
def test_how_a_set_ended(router: Router, say: str, args: dict[str, object]) -> None:
    assert router.understand(say, ON_BENCH).calls == one_set(**args)


@pytest.mark.parametrize(
    "say",
    [
        "five more at 255",
        "I didn't get the last rep",
        "I couldn't get 225 for 5",
        "he dropped it to 135 for 10",
        "she couldn't finish the last rep so six at 95",
        "I might do three sets at 185, eight, eight and seven",
        "did I get 190 for 6 and how many sets is that",
        "if I get 190 for 6 what's my PR",
        "should I start push day, bench 135 for 10",
        "oh my god, never, again",
    ],
)
def test_what_was_not_done_is_not_written(router: Router, say: str) -> None:
    assert router.understand(say, ON_BENCH).kind != "calls"


@settings(max_examples=60, deadline=None)
@given(
    weight=WEIGHTS, reps=st.lists(REPS, min_size=2, max_size=4), link=st.sampled_from(["at", "of", "with"])
)
def test_as_many_reps_as_sets_are_one_set_each(
    router: Router, weight: int, reps: list[int], link: str
) -> None:
    listed = f"{', '.join(map(str, reps[:-1]))} and {reps[-1]}"
    got = router.understand(f"{len(reps)} sets {link} {weight}, {listed}", ON_BENCH)
    assert got.calls == tuple(Call("log_set", {"reps": n, "weight": weight}) for n in reps)


@settings(max_examples=60, deadline=None)
@given(
    weight=WEIGHTS,
    reps=REPS,
    asked=st.sampled_from(
        [("what's my PR", "get_personal_records"), ("how many sets have I done", "get_workout_summary")]
    ),
)
def test_a_set_and_a_question_are_both_done(
    router: Router, weight: int, reps: int, asked: tuple[str, str]
) -> None:
    words, tool = asked
    got = router.understand(f"{weight} for {reps} and {words}", ON_BENCH)
    assert [call.tool for call in got.calls] == ["log_set", tool]
    assert got.calls[0].args == {"weight": weight, "reps": reps}
    doubted = router.understand(f"did I hit {weight} for {reps} and {words}", ON_BENCH)
    assert not any(call.tool == "log_set" for call in doubted.calls)


def test_what_opens_a_workout_may_bring_its_first_set(router: Router) -> None:
    got = router.understand("start push day, bench 135 for 10", WorkoutState())
    assert [call.tool for call in got.calls] == ["start_workout", "log_set"]
    assert got.calls[1].args == {"exercise": "Barbell Bench Press", "weight": 135, "reps": 10}


@pytest.mark.parametrize(
    "say",
    ["hold on, stuck at a light", "gotta tie my shoe", "waiting for a train", "I need to grab some water"],
)
def test_who_stands_still_pauses_the_run_that_is_on(router: Router, say: str) -> None:
    assert router.understand(say, WorkoutState(run="active")).calls == (Call("pause_run"),)
    assert router.understand(say, WorkoutState(run="paused")).kind != "calls"
    assert not any(call.tool == "pause_run" for call in router.understand(say, ON_BENCH).calls)


@pytest.mark.parametrize(
    ("say", "day"),
    [
        ("delete yesterday's run", "yesterday"),
        ("can you remove the run I logged on tuesday", "tuesday"),
        ("scrap my friday run", "friday"),
    ],
)
def test_the_run_of_a_day_is_deleted(router: Router, say: str, day: str) -> None:
    assert router.understand(say, WorkoutState()).calls == (Call("delete_run", {"day": day}),)
    denied = router.understand(f"don't {say}", WorkoutState())
    assert not any(call.tool == "delete_run" for call in denied.calls)


@pytest.mark.parametrize(
    ("say", "unit"),
    [
        ("can we use kilos", "kg"),
        ("let's do kilos from now on", "kg"),
        ("switch everything to pounds", "lbs"),
        ("I lift in kilos", "kg"),
    ],
)
def test_the_unit_is_set_as_people_say_it(router: Router, say: str, unit: str) -> None:
    assert router.understand(say, WorkoutState()).calls == (Call("update_profile", {"preferred_unit": unit}),)

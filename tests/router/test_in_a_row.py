"""Rows of numbers and numbers taken back: what is written is what was said, or nothing is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.router.router import Router
from agent.router.understanding import PerformedSet, WorkoutState
from core.number_words import SMALL, TENS

BENCH = "barbell-bench-press"
REPS = st.integers(3, 12)
HUNDREDS = st.integers(1, 4)
ENDINGS = st.sampled_from(["", "ten", "fifteen", "twenty", "thirty five", "forty", "fifty five", "oh five"])


def on_bench(weight: float = 185) -> WorkoutState:
    return WorkoutState(
        workout_open=True, exercise=BENCH, last_set=PerformedSet(BENCH, reps=8, weight=weight)
    )


def load(hundreds: int, ending: str) -> tuple[str, int]:
    """A load in words, and its value."""
    words = ending.replace("oh ", "").split()
    value = sum(10 * TENS.index(w) if w in TENS else SMALL.index(w) for w in words)
    return f"{SMALL[hundreds]} {ending or 'hundred'}", 100 * hundreds + value


@given(HUNDREDS, ENDINGS, st.lists(REPS, min_size=2, max_size=4), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_load_and_a_list_of_reps_are_those_sets_or_nothing(
    router: Router, hundreds: int, ending: str, reps: list[int], joined: bool
) -> None:
    words, weight = load(hundreds, ending)
    listed = [SMALL[n] for n in reps]
    said = " ".join([words, *listed[:-1], *(["and"] if joined else []), listed[-1]])
    got = router.understand(said, on_bench())
    written = [(c.args["weight"], c.args["reps"]) for c in got.calls]
    listed = [(weight, n) for n in reps]
    # "one twenty five and three" sounds the same whether it is 125 for three or 120 for five and three
    run_on = [(weight + 5, n) for n in reps[1:]] if reps[0] == 5 and ending else []
    assert written in ([], listed, run_on), said


@given(HUNDREDS, ENDINGS, REPS, st.integers(60, 400))
@settings(max_examples=150, deadline=None)
def test_reps_that_ran_on_from_their_load_are_taken_apart_as_said_or_not_at_all(
    router: Router, hundreds: int, ending: str, reps: int, last: int
) -> None:
    words, weight = load(hundreds, ending)
    got = router.understand(f"{words} {SMALL[reps]} reps", on_bench(last))
    written = [(c.args["weight"], c.args["reps"]) for c in got.calls]
    assert written in ([], [(weight, reps)])


@given(st.integers(19, 90).map(lambda n: 5 * n), REPS, st.integers(19, 90).map(lambda n: 5 * n), REPS)
@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize("form", ["{w} for {r}", "{r} at {w}", "{r} reps at {w}"])
def test_a_number_taken_back_takes_the_place_of_its_like(
    router: Router, form: str, weight: int, reps: int, other_weight: int, other_reps: int
) -> None:
    said = form.format(w=weight, r=reps)
    for again, expected in ((other_weight, (other_weight, reps)), (other_reps, (weight, other_reps))):
        got = router.understand(f"{said} no {again}", on_bench())
        assert [(c.args["weight"], c.args["reps"]) for c in got.calls] in ([], [expected])


@pytest.mark.parametrize("number", SMALL[1:11])
def test_a_set_that_is_counted_is_none(router: Router, number: str) -> None:
    assert router.understand(f"set {number} done", on_bench()).calls == ()

"""Of what may have been said, what makes sense is taken; what is doubtful is not made up."""

from __future__ import annotations

import pytest

from agent.router.choosing import choose
from agent.router.router import Router
from agent.router.understanding import Pending, WorkoutState
from agent.speech.hypotheses import Hypothesis

ON_BENCH = WorkoutState(workout_open=True, exercise="barbell-bench-press")


def chosen(router: Router, *texts: str, gap: float = 0.05, pending: Pending | None = None) -> str:
    hypotheses = [Hypothesis(text, -0.3 - gap * place) for place, text in enumerate(texts)]
    return texts[choose(router, hypotheses, ON_BENCH, pending).place]


def test_what_makes_sense_is_taken_before_what_sounds_likelier(router: Router) -> None:
    assert chosen(router, "Prom row 185 for ten of", "Barbell row 185 for 10") == "Barbell row 185 for 10"


def test_what_makes_sense_at_once_needs_no_search(router: Router) -> None:
    assert choose(router, [Hypothesis("225 for 8", -0.1)], ON_BENCH) == (0, True)
    assert not choose(router, [Hypothesis("two twenty fish for ape", -0.1)], ON_BENCH).sure


def test_much_less_likely_hypotheses_do_not_count(router: Router) -> None:
    assert chosen(router, "blue bones of tea", "225 for 8", gap=0.5) == "blue bones of tea"


def test_numbers_that_disagree_are_not_guessed(router: Router) -> None:
    texts = ("we eight hive for sane", "205 for 8", "225 for 8")
    assert chosen(router, *texts) == texts[0]


@pytest.mark.parametrize(
    ("heard", "likelier"),
    [
        ("12 at 17", "12 at 70"),
        ("6 at 117", "6 at 170"),
        ("65 for 50", "65 for 15"),
        ("80 for 30", "80 for 13"),
    ],
)
def test_a_teen_heard_for_a_ty_is_put_right_by_what_is_usual(
    router: Router, heard: str, likelier: str
) -> None:
    assert chosen(router, heard, likelier) == likelier
    assert chosen(router, likelier, heard) == likelier


@pytest.mark.parametrize(
    ("heard", "other"), [("225 for 8", "235 for 8"), ("60 for 12", "16 for 12"), ("50 for 10", "15 for 10")]
)
def test_usual_numbers_stay_as_they_were_heard(router: Router, heard: str, other: str) -> None:
    assert chosen(router, heard, other) == heard


def test_a_name_that_was_heard_is_better_than_one_that_was_guessed(router: Router) -> None:
    texts = ("Barbell hit thrust, 160 for 4", "Barbell hip thrust, 160 for 4")
    assert chosen(router, *texts) == texts[1]


@pytest.mark.parametrize(
    "talk", ["one two three four five", "he just benched three fifteen for five", "nice"]
)
def test_what_is_not_for_the_agent_is_not_reinterpreted(router: Router, talk: str) -> None:
    assert chosen(router, talk, "225 for 5") == talk

"""Variations keep what was said: every number, and what is expected; and say so when accuracy drops."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from agent.router.lexer import split_words
from agent.router.numbers import read_number
from cli.eval import eval_app
from eval.loading import load_scenarios, packaged_scenarios
from eval.outcome import TurnOutcome
from eval.report import to_json
from eval.variations import RULES, TAG, vary, vary_words
from tests.eval.builders import FakePlayer, as_expected, expect, scenario, turn
from tests.eval.test_run import play

SAID = [turn.say for one in load_scenarios([packaged_scenarios()]) for turn in one.turns]
LOADS = st.integers(1, 999)
SENTENCES = st.one_of(
    st.sampled_from(SAID),
    st.builds(
        "{}{} {} for {} reps at {}".format,
        st.sampled_from(["bench press ", "squats, ", "", "dumbbell rows "]),
        LOADS,
        st.sampled_from(["pounds", "kilos", "kg", "lbs"]),
        st.integers(1, 30),
        st.integers(6, 10),
    ),
)


def numbers(text: str) -> list[float]:
    """Every number of a sentence in order, read by the router's reader and not by what varies sentences."""
    words, found, i = split_words(text), [], 0
    while i < len(words):
        number = read_number(words, i)
        if number is None:
            i += 1
        else:
            found.append(number.value)
            i = number.end
    return found


@given(SENTENCES, st.sampled_from(sorted(RULES)), st.integers(0, 1000))
def test_a_variation_keeps_the_numbers(say: str, rule: str, seed: int) -> None:
    varied = vary_words(say, rule, Random(seed))
    if varied is not None:
        assert numbers(varied) == numbers(say), varied


@given(st.integers(0, 50))
def test_variations_follow_from_the_seed_and_keep_what_is_expected(seed: int) -> None:
    story = scenario(
        turn(expect("log_set", reps=8, weight=225), say="225 pounds for 8 reps"), turn(say="nice"), tags=["a"]
    )
    found = vary(story, 6, seed)
    assert found == vary(story, 6, seed)
    assert len({tuple(t.say for t in one.turns) for one in [story, *found]}) == len(found) + 1 > 4
    for one in found:
        assert [t.calls for t in one.turns] == [t.calls for t in story.turns]
        assert one.tags[0] == "a"
        assert one.tags[1].startswith(TAG)
        assert one.id.startswith("s-1~")


def test_every_rule_finds_something_in_the_packaged_scenarios() -> None:
    for rule in RULES:
        changed = [say for say in SAID if vary_words(say, rule, Random(1)) not in (None, say)]
        assert len(changed) > 10, rule


def test_a_drop_is_measured_by_rule() -> None:
    stories = [
        scenario(turn(expect("log_set", reps=n, weight=225), say=f"225 for {n} reps"), id=f"s-{n}")
        for n in range(2, 12)
    ]
    every = [*stories, *(other for one in stories for other in vary(one, 4, 3))]

    def only_digits(wanted: object) -> TurnOutcome:
        assert hasattr(wanted, "say")
        return as_expected(wanted) if any(c.isdigit() for c in wanted.say) else TurnOutcome()  # type: ignore[arg-type]

    found = to_json(play(FakePlayer(only_digits), every))["robustness"]
    by_rule = found["by_rule"]
    assert by_rule["numbers"]["exact_varied"] == 0 < by_rule["numbers"]["exact_as_they_stand"]
    assert all(r["exact_varied"] == r["turns"] for name, r in by_rule.items() if name != "numbers")
    assert found["p_value"] < 0.05
    assert to_json(play(FakePlayer(), stories))["robustness"] is None


def test_the_command_line_varies(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    out = f"{tmp_path}/out.json"
    args = [
        "run",
        "--agent",
        "silent",
        "--tag",
        "undo_last",
        "--vary",
        "2",
        "--seed",
        "4",
        "--all",
        "--json",
        out,
    ]
    assert CliRunner().invoke(eval_app, args).exit_code == 0
    with open(out, encoding="utf-8") as file:  # noqa: PTH123
        report = json.load(file)
    assert report["seed"] == 4
    assert report["robustness"]["turns"] > 20

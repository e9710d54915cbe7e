"""The setup by voice: sentences as data, and what becomes of a question that is not answered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.router import Router, onboarding
from agent.router.understanding import Pending, Understanding, WorkoutState
from services.interview import ASKS, BY_FIELD

FILE = Path(__file__).parent / "onboarding.yaml"
DATA: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
CASES = [(field, said, wanted) for field, sentences in DATA.items() for said, wanted in sentences.items()]
ARGUMENT = re.compile(r"(\w+)=(\[.*?\]|[^=]+?)(?= \w+=|$)")


def waiting(field: str) -> Pending | None:
    return onboarding.asked(field, BY_FIELD[field].question) if field else None


def read(text: str) -> Any:
    """A value as the data has it."""
    if text.startswith("["):
        return [read(one) for one in text[1:-1].split(",") if one]
    try:
        return float(text)
    except ValueError:
        return text


def told(value: Any) -> Any:
    """A value of a call as the data has it."""
    if isinstance(value, list):
        return [told(one) for one in value]
    if isinstance(value, dict):
        return " ".join(filter(None, (value.get("side"), value["body_part"])))
    return float(value) if isinstance(value, int | float) else value


@pytest.mark.parametrize(("field", "said", "wanted"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES])
def test_sentence(router: Router, field: str, said: str, wanted: str) -> None:
    got = router.understand(said, WorkoutState(), waiting(field))
    if wanted == "other":
        assert not {call.tool for call in got.calls} & {"update_profile", "next_onboarding_step"}
    elif wanted == "hint":
        assert (got.kind, got.calls) == ("ask", ())
        assert BY_FIELD[field].hint in (got.reply or "")
        assert onboarding.asked_field(got.pending) == field
    elif wanted == "nothing":
        assert got.calls == ()
        assert onboarding.asked_field(got.pending) == field
    elif wanted == "later":
        assert (got.kind, got.calls, got.pending) == ("chat", (), None)
    else:
        tool, _, rest = wanted.partition(" ")
        (call,) = got.calls
        args = {name: told(value) for name, value in call.args.items() if name not in ("answers", "at")}
        assert (call.tool, args) == (tool, {name: read(value) for name, value in ARGUMENT.findall(rest)})


def test_every_question_has_its_sentences() -> None:
    assert set(DATA) - {""} == {ask.field for ask in ASKS}


def test_answers_name_the_question_that_they_answer(router: Router) -> None:
    got = router.understand("kilos", WorkoutState(), waiting("preferred_unit"))
    assert got.calls[0].args["answers"] == "preferred_unit"
    assert router.understand("skip", WorkoutState(), waiting("goals")).calls[0].args["at"] == "goals"


def test_a_question_is_put_once_more_and_then_dropped(router: Router) -> None:
    first = router.understand("bananas", WorkoutState(), waiting("preferred_unit"))
    assert first.pending is not None
    second = router.understand("bananas", WorkoutState(), first.pending)
    assert (second.kind, second.pending) == ("hand_over", None)


@pytest.mark.parametrize("words", ["hello", "hi there", "hey", "good morning coach"])
def test_a_newcomer_who_says_hello_is_set_up(router: Router, words: str) -> None:
    def tools(got: Understanding) -> list[str]:
        return [call.tool for call in got.calls]

    assert tools(router.understand(words, WorkoutState(newcomer=True))) == ["next_onboarding_step"]
    assert tools(router.understand(words, WorkoutState())) == []


@pytest.mark.parametrize("words", ["bench 225 for 8", "nice", "three two one go", "he benched 225"])
def test_a_newcomer_is_not_kept_from_training(router: Router, words: str) -> None:
    assert router.understand(words, WorkoutState(newcomer=True)) == router.understand(words, WorkoutState())

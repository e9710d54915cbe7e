"""What recognisers mishear is mended; what they hear right stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.speech.repair import repair

SCENARIOS = Path(__file__).parents[2] / "eval" / "scenarios"


@pytest.mark.parametrize(
    ("heard", "mended"),
    [
        ("225 for ate", "225 for 8"),
        ("185 for tin", "185 for 10"),
        ("a hundred key lows for five", "a hundred kilos for five"),
        ("225 for five our pee eight", "225 for five rpe eight"),
        ("to twenty five for five", "two twenty five for five"),
        ("8 reps at £1.85", "8 reps at 185"),
        ("4054 single", "405 for a single"),
        ("225 for A that 8", "225 for 8 at 8"),
        ("Frannon 432", "fran in 432"),
        ("start a temple run", "start a tempo run"),
        ("30s for 12 too in reserve", "30s for 12 two in reserve"),
        ("same a gain", "same again"),
        ("scotch that", "scratch that"),
        ("make that to reps", "make that two reps"),
    ],
)
def test_mended(heard: str, mended: str) -> None:
    assert repair(heard) == mended


@pytest.mark.parametrize(
    "heard",
    [
        "I ate two eggs",
        "we went to the gym",
        "that was for my friend",
        "I want to bench",
        "are you free for a set",
    ],
)
def test_left_alone(heard: str) -> None:
    assert repair(heard) == heard


def test_clean_transcripts_stay_as_they_are() -> None:
    lines = (SCENARIOS / "logging.jsonl").read_text(encoding="utf-8").splitlines()
    says = [turn["say"] for line in lines for turn in json.loads(line)["turns"]]
    assert [s for s in says if repair(s) != s] == []

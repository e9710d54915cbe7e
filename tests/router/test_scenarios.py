"""The evaluation scenarios, replayed turn by turn on a simulated log."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.router.router import Router
from services.exercises.catalogue import Catalogue
from tests.router.simulate import Turn, load, replay

# The setup asks by what its tools come to, which is not simulated: `voicefit eval run` plays it.
FOLDER = Path(__file__).parents[2] / "eval" / "scenarios"
SCENARIOS = sorted(set(FOLDER.glob("*.jsonl")) - {FOLDER / "profile.jsonl"})
LEAST_EXACT = 0.97


@pytest.fixture(scope="module")
def turns(router: Router, catalogue: Catalogue) -> list[Turn]:
    return [t for path in SCENARIOS for scenario in load(path) for t in replay(router, catalogue, scenario)]


def test_nearly_all_turns_are_exact(turns: list[Turn]) -> None:
    own = [t for t in turns if not t.foreign]
    missed = [t for t in own if not t.exact]
    assert len(own) > 400
    assert 1 - len(missed) / len(own) >= LEAST_EXACT, "\n".join(f"{t.id} {t.say!r}: {t.got}" for t in missed)


def test_no_turn_writes_what_was_not_asked(turns: list[Turn]) -> None:
    false = [t for t in turns if t.false_write]
    assert not false, "\n".join(f"{t.id} {t.say!r}: {t.got.calls}" for t in false)

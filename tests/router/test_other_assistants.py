"""What people ask other assistants for is full of numbers, timers and lists, and none of it is done here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.router.router import Router
from agent.router.understanding import PerformedSet, WorkoutState
from tools import TOOLS

WISHES = Path(__file__).parent / "data" / "other_assistants.txt"
STATES = {
    "idle": WorkoutState(),
    "lifting": WorkoutState(
        workout_open=True,
        exercise="barbell-bench-press",
        last_set=PerformedSet("barbell-bench-press", reps=8, weight=225),
    ),
}


def expanded(line: str) -> Iterator[str]:
    """ "{play|stop} it" as "play it" and "stop it"."""
    parts = re.split(r"\{([^}]*)\}", line)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return (" ".join("".join(choice).split()) for choice in itertools.product(*choices))


def wishes() -> set[str]:
    lines = (line for line in WISHES.read_text().splitlines() if line and not line.startswith("#"))
    return {wish for line in lines for wish in expanded(line)}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_nothing_is_written(router: Router, state: WorkoutState) -> None:
    said = wishes()
    assert len(said) > 1000
    understood = ((wish, router.understand(wish, state).calls) for wish in sorted(said))
    assert not {wish: calls for wish, calls in understood if any(TOOLS[call.tool].writes for call in calls)}

"""How much is understood without a language model: a share that only rises."""

from __future__ import annotations

from dataclasses import replace

from agent.router.router import Router
from agent.router.understanding import WorkoutState
from eval.loading import load_scenarios, packaged_scenarios
from tools import TOOLS

FLOOR = 0.965
"""Of the packaged turns that ask for something there is a tool for, each by itself in a workout.

The others hang on what was said before. Raise it when the router gets better.
"""


def test_the_share_understood_locally_has_not_dropped(router: Router) -> None:
    lifting = WorkoutState(workout_open=True, exercise="barbell-bench-press")
    turns = [
        (turn, replace(lifting, run=scenario.given.run))
        for scenario in load_scenarios([packaged_scenarios()])
        for turn in scenario.turns
        if turn.calls and all(call.tool in TOOLS for call in turn.calls)
    ]
    assert len(turns) > 500
    local = [turn for turn, state in turns if router.understand(turn.say, state).kind in {"calls", "ask"}]
    assert len(local) / len(turns) >= FLOOR

"""Short ways to make scenarios and outcomes, and players that play a part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, settings

from eval.outcome import ObservedCall, TurnOutcome
from eval.scenario import ExpectedCall, RowCheck, Scenario, Turn

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Properties are about rules; how fast a busy machine checks them is not the question."""

BENCH_225_FOR_8 = {"exercise": "Barbell Bench Press", "reps": 8, "weight": 225, "unit": "lbs"}
ON_BENCH = {"unit": "lbs", "workout": {"exercise": "Barbell Bench Press", "sets": [BENCH_225_FOR_8]}}
ALL_TOOLS = frozenset(
    {"log_set", "repeat_set", "correct_set", "undo_last", "start_workout", "finish_workout"}
)


def expect(tool: str, **args: Any) -> ExpectedCall:
    return ExpectedCall(tool=tool, args=args)


def made(tool: str, *, wrote: bool = True, failed: bool = False, **args: Any) -> ObservedCall:
    return ObservedCall(tool, args, wrote=wrote, failed=failed)


def turn(*calls: ExpectedCall, say: str = "go", **rest: Any) -> Turn:
    return Turn.model_validate({"say": say, "calls": calls, **rest})


def scenario(*turns: Turn, id: str = "s-1", given: Mapping[str, Any] = ON_BENCH, **rest: Any) -> Scenario:
    return Scenario.model_validate({"id": id, "given": given, "turns": turns, **rest})


def as_expected(wanted: Turn) -> TurnOutcome:
    """What a perfect agent would do in a turn."""
    reply = wanted.reply
    words = [*reply.contains_all, *reply.contains_any[:1]] if reply else []
    return TurnOutcome(
        calls=tuple(ObservedCall(c.tool, c.args, wrote=True) for c in wanted.calls),
        reply="Which exercise?" if wanted.ask else " ".join(words),
        latency_ms=5.0 if wanted.calls else None,
        row_counts=tuple(_enough(check) for check in wanted.after),
    )


def _enough(check: RowCheck) -> int:
    if check.absent:
        return 0
    return 1 if check.count is None else check.count


class FakePlayer:
    """Plays what `behave` makes of each turn; by default what is expected."""

    def __init__(
        self, behave: Callable[[Turn], TurnOutcome] = as_expected, tools: frozenset[str] = ALL_TOOLS
    ) -> None:
        self.behave = behave
        self.tools = tools
        self.played: list[str] = []

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        self.played.append(scenario.id)
        return [self.behave(turn) for turn in scenario.turns]

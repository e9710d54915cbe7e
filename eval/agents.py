"""Agents that are known to be no good: what the harness makes of them says what the harness is worth."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Literal, get_args

from eval.outcome import ObservedCall, Player, TurnOutcome
from eval.scenario import Scenario, Turn

AgentName = Literal["silent", "eager", "random"]

ASKS = "What do you mean?"
REPS, WEIGHTS = range(1, 21), range(20, 320, 5)


class KnownAgent:
    """Plays without VoiceFit, and changes no row.

    `silent` does and says nothing. `eager` logs a set whatever is said, and is proud of it. `random` makes up
    what it does, as `seed` has it: nothing, a question, or one of the tools, with arguments out of the air.
    """

    def __init__(self, name: AgentName, tools: Sequence[str], seed: int = 0) -> None:
        self._name = name
        self._tools = sorted(tools)
        self._seed = seed

    @property
    def tools(self) -> frozenset[str]:
        """The tools that this build has."""
        return frozenset(self._tools)

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        """What it makes of each turn."""
        chance = Random(f"{self._seed} {scenario.id}")
        return [self._turn(turn, chance) for turn in scenario.turns]

    def _turn(self, turn: Turn, chance: Random) -> TurnOutcome:
        rows = tuple(0 for _ in turn.after)
        if self._name == "silent":
            return TurnOutcome(row_counts=rows)
        if self._name == "eager":
            call = ObservedCall("log_set", {"reps": 8, "weight": 100}, wrote=True)
            return TurnOutcome((call,), "Logged.", row_counts=rows)
        what = chance.choice(["nothing", "question", *self._tools])
        if what in ("nothing", "question"):
            return TurnOutcome(reply=ASKS if what == "question" else "", row_counts=rows)
        made = ObservedCall(what, _arguments(what, chance), wrote=True)
        return TurnOutcome((made,), "Done.", row_counts=rows)


def known_agent(name: str, tools: Sequence[str], seed: int = 0) -> Player:
    """The agent called `name`. Raises `ValueError` for a name that none has."""
    for known in get_args(AgentName):
        if known == name:
            return KnownAgent(known, tools, seed)
    raise ValueError(name)


def _arguments(tool: str, chance: Random) -> dict[str, Any]:
    if tool not in ("log_set", "correct_set"):
        return {}
    return {"reps": chance.choice(REPS), "weight": chance.choice(WEIGHTS)}

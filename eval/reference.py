"""What the expected calls of a scenario come to when nobody has to understand anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.session import Database
from eval.outcome import ObservedCall, TurnOutcome
from eval.scenario import Scenario
from services.exercises.matcher import ExerciseMatcher
from services.ledger import Key
from tools import TOOLS, Memory, ToolContext, run_tool

LEFT_OPEN = frozenset({"substitute", "scope"})
"""What a scenario may leave to the system: it is taken from the call that was made."""


def writes_something(scenario: Scenario) -> bool:
    """Whether any expected call changes anything."""
    return any(
        call.tool in TOOLS and TOOLS[call.tool].writes for turn in scenario.turns for call in turn.calls
    )


def is_supported(scenario: Scenario) -> bool:
    """Whether this build has all tools that are expected."""
    return all(call.tool in TOOLS for turn in scenario.turns for call in turn.calls)


async def carry_out(
    database: Database,
    matcher: ExerciseMatcher,
    athlete_id: UUID,
    scenario: Scenario,
    outcomes: Sequence[TurnOutcome],
) -> str | None:
    """Makes the expected writing calls for an athlete; says what is wrong when one of them is refused."""
    for place, turn in enumerate(scenario.turns):
        made = outcomes[place].calls if place < len(outcomes) else ()
        for index, call in enumerate(turn.calls):
            if not TOOLS[call.tool].writes:
                continue
            arguments = {**_left_open(call.tool, call.args, made), **call.args}
            context = ToolContext(
                database, matcher, athlete_id, Key(f"expected:{place}:{index}"), turn.say, Memory()
            )
            result = await run_tool(context, call.tool, arguments)
            if not result.ok and call.tool != "undo_last":
                return f"turn {place + 1}: {call.tool} is refused: {result.question or result.say}"
    return None


def _left_open(tool: str, said: dict[str, Any], made: Sequence[ObservedCall]) -> dict[str, Any]:
    found = next((call.args for call in made if call.tool == tool and not call.failed), {})
    return {name: value for name, value in found.items() if name in LEFT_OPEN and name not in said}

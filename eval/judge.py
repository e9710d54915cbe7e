"""The judgement of one turn: is what happened what had to happen?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from eval.compare import Comparison, compare_calls
from eval.outcome import ObservedCall, TurnOutcome
from eval.replies import is_question, reply_faults
from eval.scenario import RowCheck, Scenario, Turn
from eval.state import State

NOT_PLAYED = TurnOutcome(error="the turn was not played")


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn of one run, judged. `reasons` says in words why it is not exact; empty when it is."""

    scenario: Scenario
    index: int
    run: int
    outcome: TurnOutcome
    comparison: Comparison
    reasons: tuple[str, ...]
    false_writes: int
    supported: bool = True

    @property
    def turn(self) -> Turn:
        """What was expected."""
        return self.scenario.turns[self.index]

    @property
    def exact(self) -> bool:
        """All that the scenario asks of the turn is met."""
        return not self.reasons


def judge_scenario(
    scenario: Scenario, outcomes: list[TurnOutcome], *, run: int = 0, tools: Collection[str] | None = None
) -> list[TurnResult]:
    """Judges the turns of one run of a scenario. `tools`: those this build has; None takes all as there.

    A turn that expects a tool that is not there is judged too, but not `supported`. Turns without an outcome
    count as not exact.
    """
    state = State.given(scenario.given)
    results = []
    for index, turn in enumerate(scenario.turns):
        outcome = outcomes[index] if index < len(outcomes) else NOT_PLAYED
        results.append(_judge_turn(scenario, index, run, outcome, state, tools))
        state = state.after_turn(turn.calls, outcome.calls)
    return results


def _judge_turn(
    scenario: Scenario,
    index: int,
    run: int,
    outcome: TurnOutcome,
    state: State,
    tools: Collection[str] | None,
) -> TurnResult:
    turn = scenario.turns[index]
    made = _calls_to_compare(turn, outcome)
    comparison = compare_calls(turn.calls, made, state)
    false_writes = sum(made[i].wrote for i in comparison.false_calls)
    return TurnResult(
        scenario,
        index,
        run,
        outcome,
        comparison,
        tuple(_reasons(turn, outcome, comparison)),
        false_writes,
        supported=tools is None or all(call.tool in tools for call in turn.calls),
    )


def _calls_to_compare(turn: Turn, outcome: TurnOutcome) -> tuple[ObservedCall, ...]:
    """A call that failed did nothing and so did not happen, except where no tool may even be tried."""
    return tuple(call for call in outcome.calls if not call.failed or not turn.calls)


def _reasons(turn: Turn, outcome: TurnOutcome, comparison: Comparison) -> Iterator[str]:
    if outcome.error is not None:
        yield f"error: {outcome.error}"
    if turn.ask:
        # A tool may find out that it must ask; it is writing that is forbidden.
        if any(call.wrote for call in outcome.calls):
            yield "something was written where a question was due"
        if not is_question(outcome.reply):
            yield "the reply is not a question"
    elif not comparison.tools_match:
        yield "other tool calls than expected"
    else:
        yield from comparison.wrong_arguments
    if turn.reply is not None:
        yield from reply_faults(turn.reply, outcome.reply)
    for position, check in enumerate(turn.after):
        count = outcome.row_counts[position] if position < len(outcome.row_counts) else None
        if fault := _row_fault(check, count):
            yield fault


def _row_fault(check: RowCheck, count: int | None) -> str | None:
    rows = f"{check.table} rows with {', '.join(f'{k} {v}' for k, v in check.where.items())}"
    if count is None:
        return f"cannot count {rows}"
    if check.absent:
        return f"{count} {rows}, where none may be" if count else None
    if check.count is None:
        return None if count else f"no {rows}"
    return None if count == check.count else f"{count} {rows}, not {check.count}"

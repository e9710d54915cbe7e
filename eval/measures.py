"""The measures of a run, from the judged turns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.statistics import Share, pass_at_k, pass_hat_k, percentile
from eval.arguments import Verdict
from eval.judge import TurnResult
from eval.replies import is_question, word_errors


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in milliseconds; None when nothing was timed."""

    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """What a run came to. Turns of unsupported tools count in `false_writes` and nowhere else."""

    exact: Share
    tool_accuracy: Share
    """Turns whose tools and their order are right. A turn that must ask is right when nothing was written."""

    argument_accuracy: Share
    """Arguments that are right, of those expected and those invented, in turns whose tools are right."""

    false_writes: int
    missed: int
    asked: int
    """Turns in which, instead of what was to be done, something was asked and nothing was written."""

    word_error_rate: float | None
    latency: Latency
    cost_usd: float | None
    pass_at_k: float | None
    pass_hat_k: float | None
    errors: int
    end_states: Share
    """Scenarios, in every run, after which the athlete has what the expected calls come to."""

    by_tag: dict[str, Share]
    unsupported_turns: int
    unsupported_tools: dict[str, int]


def measure(
    results: Sequence[TurnResult], *, repeat: int = 1, tools: Iterable[str] | None = None
) -> Measures:
    """The measures over all runs of all scenarios; `tools` names those this build has (None: all)."""
    counted = [r for r in results if r.supported]
    left_out = [r for r in results if not r.supported]
    have = None if tools is None else frozenset(tools)
    lacking = Counter(c.tool for r in left_out for c in r.turn.calls if have is None or c.tool not in have)
    at_k, hat_k = _passes(counted, repeat)
    costs = [r.outcome.cost_usd for r in results if r.outcome.cost_usd is not None]
    return Measures(
        exact=_share(counted),
        tool_accuracy=Share(sum(map(_right_tools, counted)), len(counted)),
        argument_accuracy=_arguments(counted),
        false_writes=sum(r.false_writes for r in results),
        missed=sum(r.comparison.missed for r in counted),
        asked=sum(map(_asked, counted)),
        word_error_rate=_word_error_rate(counted),
        latency=_latency(counted),
        cost_usd=sum(costs) if costs else None,
        pass_at_k=at_k,
        pass_hat_k=hat_k,
        errors=sum(r.outcome.error is not None for r in counted),
        end_states=_end_states(counted),
        by_tag=_by_tag(counted),
        unsupported_turns=len(left_out),
        unsupported_tools=dict(lacking.most_common()),
    )


def _share(results: Sequence[TurnResult]) -> Share:
    return Share(sum(r.exact for r in results), len(results))


def _right_tools(result: TurnResult) -> bool:
    if result.turn.ask:
        return not any(call.wrote for call in result.outcome.calls)
    return result.comparison.tools_match


def _asked(result: TurnResult) -> bool:
    wrote = any(call.wrote for call in result.outcome.calls)
    due = bool(result.turn.calls) and not result.exact
    return due and not wrote and is_question(result.outcome.reply)


def _arguments(results: Sequence[TurnResult]) -> Share:
    verdicts = [v for r in results for call in r.comparison.verdicts for v in call.values()]
    return Share(sum(v is Verdict.RIGHT for v in verdicts), len(verdicts))


def _word_error_rate(results: Sequence[TurnResult]) -> float | None:
    counts = [
        word_errors(r.turn.say, r.outcome.transcript or "")
        for r in results
        if r.turn.audio is not None or r.outcome.transcript is not None
    ]
    words = sum(total for _, total in counts)
    return sum(errors for errors, _ in counts) / words if words else None


def _latency(results: Sequence[TurnResult]) -> Latency:
    times = [r.outcome.latency_ms for r in results if r.outcome.latency_ms is not None]
    return Latency(percentile(times, 0.50), percentile(times, 0.95), percentile(times, 0.99))


def _end_states(results: Sequence[TurnResult]) -> Share:
    looked_at = [r.outcome.end_state for r in results if r.outcome.end_state is not None]
    return Share(sum(not found for found in looked_at), len(looked_at))


def _passes(results: Sequence[TurnResult], repeat: int) -> tuple[float | None, float | None]:
    """pass@k and pass^k over the scenarios, with k the number of runs; None when run once.

    A scenario passes when all its counted turns are exact and its end state is as expected.
    """
    runs: dict[str, dict[int, bool]] = defaultdict(lambda: defaultdict(lambda: True))
    for result in results:
        passed_turn = result.exact and not result.outcome.end_state
        runs[result.scenario.source or result.scenario.id][result.run] &= passed_turn
    if repeat < 2 or not runs:
        return None, None
    passed = [sum(by_run.values()) for by_run in runs.values()]
    at_k = sum(pass_at_k(repeat, c, repeat) for c in passed) / len(passed)
    hat_k = sum(pass_hat_k(repeat, c, repeat) for c in passed) / len(passed)
    return at_k, hat_k


def _by_tag(results: Sequence[TurnResult]) -> dict[str, Share]:
    groups: dict[str, list[TurnResult]] = defaultdict(list)
    for result in results:
        for tag in result.scenario.tags:
            groups[tag].append(result)
    return {tag: _share(group) for tag, group in sorted(groups.items())}

"""The report of a run, for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.statistics import Share
from eval.hearing import error_rate_by_value, key_word_errors
from eval.judge import TurnResult
from eval.robustness import robustness
from eval.run import Run
from eval.talking import faults, interruption_ms, talking
from eval.talking import to_json as talking_json
from prompts import versions

NOISE = "noise:"
TIMED = ("latency_ms", "timings")
"""The members of a report that depend on how fast the machine was."""


def to_json(run: Run) -> dict[str, Any]:
    """The report as the evaluation contract names it, with more beside: see docs/evaluation.md."""
    m = run.measures
    return {
        "dataset": run.dataset,
        "router": run.router,
        "prompts": versions(),
        "repeat": run.repeat,
        "seed": run.seed,
        "scenarios": run.scenarios,
        "turns": m.exact.total,
        "exact_turns": m.exact.hits,
        "exact_share": m.exact.value,
        "tool_accuracy": m.tool_accuracy.value,
        "argument_accuracy": m.argument_accuracy.value,
        "false_writes": m.false_writes,
        "missed": m.missed,
        "asked": m.asked,
        "word_error_rate": m.word_error_rate,
        "key_word_errors": {kind: share.value for kind, share in key_words(run).items()},
        "turn_taking": turn_taking(run),
        "talking": talking_json(talking(run.results)),
        "word_error_rate_by_value": by_value(run),
        "latency_ms": asdict(m.latency),
        "cost_usd": m.cost_usd,
        "pass_at_k": m.pass_at_k,
        "pass_hat_k": m.pass_hat_k,
        "errors": m.errors,
        "judge": asdict(run.verdicts) if run.verdicts else None,
        "end_states": {"compared": m.end_states.total, "as_expected": m.end_states.hits},
        "unsupported": {"turns": m.unsupported_turns, "tools": m.unsupported_tools},
        "robustness": _robustness(run),
        "by_tag": {tag: {"turns": s.total, "exact_turns": s.hits} for tag, s in m.by_tag.items()},
        "failures": [_failure(result) for result in run.failures],
        "turn_taking_faults": [_turn_taking_fault(r) for r in run.results if r.supported and faults(r)],
        "end_state_differences": [_difference(result) for result in run.results if result.outcome.end_state],
        "results": [_result(result) for result in run.results],
        "timings": _timings(run),
    }


def without_timings(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report without what depends on how fast the machine was: all else is alike in every run."""
    return {name: value for name, value in report.items() if name not in TIMED}


def _failure(result: TurnResult) -> dict[str, Any]:
    return {
        "id": result.scenario.id,
        "turn": result.index + 1,
        "run": result.run + 1,
        "source": result.scenario.source,
        "say": result.turn.say,
        "expected": result.turn.model_dump(
            mode="json", include={"calls", "ask", "reply", "after"}, exclude_unset=True
        ),
        "got": _got(result),
        "reasons": list(result.reasons),
        "false_writes": result.false_writes,
        "supported": result.supported,
        "audio": str(result.turn.audio) if result.turn.audio else None,
    }


def key_words(run: Run) -> dict[str, Share]:
    """Of the words that matter, by kind, how many were not heard."""
    heard = [(r.turn.say, r.outcome.transcript) for r in run.results if r.supported]
    return key_word_errors((said, text) for said, text in heard if text is not None)


def turn_taking(run: Run) -> dict[str, int]:
    """How the turns spoken through a door ended."""
    ways = Counter(r.outcome.turn_taking for r in run.results if r.outcome.turn_taking)
    return {str(way).replace("_", " "): count for way, count in sorted(ways.items())}


def by_value(run: Run) -> float | None:
    """The word error rate with numbers compared by value."""
    return error_rate_by_value(
        (r.turn.say, r.outcome.transcript)
        for r in run.results
        if r.supported and r.outcome.transcript is not None
    )


def _noise(result: TurnResult) -> str | None:
    return next((t[len(NOISE) :] for t in result.scenario.tags if t.startswith(NOISE)), None)


def _robustness(run: Run) -> dict[str, Any] | None:
    found = robustness(run.results)
    if found is None:
        return None
    rules = {rule: (plain, varied) for rule, (plain, varied) in found.by_rule.items()}
    return {
        **_varied(found.plain, found.varied),
        "p_value": found.p_value,
        "by_rule": {rule: _varied(plain, varied) for rule, (plain, varied) in rules.items()},
    }


def _varied(plain: Share, varied: Share) -> dict[str, int]:
    return {"turns": plain.total, "exact_as_they_stand": plain.hits, "exact_varied": varied.hits}


def _result(result: TurnResult) -> dict[str, Any]:
    """One turn in short, for comparing runs: which tools were expected and made, and how it went."""
    outcome = result.outcome
    return {
        "id": result.scenario.id,
        "run": result.run + 1,
        "turn": result.index + 1,
        "tags": list(result.scenario.tags),
        "expected": "ask" if result.turn.ask else [call.tool for call in result.turn.calls],
        "got": [call.tool for call in outcome.calls if not call.failed],
        "exact": result.exact,
        "supported": result.supported,
        "noise": _noise(result),
        "false_writes": result.false_writes,
        "end_state": None if outcome.end_state is None else not outcome.end_state,
        "cost_usd": outcome.cost_usd,
        "confidence": outcome.confidence,
    }


def _timings(run: Run) -> dict[str, Any]:
    turns = [
        {"id": r.scenario.id, "run": r.run + 1, "turn": r.index + 1, "latency_ms": r.outcome.latency_ms}
        | {"stages": dict(r.outcome.timings)}
        for r in run.results
        if r.outcome.latency_ms is not None or r.outcome.timings
    ]
    found: dict[str, Any] = {"jobs": run.jobs, "seconds": round(run.seconds, 3), "turns": turns}
    if silenced := interruption_ms(talking(run.results)):
        found["interruption_ms"] = silenced
    return found


def _difference(result: TurnResult) -> dict[str, Any]:
    scenario = result.scenario
    found = list(result.outcome.end_state or ())
    return {"id": scenario.id, "run": result.run + 1, "source": scenario.source, "differences": found}


def _turn_taking_fault(result: TurnResult) -> dict[str, Any]:
    return {
        "id": result.scenario.id,
        "turn": result.index + 1,
        "run": result.run + 1,
        "say": result.turn.say,
        "faults": faults(result),
        "transcript": result.outcome.transcript,
        "audio": str(result.turn.audio) if result.turn.audio else None,
    }


def _got(result: TurnResult) -> dict[str, Any]:
    outcome = result.outcome
    got: dict[str, Any] = {
        "calls": [
            {"tool": c.tool, "args": dict(c.args), "wrote": c.wrote, "failed": c.failed}
            for c in outcome.calls
        ],
        "reply": outcome.reply,
    }
    if outcome.row_counts:
        got["row_counts"] = list(outcome.row_counts)
    if outcome.transcript is not None:
        got["transcript"] = outcome.transcript
    if outcome.error is not None:
        got["error"] = outcome.error
    return got

"""Reading a report back, and the views of it that pages and comparisons share."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.statistics import Share, percentile
from services.evaluations.comparing import Report, ReportError

NEEDED = ("dataset", "router", "turns", "exact_turns", "failures", "results")

STAGES = (
    ("end_of_turn_delay", "end of speech to end of turn"),
    ("transcription_delay", "of it, waiting for the transcript"),
    ("recognition", "recognised"),
    ("state", "state read"),
    ("router", "understood"),
    ("recorded", "turn recorded"),
    ("committed", "calls committed"),
    ("tts_node_ttfb", "first sound of the voice"),
)
AFTER_TRANSCRIPT = ("state", "router", "recorded", "committed")
"""Stages that the server counts from the final transcript on."""


def read_report(path: Path) -> Report:
    """The report in `path`. Raises `ReportError`."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: cannot be read as a report: {error}") from None
    missing = [name for name in NEEDED if not isinstance(report, dict) or name not in report]
    if missing:
        raise ReportError(
            f"{path}: not a report of `voicefit eval run --json` of this version: it lacks {missing[0]}"
        )
    return dict(report)


def shares(
    results: Iterable[Mapping[str, Any]], keys: Callable[[Mapping[str, Any]], Iterable[str]]
) -> dict[str, Share]:
    """Exact turns by whatever `keys` says a turn belongs to, the biggest group first."""
    totals, hits = Counter[str](), Counter[str]()
    for one in results:
        for key in dict.fromkeys(keys(one)):
            totals[key] += 1
            hits[key] += one["exact"]
    return {key: Share(hits[key], total) for key, total in totals.most_common()}


def tools_of(one: Mapping[str, Any]) -> list[str]:
    """The tools a turn expects; a turn without any belongs to what is expected instead."""
    return ["(a question)"] if one["expected"] == "ask" else list(one["expected"]) or ["(nothing)"]


def confusions(results: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """What was expected, what was done instead, and how often; only where the tools differ."""
    found: Counter[tuple[str, str]] = Counter()
    for one in results:
        expected, got = " + ".join(tools_of(one)), " + ".join(one["got"]) or "(nothing)"
        asked = one["expected"] == "ask" and one["exact"]
        if expected != got and not one["exact"] and not asked:
            found[expected, got] += 1
    return [(expected, got, count) for (expected, got), count in found.most_common()]


@dataclass(frozen=True, slots=True)
class Stage:
    """How long a stage takes: when it begins and ends, in milliseconds from where its clock starts."""

    title: str
    begins: float
    ends: float


def waterfall(stages: Mapping[str, float]) -> list[Stage]:
    """The stages of one turn, one after another."""
    found: list[Stage] = []
    heard = stages.get("end_of_turn_delay", stages.get("recognition", 0.0))
    last = heard
    for key, title in STAGES:
        if key not in stages:
            continue
        value = float(stages[key])
        if key in AFTER_TRANSCRIPT:
            found.append(Stage(title, last, heard + value))
            last = max(last, heard + value)
        elif key == "tts_node_ttfb":
            found.append(Stage(title, last, last + value))
        else:
            found.append(Stage(title, 0.0, value))
    return found


def typical_stages(turns: Sequence[Mapping[str, Any]], share: float) -> dict[str, float]:
    """Each stage's percentile over the turns that have it."""
    values: dict[str, list[float]] = defaultdict(list)
    for turn in turns:
        for key, value in turn.get("stages", {}).items():
            values[key].append(float(value))
    return {key: point for key, one in values.items() if (point := percentile(one, share)) is not None}

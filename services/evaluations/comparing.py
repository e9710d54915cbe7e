"""Two runs over the same turns: which is better, and whether that is more than chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import Invalid
from core.statistics import Share, mcnemar, pass_at_k, pass_hat_k

ALPHA = 0.05
"""How likely a difference may be by chance and still counts as one."""

Report = Mapping[str, Any]
"""What `voicefit eval run --json` writes."""

Turn = tuple[str, int, int]
"""The scenario's id, the run and the turn."""


class ReportError(Invalid):
    """A file is not a report of `voicefit eval run --json`, or two are of other scenarios."""


def counted(report: Report) -> list[Mapping[str, Any]]:
    """The turns that count: those whose tools the build has."""
    return [one for one in report["results"] if one["supported"]]


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two runs came to over the turns that both counted."""

    name: str
    exact: Share
    passes: Mapping[int, tuple[float, float]]
    """pass@k and pass^k of the scenarios, by k up to how often they were played."""

    false_writes: int
    latency: Mapping[str, float | None]
    cost_per_session: float | None
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """The two sides, the turns on which they differ, and how likely that is if they are the same."""

    first: Side
    second: Side
    only_first: tuple[Turn, ...]
    only_second: tuple[Turn, ...]
    p_value: float
    left_out: int
    """Turns that only one of the two counted."""


def compare(first: Report, second: Report) -> Compared:
    """Pairs the turns of two reports. Raises `ReportError` when they have none in common."""
    mine, other = _by_turn(first), _by_turn(second)
    common = [turn for turn in mine if turn in other]
    if not common:
        raise ReportError("the two reports have no turn in common: they are of other scenarios")
    only_first = tuple(t for t in common if mine[t]["exact"] and not other[t]["exact"])
    only_second = tuple(t for t in common if other[t]["exact"] and not mine[t]["exact"])
    return Compared(
        _side(first, [mine[turn] for turn in common]),
        _side(second, [other[turn] for turn in common]),
        only_first,
        only_second,
        mcnemar(len(only_first), len(only_second)),
        len(mine.keys() ^ other.keys()),
    )


def is_worse(found: Compared) -> bool:
    """Whether the second run is worse than the first, and that is more than chance."""
    return found.p_value < ALPHA and len(found.only_first) > len(found.only_second)


def _by_turn(report: Report) -> dict[Turn, Mapping[str, Any]]:
    found: dict[Turn, Mapping[str, Any]] = {}
    for one in counted(report):
        key = one["id"], one["run"], one["turn"]
        if key in found:
            raise ReportError(
                f"scenario {key[0]!r} is in the report twice: ids must be unique to be compared"
            )
        found[key] = one
    return found


def _side(report: Report, results: list[Mapping[str, Any]]) -> Side:
    sessions = {(one["id"], one["run"]) for one in results}
    costs = [one["cost_usd"] for one in results if one.get("cost_usd") is not None]
    return Side(
        f"{report['dataset']} ({report['router']})",
        Share(sum(one["exact"] for one in results), len(results)),
        _passes(results),
        sum(one["false_writes"] for one in results),
        report.get("latency_ms") or {},
        sum(costs) / len(sessions) if costs else None,
        report.get("settings") or {},
    )


def _passes(results: Iterable[Mapping[str, Any]]) -> dict[int, tuple[float, float]]:
    runs: dict[str, dict[int, bool]] = defaultdict(lambda: defaultdict(lambda: True))
    for one in results:
        runs[one["id"]][one["run"]] &= one["exact"] and one.get("end_state") is not False
    played = min(len(by_run) for by_run in runs.values())
    found = {}
    for k in range(1, played + 1):
        each = [(len(by_run), sum(by_run.values())) for by_run in runs.values()]
        found[k] = (
            sum(pass_at_k(n, passed, k) for n, passed in each) / len(each),
            sum(pass_hat_k(n, passed, k) for n, passed in each) / len(each),
        )
    return found

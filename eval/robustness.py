"""How much accuracy drops when the same is said in other ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.statistics import Share, mcnemar
from eval.judge import TurnResult
from eval.variations import TAG


@dataclass(frozen=True, slots=True)
class Robustness:
    """Turns that were said otherwise, next to the same turns as they stand in the set."""

    plain: Share
    varied: Share
    p_value: float
    """Of the paired test that saying it otherwise makes no difference."""

    by_rule: dict[str, tuple[Share, Share]]
    """For each rule the turns it changed: as they stand, and varied."""


def robustness(results: Sequence[TurnResult]) -> Robustness | None:
    """What varying the scenarios came to; None when none was varied."""
    plain = {
        (r.scenario.source, r.scenario.id, r.run, r.index): r
        for r in results
        if _rule(r) is None and r.supported
    }
    pairs: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for result in results:
        rule = _rule(result)
        if rule is None or not result.supported:
            continue
        original = plain.get(
            (result.scenario.source, result.scenario.id.split("~")[0], result.run, result.index)
        )
        if original is not None and original.turn.say != result.turn.say:
            pairs[rule].append((original.exact, result.exact))
    every = [pair for found in pairs.values() for pair in found]
    if not every:
        return None
    lost = sum(before and not after for before, after in every)
    gained = sum(after and not before for before, after in every)
    return Robustness(
        *_shares(every),
        mcnemar(lost, gained),
        {rule: _shares(found) for rule, found in sorted(pairs.items())},
    )


def _shares(pairs: Sequence[tuple[bool, bool]]) -> tuple[Share, Share]:
    return Share(sum(a for a, _ in pairs), len(pairs)), Share(sum(b for _, b in pairs), len(pairs))


def _rule(result: TurnResult) -> str | None:
    return next((tag[len(TAG) :] for tag in result.scenario.tags if tag.startswith(TAG)), None)

"""Shares and times that were measured, and what can be said of them when there are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, floor, sqrt

Z95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` out of `total`."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None out of nothing."""
        return self.hits / self.total if self.total else None


def wilson(hits: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927), from 0 to 1; of nothing, all that is possible."""
    if total == 0:
        return 0.0, 1.0
    share, square = hits / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    # At the ends the interval touches 0 and 1 exactly; rounding must not leave the share outside it.
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == total else min(1.0, middle + half)
    return low, high


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value (McNemar 1947, binomial) of two runs over the same turns being alike.

    `only_first` turns were right in the first run alone, `only_second` in the second alone. Turns on which
    both agree say nothing of the difference.
    """
    n = only_first + only_second
    if n == 0:
        return 1.0
    tail: int = sum(comb(n, k) for k in range(min(only_first, only_second) + 1))
    return float(min(1.0, tail / 2 ** (n - 1)))


def pass_at_k(n: int, passed: int, k: int) -> float:
    """The chance that at least one of `k` of the `n` runs passes (Chen et al. 2021, arXiv:2107.03374)."""
    return 1.0 - comb(n - passed, k) / comb(n, k)


def pass_hat_k(n: int, passed: int, k: int) -> float:
    """The chance that all of `k` of the `n` runs pass (Yao et al. 2024, tau-bench, arXiv:2406.12045)."""
    return comb(passed, k) / comb(n, k)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The percentile by linear interpolation (Hyndman and Fan 1996, type 7); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

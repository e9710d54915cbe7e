"""What can be said of shares that were measured on few scenarios."""

from __future__ import annotations

from math import comb, sqrt

Z95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


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

"""Effort and load: how much of the maximum so many reps at such an RPE are.

The chart is Tuchscherer's (Reactive Training Systems, 2008). It has one value for each number of reps that
could have been done at most, in halves: 5 reps with 2 left are as hard as 7 with none, so x reps at RPE r and
x + 1 reps at RPE r + 1 share a value. RPE is 10 less the reps left (RIR; Zourdos et al. 2016).
"""

from __future__ import annotations

FIRST = (100.0, 97.8, 95.5, 93.9, 92.2, 90.7, 89.2, 87.8, 86.3, 85.0)
SECOND = (83.7, 82.4, 81.1, 79.9, 78.6, 77.4, 76.2, 75.1, 73.9, 72.3)
THIRD = (70.7, 69.4, 68.0, 66.7, 65.3, 64.0, 62.6, 61.3, 59.9, 58.6)
PERCENT = FIRST + SECOND + THIRD
"""Percent of the maximum for 1, 1.5, 2 ... 15.5 possible reps."""

MAX_REPS = 12
MIN_RPE = 6.5
"""The chart's edges. Below them a rating is a guess: nobody can tell six reps in reserve from eight."""


def percent_of_max(reps: int, rpe: float) -> float | None:
    """Percent of the 1RM that `reps` at `rpe` are; None off the chart (above 12 reps, below RPE 6.5)."""
    if not 1 <= reps <= MAX_REPS or not MIN_RPE <= rpe <= 10:
        return None
    return PERCENT[round(2 * (reps + 10 - rpe)) - 2]

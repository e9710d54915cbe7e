"""The one-rep maximum as a set suggests it."""

from __future__ import annotations

from services.strength.rpe import percent_of_max

MAX_REPS = 12
"""Formulas agree within a few percent up to ten reps and drift apart above: beyond this, nothing is said."""


def epley(weight: float, reps: int) -> float:
    """Epley's estimate w(1 + r/30) from a set to failure (Boyd Epley, Poundage Chart, 1985).

    One rep is no estimate: it is the weight itself, which the formula would miss by 3 %.
    """
    return weight if reps == 1 else weight * (1 + reps / 30)


def estimate_one_rep_max(
    weight: float, reps: int, *, rpe: float | None = None, rir: int | None = None
) -> float | None:
    """The estimated maximum, in the unit of `weight`; None for no reps, or more than twelve.

    With an effort that Tuchscherer's chart knows, the chart's; otherwise Epley's, which takes the set as all
    there was and so is low for an easy one.
    """
    if not 1 <= reps <= MAX_REPS or weight <= 0:
        return None
    effort = rpe if rpe is not None else 10 - rir if rir is not None else None
    percent = percent_of_max(reps, effort) if effort is not None else None
    return epley(weight, reps) if percent is None else weight * (100 / percent)

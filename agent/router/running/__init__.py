"""Running: a run that is on, one to start, one to log, and how it goes.

`parse` is tried on whole sentences before anything else may take them, and on the parts of a sentence.
"""

from __future__ import annotations

from agent.router.context import Clause, Reading
from agent.router.running import corrections, described, live, questions, settings, status

__all__ = ["parse"]


def parse(clause: Clause) -> Reading | None:
    """What the clause asks of runs, or None."""
    return (
        settings.parse(clause)
        or live.parse(clause)
        or corrections.parse(clause)
        or questions.parse(clause)
        or status.parse(clause)
        or described.parse(clause)
    )

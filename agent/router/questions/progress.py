"""Streaks and badges."""

from __future__ import annotations

from agent.router.context import Reading
from agent.router.questions.question import Question
from agent.router.questions.training import call

RUNNING = frozenset({"running", "treadmill-run"})
"""Exercises that a streak may be of: "my running streak"."""


def progress(question: Question) -> Reading | None:
    """ "what's my streak", "any new badges", "did I unlock anything"."""
    if not question.any("streak", "badge") or _of_an_exercise(question):
        return None
    if not (question.any("ask") or "my" in question.clause.words or len(question.clause.words) == 1):
        return None
    return call("get_progress")


def _of_an_exercise(question: Question) -> bool:
    return any(span.exercise is not None and span.exercise.slug not in RUNNING for span in question.spans)

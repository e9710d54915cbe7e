"""Streaks and badges."""

from __future__ import annotations

from itertools import pairwise

from agent.router.context import Reading
from agent.router.questions.question import Question
from agent.router.questions.training import call

RUNNING = frozenset({"running", "treadmill-run"})
"""Exercises that a streak may be of: "my running streak"."""

STREAK = frozenset({"streak", "streaks"})
JUDGED = frozenset({("is", "it"), ("would", "it"), ("isnt", "it"), ("is", "that")})
ADVISED = frozenset({("should", "i"), ("should", "we"), ("should", "you"), ("should", "one")})


def progress(question: Question) -> Reading | None:
    """ "what's my streak", "any new badges", "did I unlock anything"."""
    if not question.any("streak", "badge") or _of_an_exercise(question) or _of_training(question):
        return None
    if not (question.any("ask") or "my" in question.clause.words or len(question.clause.words) == 1):
        return None
    return call("get_progress")


def _of_an_exercise(question: Question) -> bool:
    return any(span.exercise is not None and span.exercise.slug not in RUNNING for span in question.spans)


def _of_training(question: Question) -> bool:
    """ "is it bad to train two days in a row", "should I run five days straight": what is good, and not what
    the athlete has done. Whoever says "streak" means their own."""
    said = question.clause.words
    if question.any("badge") or STREAK.intersection(said):
        return False
    return any(pair in JUDGED and "to" in said for pair in pairwise(said)) or any(
        pair in ADVISED for pair in pairwise(said)
    )

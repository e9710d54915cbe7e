"""A command beside a question: "log 190 for 6, and what's my PR", "start push day, bench 135 for 10".

Each part is read as if it stood alone, and every part must be understood. What is asked about is the
athlete's own training: a general question beside a set may be talk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.router import questions
from agent.router.asking import asks
from agent.router.context import Clause, Reading
from agent.router.sequence import one, several

_BOUNDARIES = frozenset({",", "and", "then", "also", "so"})
_ASKERS = frozenset({"what", "whats", "how", "hows", "which", "when", "show", "tell", "remind"})
"""Words that begin a question without anything before it."""
_ASKED = frozenset(
    {"get_personal_records", "get_last_performance", "estimate_one_rep_max", "get_workout_summary"}
) | {"get_exercise_cues", "calculate_plates", "get_progress", "get_todays_workout"}
_CHOSEN = frozenset({"swap_exercise"})
_OPENING = frozenset({"start_workout", "swap_exercise"})
"""What a set may follow at once: the exercise that is named there begins the set."""
_DONE = frozenset({"log_set", "repeat_set", "correct_set"})


def mixed(clause: Clause, *, apart: bool = False) -> Reading | None:
    """The clause as a command and a question, or as what opens a workout and its first set.

    `apart` tries only a question that "and" or a pause sets apart: what belongs to it may look like a set
    ("225 for 5 what's my max").
    """
    if apart and not _ASKERS & set(clause.words[2:]):
        return None
    for left, right, parted in _halves(clause):
        if apart and not (parted and right.words[0] in _ASKERS):
            continue
        first = _command(left) or _question(left, _CHOSEN)
        if first is None:
            continue
        following = _question(right, _ASKED) if first.intent in _DONE else None
        if following is None and first.intent in _OPENING:
            following = _set(right)
        if following is not None:
            return _joined(first, following)
    return None


def _halves(clause: Clause) -> Iterator[tuple[Clause, Clause, bool]]:
    """Every way to cut the clause, and whether a word or a pause parts the halves."""
    words = clause.sentence.words
    for i in range(clause.start + 1, clause.end):
        cut = i
        while cut > clause.start + 1 and words[cut - 1] in _BOUNDARIES:
            cut -= 1
        begins = words[i] in _ASKERS or i in clause.sentence.exercises
        if words[i] not in _BOUNDARIES and (cut < i or begins):
            yield replace(clause, end=cut), replace(clause, start=i, follows=True), cut < i


def _command(clause: Clause) -> Reading | None:
    reading = None if asks(clause) else one(clause) or several(clause)
    return reading if reading is not None and reading.kind == "calls" else None


def _question(clause: Clause, tools: frozenset[str]) -> Reading | None:
    reading = questions.parse(clause)
    if reading is None or reading.kind != "calls" or not all(call.tool in tools for call in reading.calls):
        return None
    return reading


def _set(clause: Clause) -> Reading | None:
    reading = one(clause)
    return (
        reading if reading is not None and reading.kind == "calls" and reading.intent == "log_set" else None
    )


def _joined(first: Reading, second: Reading) -> Reading:
    return Reading(
        "calls",
        f"{first.intent or first.calls[0].tool}+{second.intent}",
        (*first.calls, *second.calls),
        confidence=min(first.confidence, second.confidence),
        matches=(*first.matches, *second.matches),
    )

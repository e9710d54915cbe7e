"""Several parts in one sentence: commands side by side, and what people say around a command.

"225 for 5, rest two minutes" is two commands; "I'm knackered, end the workout" is one with its reason. Every
part must be understood, or nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.router.asides import FITS, Aside, read_aside
from agent.router.context import Clause, Reading
from agent.router.intents import COMMANDS, correct_set, undo_last
from agent.router.lexer import Sentence
from agent.router.pending import answer
from agent.router.understanding import Call

_NEVER_TOGETHER = frozenset(
    {
        ("log_set", "log_set"),
        ("undo_last", "correct_set"),
        ("undo_last", "undo_last"),
        ("repeat_set", "repeat_set"),
    }
)
"""Neighbours that mean something else: the second half would be about a set that is gone."""
_SAID_TWICE = frozenset({"finish_workout", "start_workout", "start_rest_timer"})
"""Commands that are the same one when they stand beside each other: "that's the session done, finish up"."""
_STARTERS = frozenset({"start", "rest", "set", "finish", "delete", "undo", "scratch", "log", "give"})
"""Words that begin a command without anything before it."""
_IMPERATIVES = _STARTERS | {
    *("remove", "erase", "take", "get", "cancel", "end", "close", "stop", "make", "change", "can", "could"),
    *("please", "lets", "scrap", "bin", "wipe", "wrap", "call", "time", "begin", "open", "save", "count"),
    *("clear", "strike", "it"),
}
"""Words that may begin a command after an aside."""
_EXPLAINERS = frozenset(
    {"it", "that", "thats", "i", "im", "ive", "because", "cause", "cos", "since", "my", "you", "its", "we"}
)
"""Words that may begin an aside after a command."""
_BOUNDARIES = frozenset({",", "and", "then", "also"})
_MAX_ASIDE_WORDS = 14


def one(clause: Clause) -> Reading | None:
    """The clause as a single command."""
    for parse in COMMANDS:
        reading = parse(clause)
        if reading is not None:
            return reading
    return None


def several(clause: Clause) -> Reading | None:
    """The clause as commands side by side, or a command and asides; None when a part is not understood."""
    for cut, resume in _cuts(clause, _STARTERS):
        right = one(_part(clause, resume, clause.end))
        if right is None:
            continue
        left_clause = _part(clause, clause.start, cut)
        left = one(left_clause) or several(left_clause)
        joined = _joined(left, right, _part(clause, resume, clause.end)) if left is not None else None
        if joined is not None:
            return joined
    return _explained(clause)


def _explained(clause: Clause) -> Reading | None:
    """A command beside the aside that explains it: "that was a mistake, delete it", or turned round."""
    for cut, resume in _cuts(clause, _IMPERATIVES | _EXPLAINERS):
        left, right = _part(clause, clause.start, cut), _part(clause, resume, clause.end)
        if len(left.words) <= _MAX_ASIDE_WORDS:
            aside = read_aside(left)
            reading = _beside(aside, right, follows=True) if aside else None
            if reading is not None:
                return reading
        if len(right.words) <= _MAX_ASIDE_WORDS:
            aside = read_aside(right)
            reading = _beside(aside, left, follows=False) if aside else None
            if reading is not None:
                return reading
    return None


def _beside(aside: Aside, clause: Clause, *, follows: bool) -> Reading | None:
    """The command of `clause`, if `aside` may stand beside it."""
    if aside.kind == "mistake":
        return undo_last.parse(clause) or (_corrected(clause) if follows else None) or _whole(clause, aside)
    return _whole(clause, aside)


def _whole(clause: Clause, aside: Aside) -> Reading | None:
    reading = one(clause) or _explained(clause)
    if reading is None or aside.kind not in FITS.get(reading.intent, ()):
        return None
    if aside.name and reading.calls == (Call("start_workout"),):
        return replace(reading, calls=(Call("start_workout", {"name": aside.name}),))
    return reading


def _corrected(clause: Clause) -> Reading | None:
    """What follows "I miscounted": read as if "no" came before it."""
    words = ("no", ",", *clause.words)
    sentence = Sentence.of(words, clause.matcher.find_in(words))
    return correct_set.parse(replace(clause, sentence=sentence, start=0, end=len(words)))


def _part(clause: Clause, start: int, end: int) -> Clause:
    # "… and give me a minute" is a rest after a set: the later part knows that something came before it.
    follows = clause.follows or start > clause.start
    return Clause(clause.sentence, start, end, clause.state, clause.matcher, follows)


def _cuts(clause: Clause, starters: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where a sentence may be cut, the last place first: the end of the left and the start of the right part.

    First at commas and "and", then before a word that begins a part by itself.
    """
    words = clause.sentence.words
    i = clause.end - 1
    while i > clause.start:
        if words[i] in _BOUNDARIES:
            first = i
            while first - 1 > clause.start and words[first - 1] in _BOUNDARIES:
                first -= 1
            if i + 1 < clause.end:
                yield first, i + 1
            i = first
        i -= 1
    for i in range(clause.end - 1, clause.start, -1):
        if words[i] in starters and words[i - 1] not in _BOUNDARIES:
            yield i, i


def _joined(left: Reading, right: Reading, right_clause: Clause) -> Reading | None:
    if (left.intent, right.intent) in _NEVER_TOGETHER:
        return None
    if left.intent == "start_rest_timer" and right.intent == "correct_set" and _takes_back(right_clause):
        return None  # "rest two minutes, actually three" is not about the set
    if left.intent == right.intent and left.intent in _SAID_TWICE:
        return _said_twice(left, right, right_clause)
    if left.intent == "repeat_set" and right.kind == "ask":
        return None  # "two more of those and I'm done" is a plan
    calls = (*left.calls, *right.calls)
    intent = f"{left.intent}+{right.intent}"
    confidence = min(left.confidence, right.confidence)
    matches = (*left.matches, *right.matches)
    for part in (left, right):
        if part.kind != "calls":
            held = part.pending
            if held is not None:
                order = (*held.calls, *right.calls) if part is left else (*left.calls, *held.calls)
                held = replace(held, calls=order)
            return Reading(part.kind, intent, (), part.reply, confidence, held, matches)
    return Reading("calls", intent, calls, None, confidence, None, matches)


def _takes_back(clause: Clause) -> bool:
    """Whether the clause begins by taking back what stands before it."""
    return clause.tokens(("no",))[0].tag == "no"


def _said_twice(left: Reading, right: Reading, right_clause: Clause) -> Reading:
    """One command out of two ways of saying it: the one that says more, the later one where both do."""
    if left.kind == right.kind == "ask":
        # Two marks of the end are enough: "that's it, finish up".
        held = left.pending
        if held is not None and held.missing == "confirm":
            return Reading("calls", left.intent, held.calls, confidence=0.85)
        return (answer(right_clause, held) if held is not None else None) or right
    if left.kind != right.kind:
        return left if left.kind == "calls" else right
    return left if any(c.args for c in left.calls) and not any(c.args for c in right.calls) else right

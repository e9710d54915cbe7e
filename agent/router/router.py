"""The local router: an utterance in, an `Understanding` out, in about a millisecond and without I/O.

repair -> words -> exercises and numbers -> the answer to a pending question -> small talk -> the intents over
the whole sentence, then over its parts. An intent takes a clause only when it can explain every word of it;
what nobody explains is handed over, so that talk which merely sounds like a set is never written.
"""

from __future__ import annotations

from collections.abc import Iterator

from agent.router.context import Clause, Reading
from agent.router.intents import COMMANDS, WHOLE
from agent.router.intents.chatter import overheard
from agent.router.lexer import Sentence, split_words
from agent.router.pending import answer
from agent.router.understanding import NameMatch, Pending, Understanding, WorkoutState
from agent.router.vocabulary import POLITE
from agent.speech.repair import repair
from services.exercises.catalogue import Catalogue
from services.exercises.matcher import ExerciseMatcher

HAND_OVER_BELOW = 0.7
"""A reading less certain than this is handed over instead of done."""
MAX_WORDS = 60
"""Longer utterances are talk, not commands."""
_NEVER_TOGETHER = frozenset(
    {
        ("log_set", "log_set"),
        ("undo_last", "correct_set"),
        ("undo_last", "undo_last"),
        ("repeat_set", "repeat_set"),
    }
)
"""Neighbours that mean something else: the second half would be about a set that is gone."""
_STARTERS = frozenset({"start", "rest", "set", "finish", "delete", "undo", "scratch", "log", "give"})
"""Words that begin a command without anything before it."""
_QUESTION_WORDS = frozenset(
    {
        "is",
        "are",
        "am",
        "does",
        "who",
        "whos",
        "what",
        "whats",
        "how",
        "hows",
        "when",
        "whens",
        "where",
        "wheres",
        "why",
        "which",
        "whose",
        "isnt",
        "arent",
        "has",
        "have",
        "should",
        "shall",
        "would",
        "did",
    }
)
_QUESTION_WITH = {
    "did": ("you", "he", "she", "they", "we"),
    "would": ("i", "he", "she", "they"),
    "have": ("you", "i", "they", "we"),
    "should": ("i", "we", "he", "she", "they", "you"),
}
_BOUNDARIES = frozenset({",", "and", "then", "also"})


class Router:
    """Understands the everyday commands. Built once with the catalogue and shared by every session."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.matcher = ExerciseMatcher(catalogue)

    def understand(self, text: str, state: WorkoutState, pending: Pending | None = None) -> Understanding:
        """What `text` comes to in `state`; `pending` is the question asked on the turn before, if any."""
        words = split_words(repair(text))
        if not words:
            return Understanding("ignore", reason="nothing")
        if len(words) > MAX_WORDS:
            return Understanding("hand_over", confidence=0.0, reason="too_long")
        sentence = Sentence.of(words, self.matcher.find_in(words))
        clause = Clause(sentence, 0, len(words), state, self.matcher)
        reading = self._read(clause, pending)
        if reading is None:
            return self._unexplained(clause)
        if reading.kind == "calls" and reading.confidence < HAND_OVER_BELOW:
            return Understanding(
                "hand_over", confidence=reading.confidence, reason=f"unsure_{reading.intent}"
            )
        return Understanding(
            reading.kind,
            reading.calls if reading.kind == "calls" else (),
            reading.reply,
            reading.confidence,
            reading.intent,
            reading.pending,
            reading.matches or _named(clause),
        )

    def _read(self, clause: Clause, pending: Pending | None) -> Reading | None:
        if pending is not None:
            answered = answer(clause, pending)
            if answered is not None:
                return answered
        for parse in WHOLE:
            reading = parse(clause)
            if reading is not None:
                return reading
        if _asks(clause):
            return None
        return _command(clause) or _several(clause)

    def _unexplained(self, clause: Clause) -> Understanding:
        if overheard(clause) and not _asks(clause):
            return Understanding("ignore", confidence=0.6, reason="overheard")
        return Understanding("hand_over", confidence=0.0, reason="unexplained", matches=_named(clause))


def _asks(clause: Clause) -> bool:
    """Whether the words are a question, which never writes ("can you log …" is none)."""
    words = [w for w in clause.words if w not in POLITE]
    if not words or words[0] not in _QUESTION_WORDS:
        return False
    followers = _QUESTION_WITH.get(words[0])
    return followers is None or (len(words) > 1 and words[1] in followers)


def _command(clause: Clause) -> Reading | None:
    for parse in COMMANDS:
        reading = parse(clause)
        if reading is not None:
            return reading
    return None


def _several(clause: Clause) -> Reading | None:
    """Commands side by side: "225 for 5, rest two minutes". All parts must be understood."""
    for cut, resume in _cuts(clause):
        right = _command(_part(clause, resume, clause.end))
        if right is None:
            continue
        left_clause = _part(clause, clause.start, cut)
        left = _command(left_clause) or _several(left_clause)
        if left is None or (left.intent, right.intent) in _NEVER_TOGETHER:
            continue
        return _joined(left, right)
    return None


def _part(clause: Clause, start: int, end: int) -> Clause:
    # "… and give me a minute" is a rest after a set: the later part knows that something came before it.
    follows = clause.follows or start > clause.start
    return Clause(clause.sentence, start, end, clause.state, clause.matcher, follows)


def _cuts(clause: Clause) -> Iterator[tuple[int, int]]:
    """Where a sentence may be cut, the last place first: the end of the left and the start of the right part.

    First at commas and "and", then before a word that begins a command by itself.
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
        if words[i] in _STARTERS and words[i - 1] not in _BOUNDARIES:
            yield i, i


def _joined(left: Reading, right: Reading) -> Reading:
    calls = (*left.calls, *right.calls)
    intent = f"{left.intent}+{right.intent}"
    confidence = min(left.confidence, right.confidence)
    matches = (*left.matches, *right.matches)
    for part in (left, right):
        if part.kind != "calls":
            held = part.pending
            if held is not None:
                order = (*held.calls, *right.calls) if part is left else (*left.calls, *held.calls)
                held = Pending(order, held.missing, held.question)
            return Reading(part.kind, intent, (), part.reply, confidence, held, matches)
    return Reading("calls", intent, calls, None, confidence, None, matches)


def _named(clause: Clause) -> tuple[NameMatch, ...]:
    spans = (s for s in clause.sentence.exercises.values() if s.exercise is not None)
    return tuple(
        NameMatch(s.exercise.slug, s.exercise.name, 1.0, "alias", s.words) for s in spans if s.exercise
    )

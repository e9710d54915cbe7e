"""What the athlete calls an exercise: "when I say press I mean overhead press"."""

from __future__ import annotations

from dataclasses import dataclass

from agent.router.context import Reading
from agent.router.questions.question import Question
from agent.router.understanding import Call
from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseSpan

MAX_NAME_WORDS = 5
_LEADING = frozenset(
    {"hey", "so", "okay", "ok", "and", "also", "please", "well", "by", "the", "way", ",", "from", "now", "on"}
)
_TRAILING = frozenset(
    {"from", "now", "on", "okay", "ok", "please", "thanks", "in", "future", "then", ",", "alright"}
)
_ARTICLES = frozenset({"a", "an", "the", "my", ","})


@dataclass(frozen=True, slots=True)
class _Form:
    """`before` name `between` exercise: each one of several runs of words."""

    before: tuple[tuple[str, ...], ...]
    between: tuple[tuple[str, ...], ...]


def _runs(*said: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.split()) for one in said)


FORMS = (
    _Form(
        _runs("when i say", "if i say", "whenever i say", "when i call it", "if i call it", "when i say the"),
        _runs(
            "i mean",
            "i always mean",
            "it means",
            "that means",
            "thats",
            "that is",
            "i am talking about",
            "im talking about",
            "its",
            "it is",
        ),
    ),
    _Form(_runs("by", "with"), _runs("i mean", "i always mean")),
    _Form(
        _runs("remember that", "remember", "note that", "learn that"),
        _runs("means", "is short for", "stands for", "is my name for", "is what i call", "is my word for"),
    ),
    _Form(
        _runs(""), _runs("is short for", "stands for", "is my name for", "is what i call", "is my word for")
    ),
)
"""The ways to say it with the name first. "Press means overhead press" alone may be a question of meaning."""
CALLING = _runs("i call", "we call", "lets call", "call")
"""The ways to say it with the exercise first: "I call trap bar deadlifts hex pulls"."""


def naming(question: Question) -> Reading | None:
    """ "by press I mean overhead press", "I call good mornings mornings"."""
    words = list(question.clause.words)
    start = 0
    while start < len(words) and words[start] in _LEADING and not _begins(words[start:]):
        start += 1
    end = len(words)
    while end > start and words[end - 1] in _TRAILING:
        end -= 1
    named = _named_first(question, start, end) or _exercise_first(question, start, end)
    if named is None:
        return None
    name, exercise = named
    args = {"words": " ".join(name), "exercise": exercise.name}
    return Reading("calls", "name_exercise", (Call("name_exercise", args),), confidence=0.9)


def _begins(words: list[str]) -> bool:
    return any(run and tuple(words[: len(run)]) == run for form in FORMS for run in form.before)


def _named_first(question: Question, start: int, end: int) -> tuple[list[str], Exercise] | None:
    words = list(question.clause.words)
    for form in FORMS:
        for before in form.before:
            if tuple(words[start : start + len(before)]) != before:
                continue
            for between in form.between:
                for place in range(start + len(before) + 1, end - len(between)):
                    if tuple(words[place : place + len(between)]) == between:
                        name = _bare(words[start + len(before) : place])
                        exercise = _exercise_in(question, place + len(between), end)
                        if exercise is not None and 0 < len(name) <= MAX_NAME_WORDS:
                            return name, exercise
    return None


def _exercise_first(question: Question, start: int, end: int) -> tuple[list[str], Exercise] | None:
    words = list(question.clause.words)
    for before in CALLING:
        if tuple(words[start : start + len(before)]) != before:
            continue
        span = _span_at(question, start + len(before))
        if span is not None and span.exercise is not None:
            name = _bare(words[span.end - question.clause.start : end])
            if 0 < len(name) <= MAX_NAME_WORDS and name != ["them"]:
                return name, span.exercise
    return None


def _bare(words: list[str]) -> list[str]:
    """A name without the pauses and articles around it."""
    while words and words[0] in _ARTICLES:
        words = words[1:]
    while words and words[-1] == ",":
        words = words[:-1]
    return [] if "," in words else words


def _exercise_in(question: Question, start: int, end: int) -> Exercise | None:
    """The exercise that `words[start:end]` are, or are surely meant for."""
    words = question.clause.words
    while start < end and words[start] in _ARTICLES:
        start += 1
    span = _span_at(question, start)
    if span is not None and span.end - question.clause.start == end:
        return span.exercise
    found = question.clause.matcher.match(words[start:end], limit=2, floor=0.8) if start < end else []
    sure = found and (len(found) == 1 or found[0].score - found[1].score > 0.05)
    return found[0].exercise if sure else None


def _span_at(question: Question, place: int) -> ExerciseSpan | None:
    """The exercise that is named from a place in the clause on, after an article if there is one."""
    words = question.clause.words
    while place < len(words) and words[place] in _ARTICLES:
        place += 1
    return question.clause.sentence.exercises.get(question.clause.start + place)

"""From an athlete's words to one exercise of the catalogue, or a question."""

from __future__ import annotations

from collections.abc import Sequence

from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseMatcher

SURE = 0.8
"""A match at least this good is taken, unless another exercise is as good."""
WORTH_NAMING = 0.5
LEAD = 0.05
"""How much better than the runner-up the best must be."""
MAX_CHOICES = 3


class Unresolved(Exception):
    """No exercise, or more than one, is meant. The text is the question to ask, about `choices` if any."""

    def __init__(self, question: str, choices: Sequence[Exercise] = ()) -> None:
        super().__init__(question)
        self.choices = tuple(choices)


def find_exercise(matcher: ExerciseMatcher, reference: str, current: str | None = None) -> Exercise:
    """The exercise with the identifier, slug or words `reference`. Raises `Unresolved`."""
    return matcher.catalogue.by_reference(reference) or resolve(matcher, reference, current)


def resolve(matcher: ExerciseMatcher, words: str, current: str | None = None) -> Exercise:
    """The exercise that `words` (a catalogue name, an alias, or something near) mean. Raises `Unresolved`.

    `current` is the slug that the workout is on: it decides between equals.
    """
    if exact := matcher.catalogue.by_name.get(words.casefold().strip()):
        return exact
    tokens = words.lower().split()
    match matcher.find_in(tokens):
        case [span] if span.exercise is not None and (span.start, span.end) == (0, len(tokens)):
            return span.exercise
        case [span] if span.family is not None and (span.start, span.end) == (0, len(tokens)):
            choices = matcher.family(span.family, MAX_CHOICES)
            raise Unresolved(f"Which {span.family}: {_listed(choices)}?", choices)
    matches = matcher.match(words, limit=MAX_CHOICES + 1, context=(current,) if current else ())
    near = [m for m in matches if m.score >= WORTH_NAMING]
    if not near:
        raise Unresolved(f"I don't know the exercise {words!r}. Which one is it?")
    best, *others = near
    if best.score >= SURE and (not others or best.score - others[0].score >= LEAD):
        return best.exercise
    choices = [m.exercise for m in near[:MAX_CHOICES]]
    raise Unresolved(f"Do you mean {_listed(choices)}?", choices)


def _listed(choices: Sequence[Exercise]) -> str:
    names = [one.name.lower() for one in choices]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"

"""From an athlete's words to one exercise of the catalogue, or a question."""

from __future__ import annotations

from collections.abc import Sequence

from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseMatcher
from services.exercises.search import NameContext, packaged_search

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
    answer = packaged_search().find(matcher, words, NameContext(current=current), MAX_CHOICES)
    choices = [one.exercise for one in answer.found]
    match answer.decision:
        case "match":
            return choices[0]
        case "none":
            raise Unresolved(f"I don't know the exercise {words!r}. Which one is it?")
        case "ask":
            asked = "Which one" if answer.found[0].match_type == "family" else "Do you mean"
            listed = f": {_listed(choices)}?" if asked == "Which one" else f" {_listed(choices)}?"
            raise Unresolved(f"{asked}{listed}", choices)


def _listed(choices: Sequence[Exercise]) -> str:
    names = [one.name.lower() for one in choices]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"

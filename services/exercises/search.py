"""Which exercise somebody means: an answer with its certainty, the other candidates, and whether to ask.

The athlete's own names, names and aliases, the same words in another order or spelling, and then likeness: by
words, letters and sounds (`weighing.py`). What the athlete does today and did lately decides between equals.

How sure an answer is, is calibrated: of names that are found with a confidence of 0.7 about 70 % are right
(docs/exercises.md has the figures and how they were measured).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from services.exercises.catalogue import Catalogue, Exercise, packaged_catalogue
from services.exercises.matcher import GENERIC_WORDS, ExerciseMatcher
from services.exercises.names import SureNames
from services.exercises.spelling import EQUIPMENT, words
from services.exercises.weighing import GEAR_COST, Alike, NameWeights

Decision = Literal["match", "ask", "none"]
MatchType = Literal["own", "alias", "words", "fuzzy", "context", "family"]

SAME_WORDS = 0.98
"""Confidence in a name that has the same words as one of the catalogue's."""
MATCH_FROM = 0.9
"""Confidence from which an answer is taken without asking."""
LEAST_LIKENESS = 0.5
"""Less alike than this is another thing altogether."""
MOST_RANKED = 10
LEAST_NAMED = 0.02
"""Candidates less likely than this are not named."""

ONE_WORD_LIKENESS = 0.88
"""How alike a name of one word must be: "hiking" is no biking."""
COMPLETE_LEAD = 0.08
COMPLETE_STRANGE = 0.05
COMPLETE_UNSAID = 0.2
BASE, PER_STRANGE, PER_LEAD, IF_COMPLETE, IF_UNGEARED = 0.63, -9.25, 1.4, 3.15, -3.65
MOST_LEAD = 0.15
"""A logistic regression on 5,400 names: those of the catalogue misspelt, shortened, turned about and with
words that do not belong to them, and half of `tests/services/exercises/data/app_names.csv`."""

TODAY, LATELY, WITH_GEAR = 0.05, 0.03, 0.03
"""What being done today, within two months, or with the equipment that was said adds to a likeness."""
FAMILY_TODAY = 0.95
SPREAD = 0.1
"""How fast what is left of the certainty falls among the other candidates, in likeness."""


@dataclass(frozen=True, slots=True)
class NameContext:
    """What is known besides the words: the slug that the workout is on, those of today, those done lately,
    and equipment that was said apart from the name (in the catalogue's words)."""

    current: str | None = None
    today: Collection[str] = ()
    lately: Collection[str] = ()
    equipment: str | None = None


NO_CONTEXT = NameContext()


@dataclass(frozen=True, slots=True)
class NameFound:
    """An exercise that may be meant, how likely that is (0 to 1), and how it was found."""

    exercise: Exercise
    confidence: float
    match_type: MatchType


@dataclass(frozen=True, slots=True)
class NameAnswer:
    """`match`: the first is meant. `ask`: one of these, probably. `none`: nothing is like it."""

    decision: Decision
    found: tuple[NameFound, ...] = ()


class NameSearch:
    """Finds exercises of one catalogue by written or spoken names. Built once (20 ms); holds no state."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._sure = SureNames(catalogue)
        self._weights = NameWeights(catalogue)

    def sure(self, name: str) -> Exercise | None:
        """The exercise that `name` surely means by its words alone, or None."""
        return self._sure.match(name)

    def suggest(self, name: str, limit: int = 5) -> list[Exercise]:
        """The exercises that `name` may mean, best first, however unlike they are."""
        return [one.exercise for one in self._weights.rank(name, limit)]

    def find(
        self, matcher: ExerciseMatcher, name: str, context: NameContext = NO_CONTEXT, limit: int = 5
    ) -> NameAnswer:
        """Which exercise `name` means to the athlete whose own names `matcher` knows."""
        return self.at_once(matcher, name, context, limit) or decided(name, self.rank(name), context, limit)

    def at_once(
        self, matcher: ExerciseMatcher, name: str, context: NameContext, limit: int
    ) -> NameAnswer | None:
        """The answer if the words alone give it; None when it takes weighing them."""
        if own := matcher.own(name):
            return NameAnswer("match", (NameFound(own, 1.0, "own"),))
        if exact := matcher.exact(name):
            return NameAnswer("match", (NameFound(exact, 1.0, "alias"),))
        if sure := self._sure.match(name):
            return NameAnswer("match", (NameFound(sure, SAME_WORDS, "words"),))
        if family := _family(name):
            return _of_family(matcher.family(family, limit=100), context, limit)
        return None

    def rank(self, name: str) -> list[Alike]:
        """The exercises whose names are most like `name`: what takes some milliseconds, the same for all."""
        return self._weights.rank(name, MOST_RANKED)


def _family(name: str) -> str | None:
    """The family that a name with nothing but family words is of: "press", "presses (barbell)"."""
    families = {GENERIC_WORDS[word] for word in words(name) if word in GENERIC_WORDS}
    if not families or any(word not in GENERIC_WORDS for word in words(name)):
        return None
    moves = families - EQUIPMENT.keys()
    return next(iter(moves or families)) if len(moves) < 2 else None


def _of_family(members: Sequence[Exercise], context: NameContext, limit: int) -> NameAnswer:
    slugs = {one.slug for one in members}
    if context.current in slugs:
        (current,) = (one for one in members if one.slug == context.current)
        return NameAnswer("match", (NameFound(current, FAMILY_TODAY, "context"),))

    def likelihood(one: Exercise) -> tuple[bool, bool, bool]:
        geared = context.equipment is None or context.equipment in one.equipment
        return geared, one.slug in context.today, one.slug in context.lately

    ranked = sorted(members, key=likelihood, reverse=True)[:limit]
    share = 1 / (len(ranked) + 1) if ranked else 0.0
    return NameAnswer("ask" if ranked else "none", tuple(NameFound(one, share, "family") for one in ranked))


def _in_context(one: Alike, context: NameContext) -> Alike:
    slug = one.exercise.slug
    bonus = (TODAY if slug in context.today or slug == context.current else 0.0) + (
        LATELY if slug in context.lately else 0.0
    )
    geared = one.geared
    if context.equipment is not None:
        fits = context.equipment in one.exercise.equipment
        bonus += WITH_GEAR if fits else -GEAR_COST
        geared = geared and fits
    return Alike(one.exercise, one.likeness + bonus, one.strange, one.unsaid, geared)


def decided(
    name: str, alike: Sequence[Alike], context: NameContext = NO_CONTEXT, limit: int = 5
) -> NameAnswer:
    """What to make of the exercises that a name is `alike`."""
    ranked = sorted((_in_context(one, context) for one in alike), key=lambda one: -one.likeness)[:limit]
    if not ranked or ranked[0].likeness < LEAST_LIKENESS:
        return NameAnswer("none")
    best, *others = ranked
    confidence = _confidence(best, others[0].likeness if others else 0.0, one_word=len(words(name)) == 1)
    found = (
        NameFound(best.exercise, confidence, "fuzzy"),
        *_others(others, 1 - confidence, most=confidence),
    )
    return NameAnswer("match" if confidence >= MATCH_FROM else "ask", found)


def _confidence(best: Alike, next_best: float, *, one_word: bool) -> float:
    lead = best.likeness - next_best
    complete = (
        best.geared
        and (best.likeness >= ONE_WORD_LIKENESS or not one_word)
        and lead >= COMPLETE_LEAD
        and best.strange <= COMPLETE_STRANGE
        and best.unsaid <= COMPLETE_UNSAID
    )
    logit = BASE + PER_STRANGE * best.strange + PER_LEAD * min(lead, MOST_LEAD)
    logit += IF_COMPLETE * complete + IF_UNGEARED * (not best.geared)
    return round(1 / (1 + math.exp(-logit)), 3)


def _others(ranked: Sequence[Alike], left: float, most: float) -> list[NameFound]:
    """The other candidates; the certainty that is `left` is shared among them by their likeness."""
    weights = [math.exp(one.likeness / SPREAD) for one in ranked]
    shares = [min(most, left * weight / sum(weights)) for weight in weights]
    return [
        NameFound(one.exercise, round(share, 3), "fuzzy")
        for one, share in zip(ranked, shares, strict=True)
        if share >= LEAST_NAMED
    ]


@lru_cache
def packaged_search() -> NameSearch:
    """The search in the catalogue that comes with VoiceFit."""
    return NameSearch(packaged_catalogue())

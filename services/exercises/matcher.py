"""Which exercise is meant: aliases found in a sentence, and a fuzzy ranking for words that were misheard.

Names are compared with their spaces squeezed out, because recognisers split and join words freely
("dead lift", "push down", "skullcrushers").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from services.exercises.catalogue import Catalogue, Exercise, packaged_catalogue

MAX_ALIAS_WORDS = 6
FUZZY_FLOOR = 0.6
CONTEXT_BONUS = 0.04
"""What being in today's workout adds to a score."""

GENERIC_WORDS: dict[str, str] = {
    "press": "press",
    "presses": "press",
    "pressed": "press",
    "raise": "raise",
    "raises": "raise",
    "machine": "machine",
    "kickback": "kickback",
    "kickbacks": "kickback",
    "row": "row",
    "extension": "extension",
    "extensions": "extension",
    "carry": "carry",
    "carries": "carry",
    "pull": "pull",
    "pulls": "pull",
    "pushes": "push",
    "jump": "jump",
    "jumps": "jump",
    "cable": "cable",
    "cables": "cable",
    "rotation": "rotation",
    "rotations": "rotation",
    "rollout": "rollout",
    "hold": "hold",
    "holds": "hold",
    "lift": "lift",
    "lifts": "lift",
    "olympic lift": "clean",
    "barbell": "barbell",
    "dumbbell": "dumbbell",
    "kettlebell": "kettlebell",
    "incline": "incline",
    "decline": "decline",
}
"""Words that name a family of exercises and not one of them, with the word their names share."""

VERB_FORMS: dict[str, str] = {
    "benched": "bench",
    "cleaned": "clean",
    "jerked": "jerk",
    "pressed": "press",
    "squatted": "squat",
    "deadlifted": "deadlift",
    "curled": "curls",
    "swam": "swimming",
    "planked": "plank",
    "rowed": "row erg",
    "biked": "bike",
    "cycled": "cycling",
    "lunged": "lunges",
    "snatched": "snatch",
    "shrugged": "shrugs",
    "inclined": "incline",
    "declined": "decline",
}
"""The past tense of an exercise, and the misheard adjective, with the words of its alias."""

_NOT_SINGULAR = frozenset({"row", "hang", "cycle", "step", "box", "farmer", "skater", "twentyone"})
"""Singulars of one-word aliases that mean something else, or several things."""


def squeeze(words: str) -> str:
    """`words` as one lower-case word of letters and digits."""
    return re.sub(r"[^a-z0-9]", "", words.lower())


@dataclass(frozen=True, slots=True)
class ExerciseSpan:
    """An exercise named by `tokens[start:end]`. `exercise` is None for a family word such as "press"."""

    start: int
    end: int
    exercise: Exercise | None
    words: str
    family: str | None = None


@dataclass(frozen=True, slots=True)
class ExerciseMatch:
    """An exercise that words may mean, its score from 0 to 1, and how it was found."""

    exercise: Exercise
    score: float
    match_type: Literal["alias", "fuzzy", "prefix", "context"]


class ExerciseMatcher:
    """Finds exercises of one catalogue. Built once (a few milliseconds) and shared; holds no state.

    `personal` makes one that knows an athlete's own names as well.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._own: dict[str, Exercise] = {}
        self._own_prefixes: frozenset[str] = frozenset()
        self._aliases: dict[str, Exercise] = {}
        for exercise in catalogue:
            for name in (exercise.name.lower(), *exercise.aliases):
                self._aliases.setdefault(squeeze(name), exercise)
        for alias, exercise in list(self._aliases.items()):
            for variant in self._variants(alias):
                self._aliases.setdefault(variant, exercise)
        for spoken in GENERIC_WORDS:
            self._aliases.pop(squeeze(spoken), None)
        self._keys = list(self._aliases)
        self._first_words = self._word_starts(catalogue)
        self._prefixes = {key[:n] for key in self._aliases for n in range(1, len(key) + 1)}
        self._families = {
            family: tuple(e for e in catalogue if re.search(rf"\b{family}", e.name.lower()))
            for family in set(GENERIC_WORDS.values())
        }

    def personal(self, names: Mapping[str, str]) -> ExerciseMatcher:
        """This matcher, for an athlete to whom `names` (words: slug) mean what they say before all else.

        It shares everything with this one: making it takes no longer than there are names.
        """
        by_slug = self.catalogue.by_slug
        own = {squeeze(words): by_slug[slug] for words, slug in names.items() if slug in by_slug}
        for name, exercise in list(own.items()):
            for variant in self._variants(name):
                own.setdefault(variant, exercise)
        if own == self._own:
            return self
        mine = copy(self)
        mine._own = own
        mine._own_prefixes = frozenset(key[:n] for key in own for n in range(1, len(key) + 1))
        return mine

    def own(self, words: str) -> Exercise | None:
        """The exercise that the athlete calls `words`, or None."""
        return self._own.get(squeeze(words))

    def exact(self, words: str) -> Exercise | None:
        """The exercise of which `words` are the name or an alias, or None."""
        return self._aliases.get(squeeze(" ".join(VERB_FORMS.get(w, w) for w in words.lower().split())))

    @staticmethod
    def _variants(alias: str) -> tuple[str, ...]:
        if alias.endswith("s") and not alias.endswith("ss"):
            singular = alias[:-1]
            if singular.isdigit():
                return ()
            return () if singular in _NOT_SINGULAR or len(singular) < 4 else (singular,)
        return (alias + "es",) if alias.endswith(("ss", "ch", "sh")) else (alias + "s",)

    @staticmethod
    def _word_starts(catalogue: Catalogue) -> frozenset[str]:
        names = (n for e in catalogue for n in (e.name.lower(), *e.aliases))
        return frozenset(word for name in names for word in re.findall(r"[a-z0-9]+", name))

    def is_exercise_word(self, word: str) -> bool:
        """Whether `word` occurs in the name or an alias of any exercise."""
        return word in self._first_words

    def begun_by(self, words: str) -> frozenset[str]:
        """The slugs of the exercises with names that go on after `words`: "incline dumbbell"."""
        begun = squeeze(words)
        if begun not in self._prefixes:
            return frozenset()
        return frozenset(e.slug for key, e in self._aliases.items() if key.startswith(begun) and key != begun)

    def find_in(self, tokens: Sequence[str]) -> list[ExerciseSpan]:
        """The exercises named exactly (by name, alias or family word), longest first, without overlap.

        `tokens` are lower-case words; punctuation marks as tokens end a name.
        """
        spans: list[ExerciseSpan] = []
        i = 0
        while i < len(tokens):
            span = self._longest_at(tokens, i)
            if span is None:
                i += 1
            else:
                spans.append(span)
                i = span.end
        return spans

    def _longest_at(self, tokens: Sequence[str], i: int) -> ExerciseSpan | None:
        squeezed = ""
        best: ExerciseSpan | None = None
        for j in range(i, min(i + MAX_ALIAS_WORDS, len(tokens))):
            word = VERB_FORMS.get(tokens[j], tokens[j])
            piece = squeeze(word)
            if not piece:
                break
            squeezed += piece
            if squeezed not in self._prefixes and squeezed not in self._own_prefixes:
                break
            exercise = self._own.get(squeezed) or self._aliases.get(squeezed)
            if exercise is not None:
                best = ExerciseSpan(i, j + 1, exercise, " ".join(tokens[i : j + 1]))
        if best is None and tokens[i] in GENERIC_WORDS:
            return ExerciseSpan(i, i + 1, None, tokens[i], GENERIC_WORDS[tokens[i]])
        return best

    def family(self, family: str, limit: int = 4) -> list[Exercise]:
        """The commonest exercises of a family word ("press"), the barbell and compound ones first."""
        members = self._families.get(family, ())
        # What people do most they have most names for.
        return sorted(members, key=lambda e: -len(e.aliases))[:limit]

    def match(
        self,
        words: str | Sequence[str],
        limit: int = 5,
        context: Collection[str] = (),
        floor: float = FUZZY_FLOOR,
    ) -> list[ExerciseMatch]:
        """The exercises that `words` may mean, best first, with scores from 0 to 1.

        `context` holds slugs of today's exercises; `floor` leaves out what scores less (faster when high).
        """
        text = words if isinstance(words, str) else " ".join(words)
        key = squeeze(" ".join(VERB_FORMS.get(w, w) for w in text.lower().split()))
        if not key:
            return []
        exact = self._own.get(key) or self._aliases.get(key)
        if exact is not None:
            return [ExerciseMatch(exact, 1.0, "alias")]
        found: dict[str, ExerciseMatch] = {}
        hits = process.extract(key, self._keys, scorer=fuzz.ratio, limit=limit * 6, score_cutoff=floor * 100)
        for alias, score, _ in hits:
            exercise = self._aliases[alias]
            in_context = exercise.slug in context
            total = min(1.0, score / 100 + (CONTEXT_BONUS if in_context else 0.0))
            if exercise.slug not in found or found[exercise.slug].score < total:
                found[exercise.slug] = ExerciseMatch(exercise, total, "context" if in_context else "fuzzy")
        return sorted(found.values(), key=lambda m: -m.score)[:limit]


@lru_cache
def packaged_matcher() -> ExerciseMatcher:
    """The matcher of the catalogue that comes with VoiceFit."""
    return ExerciseMatcher(packaged_catalogue())

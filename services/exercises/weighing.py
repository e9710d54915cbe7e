"""How alike a written name and the names of exercises are: by the words they share, and by their letters.

Words are weighed by how few exercises have them: "zottman" says more than "curl". A word that is misspelt, or
only sounds the same, counts for as much as it is alike.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from services.exercises.catalogue import Catalogue, Exercise
from services.exercises.sounds import sound_key
from services.exercises.spelling import EQUIPMENT, words

LEAST_ALIKE = 75.0
"""Percent of likeness below which two words are different words."""
LEAST_ALIKE_IN_SOUND = 68.0
"""The same for words of one sound."""
SOUNDS_ALIKE = 0.85
"""What a word counts for that only sounds like another."""
BY_EQUIPMENT = 0.9
"""What a word for equipment counts for with an exercise that needs it, whatever it is called."""
LITTLE = frozenset({"flat", "standing", "strict", "regular", "alternating", "exercise", "bent", "strength"})
"""Words that exercises have or leave out without becoming others."""
LITTLE_WEIGHT = 0.35
LETTERS_SHARE = 0.35
"""How much of the likeness is that of the letters, in order and without spaces."""
RIVALS = (
    *({"incline", "decline", "flat"}, {"seated", "standing", "lying", "kneeling"}, {"single", "double"}),
    *(
        {"close", "wide"},
        {"front", "back", "overhead"},
        {"barbell", "dumbbell", "kettlebell", "cable", "band"},
    ),
    *({"push", "pull"}, {"curl", "extension", "press", "row", "raise", "fly"}, {"leg", "arm"}),
    *({"abduction", "adduction"}, {"lateral", "front", "rear"}, {"internal", "external"}),
)
"""Words of which a name has one: another in its place makes another exercise."""
RIVAL_COST = 0.2
GEAR_COST = 0.15
"""What it costs not to use the equipment that was said."""
GEAR_WORDS = frozenset(word for kind in EQUIPMENT for word in kind.split())
SHORT = 3
"""Shorter words are not compared by their letters: too many lie near them."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An exercise, and how alike the name in question and the closest of its names are, from 0 to 1.

    `strange` is how much of what was said no name of the exercise has, `unsaid` how much of the closest name
    was not said (0 to 1, by weight). `geared` is false when equipment was said that it does not use.
    """

    exercise: Exercise
    likeness: float
    strange: float
    unsaid: float
    geared: bool


@dataclass(frozen=True, slots=True)
class _Name:
    exercise: Exercise
    words: tuple[str, ...]
    letters: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a name, what each may be in the catalogue, how much each weighs, and equipment named."""

    words: tuple[str, ...]
    letters: str
    may_be: tuple[dict[str, float], ...]
    weights: tuple[float, ...]
    gear: tuple[frozenset[str], ...]


class NameWeights:
    """The names of a catalogue by their words. Built once (some milliseconds); holds no state."""

    def __init__(self, catalogue: Catalogue) -> None:
        having: defaultdict[str, set[str]] = defaultdict(set)
        spoken: list[tuple[Exercise, tuple[str, ...]]] = []
        for exercise in catalogue:
            for name in dict.fromkeys(words(one) for one in (exercise.name, *exercise.aliases)):
                spoken.append((exercise, name))
                for word in name:
                    having[word].add(exercise.slug)
        count = len(catalogue)
        self._weights = {word: _weight(word, count / len(slugs)) for word, slugs in having.items()}
        self._unknown = max(self._weights.values(), default=1.0) / 2
        self._having = having
        self._vocabulary = list(self._weights)
        self._sounds: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            self._sounds[sound_key(word)].append(word)
        self._names = [
            _Name(exercise, name, "".join(name), sum(self._weights[word] for word in set(name)))
            for exercise, name in spoken
        ]
        self._letters = [one.letters for one in self._names]
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for index, one in enumerate(self._names):
            for word in set(one.words):
                self._with[word].append(index)

    def rank(self, name: str, limit: int = 8) -> list[Alike]:
        """The exercises whose names are most alike, best first."""
        said = self._read(name)
        if not said.words:
            return []
        touched = {index for found in said.may_be for word in found for index in self._with[word]}
        near = process.extract(said.letters, self._letters, scorer=fuzz.ratio, limit=limit, score_cutoff=60)
        best: dict[str, Alike] = {}
        for index in touched | {index for _, _, index in near}:
            found = self._compare(said, self._names[index])
            slug = found.exercise.slug
            if slug not in best or best[slug].likeness < found.likeness:
                best[slug] = found
        return sorted(best.values(), key=lambda a: (-a.likeness, -len(a.exercise.aliases)))[:limit]

    def _read(self, name: str) -> _Said:
        ordered = tuple(part for word in words(name) for part in self._parted(word))
        said = tuple(dict.fromkeys(ordered))
        may_be = tuple(self._alike(word) for word in said)
        weights = tuple(
            max((self._weights[other] for other in found), default=self._unknown) for found in may_be
        )
        return _Said(said, "".join(ordered), may_be, weights, tuple(gear_said(said)))

    def _parted(self, word: str) -> tuple[str, ...]:
        """`word`, or the two words of the catalogue that it is written of: "splitsquat"."""
        if word in self._weights:
            return (word,)
        for place in range(3, len(word) - 2):
            if word[:place] in self._weights and word[place:] in self._weights:
                return word[:place], word[place:]
        return (word,)

    def _alike(self, word: str) -> dict[str, float]:
        """The words of the catalogue that `word` may be, each with how alike it is."""
        if word in self._weights:
            return {word: 1.0}
        if len(word) < SHORT:
            return {}
        hits = process.extract(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE, limit=6)
        found = {other: score / 100 for other, score, _ in hits}
        for other in self._sounds.get(sound_key(word), ()):
            if fuzz.ratio(word, other) >= LEAST_ALIKE_IN_SOUND:
                found[other] = max(found.get(other, 0.0), SOUNDS_ALIKE)
        return found

    def _compare(self, said: _Said, one: _Name) -> Alike:
        gear = set(one.exercise.equipment)
        shared: dict[str, float] = {}
        explained = strange = 0.0
        for word, may_be, weight in zip(said.words, said.may_be, said.weights, strict=True):
            much, other = max(((may_be[w], w) for w in one.words if w in may_be), default=(0.0, ""))
            if much:
                shared[other] = max(much, shared.get(other, 0.0))
            elif any(word in GEAR_WORDS and kinds & gear for kinds in said.gear):
                much = BY_EQUIPMENT
            elif not any(one.exercise.slug in self._having[w] for w in may_be):
                strange += weight
            explained += weight * much
        total = sum(said.weights)
        covered = sum(self._weights[word] * much for word, much in shared.items())
        precision, recall = explained / total, covered / one.weight
        by_words = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        by_letters = fuzz.ratio(said.letters, one.letters) / 100
        likeness = (1 - LETTERS_SHARE) * by_words + LETTERS_SHARE * by_letters
        geared = all(kinds & gear for kinds in said.gear)
        likeness -= RIVAL_COST * _rivals(set(said.words), set(one.words)) + (0 if geared else GEAR_COST)
        return Alike(one.exercise, max(0.0, likeness), strange / total, 1 - covered / one.weight, geared)


def _weight(word: str, rarity: float) -> float:
    return (LITTLE_WEIGHT if word in LITTLE else 1.0) * max(0.5, math.log(rarity))


def gear_said(said: Collection[str]) -> Iterator[frozenset[str]]:
    """The kinds of equipment that words name, in the catalogue's names."""
    if "smith" in said:
        yield EQUIPMENT["smith machine"]
    elif "machine" in said:
        yield EQUIPMENT["machine"]
    for word in ("barbell", "dumbbell", "kettlebell", "cable", "band", "trx", "bodyweight"):
        if word in said:
            yield EQUIPMENT[word] | ({"ez_bar"} if word == "barbell" else set())
    for word in ("ez", "trap"):
        if word in said and "bar" in said:
            yield EQUIPMENT[f"{word} bar"] | ({"barbell"} if word == "ez" else set())


def _rivals(said: set[str], name: set[str]) -> int:
    """How many words of a name stand where another was said."""
    return sum(bool(group & said - name) and bool(group & name - said) for group in RIVALS)

"""Which exercise of the catalogue another app's name means: surely, or not at all.

Apps put the equipment in parentheses and the variant behind a dash ("Bench Press - Close Grip (Barbell)").
Two names are the same when they have the same words in any order, after small differences of spelling. There
is no guessing by likeness: what is not sure is suggested, and the person says it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

from services.exercises.catalogue import Catalogue, Exercise, packaged_catalogue
from services.exercises.matcher import GENERIC_WORDS, ExerciseMatcher, squeeze
from services.transfer.other_names import OTHER_NAMES

Key = tuple[str, ...] | frozenset[str]

MAX_SUGGESTIONS = 5
SUGGESTION_FLOOR = 0.45
SAME_EQUIPMENT_BONUS = 0.15
SHARED_WORDS_WEIGHT = 0.5

EQUIPMENT: dict[str, frozenset[str]] = {
    "barbell": frozenset({"barbell"}),
    "dumbbell": frozenset({"dumbbell"}),
    "kettlebell": frozenset({"kettlebell"}),
    "cable": frozenset({"cable"}),
    "machine": frozenset({"machine", "cardio_machine"}),
    "plate loaded": frozenset({"machine"}),
    "smith machine": frozenset({"smith_machine"}),
    "smith": frozenset({"smith_machine"}),
    "band": frozenset({"band"}),
    "resistance band": frozenset({"band"}),
    "bodyweight": frozenset({"bodyweight", "none"}),
    "ez bar": frozenset({"ez_bar"}),
    "trap bar": frozenset({"trap_bar"}),
    "plate": frozenset({"plate"}),
    "ring": frozenset({"rings"}),
    "suspension": frozenset({"suspension"}),
    "trx": frozenset({"suspension"}),
    "medicine ball": frozenset({"medicine_ball"}),
}
"""What apps call equipment, and what the catalogue has for it."""

_SPELLINGS: dict[str, str] = {
    "pushup": "push up",
    "pullup": "pull up",
    "chinup": "chin up",
    "situp": "sit up",
    "stepup": "step up",
    "pushdown": "push down",
    "pressdown": "push down",
    "pulldown": "pull down",
    "pullover": "pull over",
    "rollout": "roll out",
    "crossover": "cross over",
    "skullcrusher": "skull crusher",
    "db": "dumbbell",
    "bb": "barbell",
    "kb": "kettlebell",
    "ezbar": "ez bar",
    "one": "single",
    "1": "single",
    "flye": "fly",
    "flie": "fly",
    "abductor": "abduction",
    "adductor": "adduction",
    "underhand": "reverse",
    "supinated": "reverse",
    "legged": "leg",
    "armed": "arm",
    "handed": "hand",
    "banded": "band",
    "grip": "",
    "the": "",
}
_PARENTHESES = re.compile(r"\(([^()]*)\)")


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """The words of `name` in one spelling, singular and lower case, without punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    found = (_singular(word) for word in re.findall(r"[^\W_]+", re.sub(r"['’´`]", "", plain)))
    return tuple(word for one in found for word in _SPELLINGS.get(one, one).split())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("sses", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class Names:
    """Matches the names of other apps with one catalogue's exercises. Built once; holds no state."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._matcher = ExerciseMatcher(catalogue)
        found: defaultdict[Key, dict[str, Exercise]] = defaultdict(dict)
        for exercise in catalogue:
            for name in (exercise.name, *exercise.aliases):
                for key in _keys(name):
                    found[key][exercise.slug] = exercise
        # Words that could be two exercises are neither. In their order they may still be one: "high to low".
        self._known = {key: next(iter(one.values())) for key, one in found.items() if len(one) == 1}
        for generic in GENERIC_WORDS:
            for key in _keys(generic):
                self._known.pop(key, None)
        for name, slug in OTHER_NAMES.items():
            self._known |= dict.fromkeys(_keys(name), catalogue.by_slug[slug])

    def match(self, name: str) -> Exercise | None:
        """The exercise that `name` surely means, None when that is not sure."""
        if found := self._find(name):
            return found
        equipment = _equipment(name)
        if equipment is None:
            return None
        base = self._find(_without_equipment(name, equipment))
        return base if base is not None and EQUIPMENT[equipment] & set(base.equipment) else None

    def _find(self, name: str) -> Exercise | None:
        return next((one for key in _keys(name) if (one := self._known.get(key))), None)

    def suggest(self, name: str, limit: int = MAX_SUGGESTIONS) -> list[Exercise]:
        """The exercises that `name` may mean, best first."""
        said = words(name)
        equipment = _equipment(name)
        wanted = EQUIPMENT[equipment] if equipment else frozenset()
        scores: dict[str, float] = {}
        for phrase in {" ".join(said), " ".join(words(_without_equipment(name, equipment)))}:
            for found in self._matcher.match(squeeze(phrase), limit=limit * 3, floor=SUGGESTION_FLOOR):
                score = found.score + SHARED_WORDS_WEIGHT * _shared(said, found.exercise)
                score += SAME_EQUIPMENT_BONUS if wanted & set(found.exercise.equipment) else 0.0
                scores[found.exercise.slug] = max(score, scores.get(found.exercise.slug, 0.0))
        best = sorted(scores, key=lambda slug: (-scores[slug], slug))[:limit]
        return [self._catalogue.by_slug[slug] for slug in best]


def _keys(name: str) -> tuple[Key, Key]:
    """What `name` is looked up by: its words in their order, then in any order."""
    return words(name), frozenset(words(name))


def _shared(said: tuple[str, ...], exercise: Exercise) -> float:
    """The share of words that a name has in common with the closest name of `exercise`, 0 to 1."""
    wanted = set(said)
    names = (set(words(name)) for name in (exercise.name, *exercise.aliases))
    return max(len(wanted & one) / len(wanted | one) for one in names if one | wanted)


def _equipment(name: str) -> str | None:
    """The equipment that stands in the last parentheses of `name`, in the words of `EQUIPMENT`."""
    inside = _PARENTHESES.findall(name)
    if not inside:
        return None
    said = " ".join(words(inside[-1]))
    return said if said in EQUIPMENT else None


def _without_equipment(name: str, equipment: str | None) -> str:
    if equipment is None:
        return name
    at = name.rindex("(")
    return name[:at]


@lru_cache
def packaged_names() -> Names:
    """The names of the catalogue that comes with VoiceFit."""
    return Names(packaged_catalogue())

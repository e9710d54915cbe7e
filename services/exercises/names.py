"""The names that surely mean one exercise: its own and its aliases, and what other apps call it.

Two names are the same when they have the same words in any order, after small differences of spelling.
"""

from __future__ import annotations

from collections import defaultdict

from services.exercises.catalogue import Catalogue, Exercise
from services.exercises.matcher import GENERIC_WORDS
from services.exercises.other_names import OTHER_NAMES
from services.exercises.spelling import EQUIPMENT, equipment_in, without_equipment, words

Key = tuple[str, ...] | frozenset[str]

CALLED = {"plate loaded": "machine", "machine plate": "machine", "smith": "smith machine"}
"""What the catalogue calls equipment that apps call otherwise."""


class SureNames:
    """The names that surely mean one exercise of a catalogue. Built once; holds no state."""

    def __init__(self, catalogue: Catalogue) -> None:
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
        equipment = equipment_in(name)
        if equipment is None:
            return None
        rest = without_equipment(name)
        if found := self._find(f"{CALLED.get(equipment, equipment)} {rest}"):
            return found
        base = self._find(rest)
        return base if base is not None and EQUIPMENT[equipment] & set(base.equipment) else None

    def _find(self, name: str) -> Exercise | None:
        return next((one for key in _keys(name) if (one := self._known.get(key))), None)


def _keys(name: str) -> tuple[Key, Key]:
    """What `name` is looked up by: its words in their order, then in any order."""
    return words(name), frozenset(words(name))

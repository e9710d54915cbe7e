"""Patterns of phrases: many ways of saying the same in one line, and an automaton that reads them.

`a [b] (c|d)` reads: "a", perhaps "b", then "c" or "d". A pattern with a dozen brackets stands for millions
of phrases; the automaton grows with the words of a pattern and not with its phrases.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, TypeVar

_PART = re.compile(r"[\[\]()|]|[^\s\[\]()|]+")
_START = 0

Choice = tuple[tuple["str | Choice", ...], ...]
"""Alternatives, each of them words and choices one after the other."""
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def parse(pattern: str) -> Choice:
    """The alternatives of a pattern. What is in square brackets has an empty one among them."""
    return _choice(iter(_PART.findall(pattern)))


def _choice(parts: Iterator[str]) -> Choice:
    """The alternatives up to a closing bracket, which is taken too."""
    alternatives: list[list[str | Choice]] = [[]]
    for part in parts:
        if part in ("]", ")"):
            break
        if part == "|":
            alternatives.append([])
        elif part == "(":
            alternatives[-1].append(_choice(parts))
        elif part == "[":
            alternatives[-1].append((*_choice(parts), ()))
        else:
            alternatives[-1].append(part)
    return tuple(tuple(one) for one in alternatives)


def expand(pattern: str) -> Iterator[str]:
    """Every phrase that `pattern` spells out, but for the empty one."""
    return (" ".join(words) for words in _spelled(parse(pattern)) if words)


def _spelled(choice: Choice) -> Iterator[tuple[str, ...]]:
    for alternative in choice:
        ways = [[(part,)] if isinstance(part, str) else list(_spelled(part)) for part in alternative]
        for way in product(*ways):
            yield tuple(word for words in way for word in words)


@dataclass(slots=True)
class State(Generic[K, V]):
    """Where reading has come to: the words that may follow, and what the phrases that end here mean."""

    arcs: dict[str, State[K, V]] = field(default_factory=dict)
    ends: dict[K, V] = field(default_factory=dict)


class Automaton(Generic[K, V]):
    """Reads all of its patterns at once. A pattern means a key with a value; of several with the same key
    that have a phrase in common, the first counts. `states` says how many states there are."""

    def __init__(self, patterns: Iterable[tuple[str, K, V]]) -> None:
        self._follow: list[dict[str, list[int]]] = [{}]
        self._ends: dict[int, int] = {}
        self._meanings: list[tuple[K, V]] = []
        for pattern, key, value in patterns:
            for place in self._lay(parse(pattern), [_START]):
                self._ends[place] = len(self._meanings)
            self._meanings.append((key, value))
        self._ends.pop(_START, None)
        self.start, self.states = self._joined()

    def read(self, words: Sequence[str], start: int) -> list[Mapping[K, V]]:
        """What the phrases of 1, 2, 3... words from `start` on mean, as far as any phrase goes on."""
        found: list[Mapping[K, V]] = []
        state = self.start
        for i in range(start, len(words)):
            if (following := state.arcs.get(words[i])) is None:
                break
            state = following
            found.append(state.ends)
        return found

    def _lay(self, choice: Choice, starts: list[int]) -> list[int]:
        """The places where a choice ends that begins at any of `starts`."""
        ends: dict[int, None] = {}
        for alternative in choice:
            places = starts
            for part in alternative:
                places = [self._word(part, places)] if isinstance(part, str) else self._lay(part, places)
            ends.update(dict.fromkeys(places))
        return list(ends)

    def _word(self, word: str, places: Iterable[int]) -> int:
        new = len(self._follow)
        self._follow.append({})
        for place in places:
            self._follow[place].setdefault(word, []).append(new)
        return new

    def _joined(self) -> tuple[State[K, V], int]:
        """The places that the same words lead to are one state (the subset construction)."""
        first: tuple[int, ...] = (_START,)
        states: dict[tuple[int, ...], State[K, V]] = {first: State()}
        left = [first]
        while left:
            places = left.pop()
            for word, following in self._after(places).items():
                if following not in states:
                    states[following] = State(ends=self._meaning(following))
                    left.append(following)
                states[places].arcs[word] = states[following]
        return states[first], len(states)

    def _after(self, places: Iterable[int]) -> dict[str, tuple[int, ...]]:
        """For each word that may follow any of the places, the places that it leads to."""
        following: dict[str, set[int]] = {}
        for place in places:
            for word, nexts in self._follow[place].items():
                following.setdefault(word, set()).update(nexts)
        return {word: tuple(sorted(nexts)) for word, nexts in following.items()}

    def _meaning(self, places: Iterable[int]) -> dict[K, V]:
        meaning: dict[K, V] = {}
        for pattern in sorted(self._ends[place] for place in places if place in self._ends):
            key, value = self._meanings[pattern]
            meaning.setdefault(key, value)
        return meaning

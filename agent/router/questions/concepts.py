"""Finding what a sentence is about: the concepts of a file such as `concepts.txt` in it.

A question is understood by its concepts, whatever their order, so that phrasings nobody listed are understood
as well; the rules beside such a file say which concepts make which call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from agent.router.patterns import expand

FILLER = "filler"
"""The concept of words that say nothing by themselves."""
QUESTIONS = "router/questions/concepts.txt"

Phrases = dict[tuple[str, ...], set[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """A concept at `words[start:end]`."""

    name: str
    start: int
    end: int


def _patterns(path: str) -> Iterator[tuple[str, str]]:
    """(concept, pattern) for each pattern of the file."""
    name = ""
    for line in files("agent").joinpath(path).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and " " not in line and "|" not in line:
            name = line[1:-1]
        elif line and not line.startswith("#"):
            yield name, line


@lru_cache
def _table(path: str) -> tuple[Phrases, dict[str, int]]:
    """Every phrase with its concepts, and for each first word how long the phrases from it can be."""
    phrases: Phrases = {}
    longest: dict[str, int] = {}
    for name, pattern in _patterns(path):
        for phrase in expand(pattern):
            words = tuple(phrase.split())
            phrases.setdefault(words, set()).add(name)
            longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return phrases, longest


def find(words: Sequence[str], path: str = QUESTIONS) -> list[Found]:
    """Every concept in `words`, each by its longest phrase at a place; concepts may share words.

    `path` is the file of the concepts, within `agent`.
    """
    phrases, longest = _table(path)
    found: list[Found] = []
    for i, word in enumerate(words):
        seen: set[str] = set()
        for length in range(min(longest.get(word, 0), len(words) - i), 0, -1):
            for name in sorted(phrases.get(tuple(words[i : i + length]), ())):
                if name not in seen:
                    seen.add(name)
                    found.append(Found(name, i, i + length))
    return found

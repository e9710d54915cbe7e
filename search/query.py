"""Questions as they are said, made ready to be sought: what was meant, other words for it, what is filler."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TypeAlias

MAX_WORDS = 60
"""Of a longer question the beginning is sought."""

MAX_TERMS = 12
"""More words than these make a question no clearer."""

Phrase: TypeAlias = tuple[str, ...]
Table: TypeAlias = dict[Phrase, tuple[Phrase, ...]]

_APOSTROPHE = re.compile("['’`]")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready. `text` says what is meant, for its vector; `terms` are each what has to be in a
    document, in any of its wordings."""

    text: str
    terms: tuple[tuple[str, ...], ...]

    @property
    def tsqueries(self) -> list[str]:
        """The terms as `to_tsquery` reads them: phrases in quotes, alternatives with a bar between them."""
        return [" | ".join(f"'{wording}'" for wording in term) for term in self.terms]


@dataclass(frozen=True)
class Vocabulary:
    """The file `words.txt`: what there is for each phrase."""

    heard: Table
    short: Table
    alike: Table
    filler: frozenset[str]
    longest: int


def split(text: str) -> list[str]:
    """The words of a text: lower case, without accents, apostrophes and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _WORD.findall(_APOSTROPHE.sub("", plain.lower()))


def heard(text: str) -> list[str]:
    """The words of a question, with what recognisers are known to get wrong put right."""
    words = split(text)[:MAX_WORDS]
    return [word for phrase, meant in _cut(words, vocabulary().heard) for word in (meant or (phrase,))[0]]


def prepare(words: Sequence[str]) -> Query:
    """The query that `words` make."""
    known = vocabulary()
    text = [word for phrase, long in _cut(words, known.short) for word in sum(long, phrase)]
    terms = dict.fromkeys(
        _wordings(phrase)
        for phrase, _ in _cut(words, known.short | known.alike)
        if phrase[0] not in known.filler or len(phrase) > 1
    )
    return Query(" ".join(text), tuple(terms)[:MAX_TERMS])


def _wordings(phrase: Phrase) -> tuple[str, ...]:
    known = vocabulary()
    wordings = dict.fromkeys((phrase, *known.alike.get(phrase, ())))
    for one in list(wordings):
        wordings |= dict.fromkeys(known.short.get(one, ()))
    return tuple(" ".join(one) for one in wordings)


def _cut(words: Sequence[str], table: Table) -> Iterator[tuple[Phrase, tuple[Phrase, ...]]]:
    """Cuts `words` into the longest phrases of `table`, each with what it has, and words it does not have."""
    longest = vocabulary().longest
    start = 0
    while start < len(words):
        for length in range(min(longest, len(words) - start), 0, -1):
            phrase = tuple(words[start : start + length])
            found = table.get(phrase, ())
            if found or length == 1:
                yield phrase, found
                start += length
                break


@lru_cache
def vocabulary() -> Vocabulary:
    """What `words.txt` says."""
    sections: dict[str, list[str]] = {}
    for line in files("search").joinpath("words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    heard: Table = {_phrase(one): (_phrase(meant),) for one, meant in _pairs(sections["heard"], ">")}
    short: Table = {_phrase(one): (_phrase(long),) for one, long in _pairs(sections["short"], "=")}
    alike: Table = {}
    for line in sections["same"]:
        group = tuple(map(_phrase, line.split("=")))
        for phrase in group:
            alike[phrase] = alike.get(phrase, ()) + tuple(other for other in group if other != phrase)
    for one, others in _pairs(sections["also"], ">"):
        alike[_phrase(one)] = alike.get(_phrase(one), ()) + tuple(map(_phrase, others.split(",")))
    filler = frozenset(word for line in sections["filler"] for word in line.split())
    longest = max(map(len, (*heard, *short, *alike)))
    return Vocabulary(heard, short, alike, filler, longest)


def _pairs(lines: Sequence[str], between: str) -> Iterator[tuple[str, str]]:
    for line in lines:
        one, _, other = line.partition(between)
        yield one, other


def _phrase(text: str) -> Phrase:
    return tuple(text.split())

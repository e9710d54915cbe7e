"""A spoken answer out of a chunk, word for word: chunks answer in their first sentence."""

from __future__ import annotations

from db.catalogue.text import sentences, words
from services.knowledge.sources import spoken_source

MAX_WORDS = 40
"""About what is listened to between two sets: a quarter of a minute."""
SENTENCES_OF_A_RED_FLAG = 2
"""By then a chunk about a red flag has said what to do and whom to see: it is not cut before that."""


def spoken_answer(content: str, source: str | None, year: int | None, *, red_flag: bool) -> str:
    """The first sentences of `content`, as many as make `MAX_WORDS`, and where they are from.

    Of a red flag the first two, whatever their length, and no source: nobody is to wait for that.
    """
    first, *others = sentences(content)
    if red_flag:
        return " ".join([first, *others[: SENTENCES_OF_A_RED_FLAG - 1]])
    said, length = [first], len(words(first))
    for sentence in others:
        length += len(words(sentence))
        if length > MAX_WORDS:
            break
        said.append(sentence)
    if source:
        named = spoken_source(source, year)
        said.append(f"{named[0].upper()}{named[1:]}.")
    return " ".join(said)

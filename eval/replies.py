"""Checks of what was said back, and the word error rate of what was heard."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from eval.scenario import ReplyCheck

_QUESTION = re.compile(r"\?[\"'”’)\]]*(?=\s|$)")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")


def is_question(reply: str) -> bool:
    """Whether a sentence of the reply ends in a question mark."""
    return _QUESTION.search(reply) is not None


def reply_faults(check: ReplyCheck, reply: str) -> Iterator[str]:
    """What is wrong with `reply`, in words; nothing when it passes."""
    if check.contains_any and not any(_says(reply, text) for text in check.contains_any):
        yield f"reply says none of: {', '.join(check.contains_any)}"
    for text in check.contains_all:
        if not _says(reply, text):
            yield f"reply does not say: {text}"
    for text in check.not_contains:
        if _says(reply, text):
            yield f"reply must not say: {text}"
    words = len(reply.split())
    if check.max_words is not None and words > check.max_words:
        yield f"reply has {words} words, more than {check.max_words}"


def _says(reply: str, text: str) -> bool:
    """Whether `text` stands in `reply`, without case. A number matches whole: 25 is not in 225 or 25.5."""
    pattern = re.escape(text.casefold())
    if text[0].isdigit():
        pattern = r"(?<!\d)(?<!\d[.,:])" + pattern
    if text[-1].isdigit():
        pattern += r"(?![.,:]?\d)"
    return re.search(pattern, reply.casefold()) is not None


def words_of(text: str) -> list[str]:
    """The words of a transcript without case and punctuation; `225lbs` is two words."""
    return _WORD.findall(text.casefold().replace("’", "'"))


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """Words substituted, deleted or inserted, and the number of words of the reference.

    Their quotient, both summed over a set, is the word error rate. A number written in digits is not the same
    word as one written out, so the rate is an upper bound where the two are mixed.
    """
    said = words_of(reference)
    return Levenshtein.distance(said, words_of(heard)), len(said)

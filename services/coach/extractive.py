"""Answers to questions about training from the knowledge base, without a language model.

The best chunk says it, in its own words: chunks answer in their first sentence. When nothing is close enough
to the question, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.catalogue.text import sentences, words
from db.models import KnowledgeCategory, KnowledgeChunk
from search import Hit, Search
from services.exercises.red_flags import SEE_SOMEBODY, advice
from services.knowledge import answers, chunks_of, spoken_source

CHUNKS = 5
DONT_KNOW = "I don't know that one."

URGENT_CLOSE, SIGN_CLOSE = 0.35, 0.45
"""Who names a sign of danger hears the chunk about it that is nearest: if it is so close, and of signs that
can wait not much less close than what else there is."""
SIGN_BEHIND = 0.05
CATEGORY_BEHIND = 0.05
"""A chunk of the category that was asked for may be so much less close than the closest."""
SOMEBODY = re.compile(
    r"\b(?:i|i'm|im|i've|ive|my|me|he|he's|hes|his|she|she's|shes|her|somebody|someone|friend|mate|partner)\b",
    re.IGNORECASE,
)

MAX_WORDS = 40
"""About what is listened to between two sets: a quarter of a minute."""
SENTENCES_OF_A_RED_FLAG = 2
"""By then a chunk about a red flag has said what to do and whom to see: it is not cut before that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is to a question: a `text` to be read, and what is `spoken`, which is shorter and names the
    source itself.

    `sources` are the chunks that answer it, best first. `known` is false when none does: then both texts say
    so. `red_flag` is whether it goes to a professional: both texts say that first.
    """

    text: str
    spoken: str
    sources: tuple[KnowledgeChunk, ...] = ()
    known: bool = True
    red_flag: bool = False


async def answer(search: Search, question: str, category: KnowledgeCategory | None = None) -> Answer:
    """The answer to `question`; chunks of the `category` are taken before others.

    Call it outside of a transaction. Raises what the database raises when it cannot be reached.
    """
    hits = await _hits(search, question, category)
    warning = advice(question)
    if warning is not None:
        flag = await _flag(search, question, hits, urgent=warning != SEE_SOMEBODY)
        if flag is not None:
            found = _extract(await chunks_of(search, [flag, *(hit for hit in hits if hit.id != flag.id)]))
            return found if _says_as_much(found.spoken, warning) else _after(warning, found)
    found = _extract(await chunks_of(search, [hit for hit in hits if answers(hit)]))
    if warning is None or found.red_flag or not SOMEBODY.search(question):
        return found
    if warning == SEE_SOMEBODY and found.known and advice(found.text) == warning:
        return found  # it speaks of that sign itself: beta-alanine tingles
    return Answer(warning, warning, red_flag=True)


def _says_as_much(said: str, warning: str) -> bool:
    """Whether what is said sends to help as fast as the `warning` would."""
    return warning == SEE_SOMEBODY or "emergency" in said


def _after(warning: str, found: Answer) -> Answer:
    return replace(found, text=f"{warning} {found.text}", spoken=f"{warning} {found.spoken}")


def _extract(chunks: Sequence[KnowledgeChunk]) -> Answer:
    """The answer that `chunks` give, the best one first."""
    if not chunks:
        return Answer(DONT_KNOW, DONT_KNOW, known=False)
    best = chunks[0]
    spoken = spoken_answer(best.content, best.source, best.source_year, red_flag=best.is_red_flag)
    return Answer(best.content, spoken, tuple(chunks[:CHUNKS]), red_flag=best.is_red_flag)


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


async def _hits(search: Search, question: str, category: KnowledgeCategory | None) -> list[Hit]:
    """The best chunks: of the category, unless others are clearly closer to the question."""
    hits = await search.find("knowledge_base", question, limit=CHUNKS)
    if category is None or not hits or hits[0].metadata.get("category") == category:
        return hits
    inside = await search.find("knowledge_base", question, limit=CHUNKS, where={"category": category})
    if not inside or not answers(inside[0]):
        return hits
    behind = (hits[0].closeness or 0.0) - (inside[0].closeness or 0.0)
    return hits if behind > CATEGORY_BEHIND else inside


async def _flag(search: Search, question: str, hits: Sequence[Hit], *, urgent: bool) -> Hit | None:
    """The chunk about the sign of danger that `question` names, if there is one."""
    for flag in await search.find("knowledge_base", question, limit=1, where={"red_flag": True}):
        if flag.closeness is None:
            return flag if urgent else None
        behind = (hits[0].closeness or 0.0) - flag.closeness if hits else 0.0
        if flag.closeness >= URGENT_CLOSE and urgent:
            return flag
        if flag.closeness >= SIGN_CLOSE and behind <= SIGN_BEHIND:
            return flag
    return None

"""Answers to questions about training from the knowledge base, without a language model.

The best chunk says it, in its own words. When nothing is close enough to the question, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from db.models import KnowledgeCategory, KnowledgeChunk
from search import Hit, Search
from services.exercises.red_flags import STOP_NOW, advice
from services.knowledge.extract import spoken_answer

CHUNKS = 5
DONT_KNOW = "I don't know that one."

CLOSE = 0.48
"""A chunk whose cosine with the question is at least this answers it."""
FAIRLY_CLOSE, MOST_WORDS, SOME_TERMS = 0.35, 0.7, 2
"""So does one that is less close and has this share of the question's words, and at least so many terms."""
MANY_WORDS = 0.6
"""Without vectors this share of the words has to do. Measured: see docs/search.md."""

SIGN_CLOSE = 0.35
"""Who names a sign of danger hears the chunk about it that is nearest, if it is near at all, and not much
less so than what else there is ..."""
SIGN_BEHIND = 0.05
CATEGORY_BEHIND = 0.05
"""A chunk of the category that was asked for may be so much less close than the closest."""
SOMEBODY = re.compile(
    r"\b(?:i|i'm|im|i've|ive|my|me|he|he's|hes|his|she|she's|shes|her|somebody|someone|friend|mate|partner)\b",
    re.IGNORECASE,
)


class UnknownChunk(NotFound):
    """The knowledge base has no such chunk."""

    def __init__(self) -> None:
        super().__init__("No chunk has this id. `GET /api/knowledge?q=` finds them by what they say.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is to a question: the best `chunks`, best first, and what to `say`.

    `known` is whether a chunk is close enough to answer it; `red_flag` whether it goes to a professional.
    """

    say: str
    chunks: tuple[KnowledgeChunk, ...]
    known: bool
    red_flag: bool = False


async def answer(search: Search, question: str, category: KnowledgeCategory | None = None) -> Answer:
    """The answer to `question`; chunks of the `category` are taken before others.

    Call it outside of a transaction. Raises what the database raises when it cannot be reached.
    """
    hits = await _hits(search, question, category)
    known = bool(hits) and answers(hits[0])
    if warning := advice(question):
        flag = await _flag(search, question, hits, urgent=warning == STOP_NOW)
        if flag is not None:
            known, hits = True, [flag, *(hit for hit in hits if hit.id != flag.id)][:CHUNKS]
        elif not known and SOMEBODY.search(question):
            return Answer(warning, (), known=True, red_flag=True)
    chunks = await _chunks(search, hits) if known else ()
    if not chunks:
        return Answer(DONT_KNOW, (), known=False)
    best = chunks[0]
    said = spoken_answer(best.content, best.source, best.source_year, red_flag=best.is_red_flag)
    return Answer(said, chunks, known=True, red_flag=best.is_red_flag)


def answers(hit: Hit) -> bool:
    """Whether a chunk is close enough to the question to answer it."""
    if hit.closeness is None:
        return hit.coverage >= MANY_WORDS and hit.matched >= SOME_TERMS
    if hit.closeness >= CLOSE:
        return True
    return hit.closeness >= FAIRLY_CLOSE and hit.coverage >= MOST_WORDS and hit.matched >= SOME_TERMS


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
        if flag.closeness >= SIGN_CLOSE and (urgent or behind <= SIGN_BEHIND):
            return flag
    return None


async def passages(
    search: Search, question: str, category: KnowledgeCategory | None, limit: int
) -> list[tuple[KnowledgeChunk, Hit]]:
    """The `limit` chunks that fit `question` best, best first, only those of the `category` if one is given.

    Call it outside of a transaction. Raises what the database raises when it cannot be reached.
    """
    where = {"category": category} if category is not None else None
    hits = await search.find("knowledge_base", question, limit=limit, where=where)
    by_id = {chunk.id: chunk for chunk in await _chunks(search, hits)}
    return [(by_id[UUID(hit.id)], hit) for hit in hits if UUID(hit.id) in by_id]


async def get_chunk(db: AsyncSession, chunk_id: str) -> KnowledgeChunk:
    """The chunk with this `chunk_id`. Raises `UnknownChunk`."""
    row = await db.scalar(select(KnowledgeChunk).where(KnowledgeChunk.chunk_id == chunk_id))
    if row is None:
        raise UnknownChunk
    return row


async def _chunks(search: Search, hits: Sequence[Hit]) -> tuple[KnowledgeChunk, ...]:
    """The rows of `hits`, in their order; one that was removed meanwhile is left out."""
    ids = [UUID(hit.id) for hit in hits]
    async with search.database.transaction(None, durable=False) as db:
        rows = {
            row.id: row for row in await db.scalars(select(KnowledgeChunk).where(KnowledgeChunk.id.in_(ids)))
        }
    return tuple(rows[one] for one in ids if one in rows)

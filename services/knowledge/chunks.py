"""Chunks of the knowledge base that fit a question."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from db.models import KnowledgeCategory, KnowledgeChunk
from search import Hit, Search

CLOSE = 0.48
"""A chunk whose cosine with the question is at least this answers it."""
FAIRLY_CLOSE, MOST_WORDS, SOME_TERMS = 0.35, 0.7, 2
"""So does one that is less close and has this share of the question's words, and at least so many terms."""
MANY_WORDS = 0.6
"""Without vectors this share of the words has to do. Measured: see docs/search.md."""


class UnknownChunk(NotFound):
    """The knowledge base has no such chunk."""

    def __init__(self) -> None:
        super().__init__("No chunk has this id. `GET /api/knowledge/search?q=` finds them by what they say.")


def answers(hit: Hit) -> bool:
    """Whether a chunk is close enough to the question to answer it."""
    if hit.closeness is None:
        return hit.coverage >= MANY_WORDS and hit.matched >= SOME_TERMS
    if hit.closeness >= CLOSE:
        return True
    return hit.closeness >= FAIRLY_CLOSE and hit.coverage >= MOST_WORDS and hit.matched >= SOME_TERMS


async def passages(
    search: Search, question: str, category: KnowledgeCategory | None, limit: int
) -> list[tuple[KnowledgeChunk, Hit]]:
    """The `limit` chunks that fit `question` best, best first, only those of the `category` if one is given.

    Call it outside of a transaction. Raises what the database raises when it cannot be reached.
    """
    where = {"category": category} if category is not None else None
    hits = await search.find("knowledge_base", question, limit=limit, where=where)
    by_id = {chunk.id: chunk for chunk in await chunks_of(search, hits)}
    return [(by_id[UUID(hit.id)], hit) for hit in hits if UUID(hit.id) in by_id]


async def get_chunk(db: AsyncSession, chunk_id: str) -> KnowledgeChunk:
    """The chunk with this `chunk_id`. Raises `UnknownChunk`."""
    row = await db.scalar(select(KnowledgeChunk).where(KnowledgeChunk.chunk_id == chunk_id))
    if row is None:
        raise UnknownChunk
    return row


async def chunks_of(search: Search, hits: Sequence[Hit]) -> tuple[KnowledgeChunk, ...]:
    """The rows of `hits`, in their order; one that was removed meanwhile is left out."""
    ids = [UUID(hit.id) for hit in hits]
    async with search.database.transaction(None, durable=False) as db:
        rows = {
            row.id: row for row in await db.scalars(select(KnowledgeChunk).where(KnowledgeChunk.id.in_(ids)))
        }
    return tuple(rows[one] for one in ids if one in rows)

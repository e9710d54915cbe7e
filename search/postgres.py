"""The three indexes in PostgreSQL, in the table `search_documents`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import SearchIndexName
from search.documents import Document, Hit
from search.query import Query
from search.statements import CHANGED, KNOWN, REMOVE, SCAN, searching, weighing, writing

if TYPE_CHECKING:
    from search.minilm import Floats

DIGITS = 5
"""Of a vector's numbers, as they are written: the cosine of what goes in and what comes out is 1 to 9."""


class PostgresSearch:
    """The three indexes. With `vectors` documents and questions have them."""

    def __init__(self, *, vectors: bool) -> None:
        self.vectors = vectors

    async def search(
        self,
        db: AsyncSession,
        index: SearchIndexName,
        query: Query,
        vector: Floats | None,
        *,
        limit: int,
        where: Mapping[str, Any],
    ) -> list[Hit]:
        """The documents that fit `query` best, best first; only those whose metadata has all of `where`."""
        values: dict[str, Any] = {"terms": query.tsqueries, "limit": limit}
        if where:
            values["filter"] = json.dumps(dict(where))
        if vector is not None:
            values["vector"] = written(vector)
        await db.execute(SCAN)
        rows = await db.execute(searching(index, meaning=vector is not None, filtered=bool(where)), values)
        return [
            Hit(id_, title, body, metadata, float(score), closeness, float(share or 0), matched or 0)
            for id_, title, body, metadata, score, closeness, share, matched in rows
        ]

    async def weigh(
        self,
        db: AsyncSession,
        index: SearchIndexName,
        query: Query,
        vector: Floats | None,
        hits: Sequence[Hit],
    ) -> list[Hit]:
        """`hits` that somebody else found, with how close they are to `query` as this index sees it."""
        values: dict[str, Any] = {"terms": query.tsqueries, "ids": [hit.id for hit in hits]}
        if vector is not None:
            values["vector"] = written(vector)
        rows = await db.execute(weighing(index, meaning=vector is not None), values)
        seen = {
            id_: (closeness, matched / asked if asked else 0.0, matched)
            for id_, closeness, matched, asked in rows
        }
        nothing = (None, 0.0, 0)
        return [
            replace(hit, closeness=closeness, coverage=coverage, matched=matched)
            for hit in hits
            for closeness, coverage, matched in [seen.get(hit.id, nothing)]
        ]

    async def known(self, db: AsyncSession, index: SearchIndexName) -> dict[str, str]:
        """The hashes of the documents that are there, by id. One that lacks its vector does not count."""
        complete = " and embedding is not null" if self.vectors else ""
        rows = await db.execute(text(KNOWN + complete), {"index": index})
        return {row[0]: row[1] for row in rows}

    async def ids(self, db: AsyncSession, index: SearchIndexName) -> set[str]:
        """The ids of all documents that are there."""
        return {id_ for id_, _ in await db.execute(text(KNOWN), {"index": index})}

    async def write(
        self, db: AsyncSession, index: SearchIndexName, documents: Sequence[Document], vectors: Floats | None
    ) -> None:
        """Puts documents in, or changes them, in one statement."""
        rows = [
            {
                "id": document.id,
                "title": document.title,
                "text": document.text,
                "metadata": document.metadata,
                "content_hash": document.content_hash,
            }
            | ({} if vectors is None else {"embedding": written(vectors[place])})
            for place, document in enumerate(documents)
        ]
        await db.execute(writing(index, vectors=self.vectors), {"rows": json.dumps(rows)})
        await db.execute(CHANGED, {"index": index})

    async def remove(self, db: AsyncSession, index: SearchIndexName, ids: Sequence[str]) -> None:
        """Takes documents out."""
        await db.execute(REMOVE, {"index": index, "ids": list(ids)})
        await db.execute(CHANGED, {"index": index})


def written(vector: Floats) -> str:
    """A vector as pgvector reads it."""
    return f"[{','.join(map(repr, vector.round(DIGITS).astype(float).round(DIGITS).tolist()))}]"

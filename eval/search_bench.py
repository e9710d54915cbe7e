"""How long a search takes among how many documents: `python -m eval.search_bench`.

The documents are made of sentences of the packaged knowledge in new order, so that words are as frequent as
they really are; their vectors lie around those of real chunks. Questions and their vectors are real.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from sqlalchemy import text

from core.settings import Settings
from core.statistics import percentile
from db.models import SearchIndexName
from db.session import addresses_of, open_database, start_server
from db.url import create_engine
from eval.retrieval import LOOKED_AT, load_questions
from search import Document, Search, open_search, refresh
from search.minilm import Floats
from search.sources import SOURCES

BATCH = 500
HNSW = "ix_search_documents_embedding_knowledge_base"
SENTENCES = 5
SPREAD = 0.7
"""How far made-up vectors are from the chunk that they lie around; a vector's length is 1."""
SEED = 7
INDEX: SearchIndexName = "knowledge_base"
COMPUTED = 300
BULK = 2000
"""So many documents are put in before their vectors are indexed: one by one would take an hour."""

console = Console(highlight=False)


def main(
    sizes: Annotated[list[int] | None, typer.Argument(help="How many documents, in rising order.")] = None,
) -> None:
    """Measure search on this machine. 100,000 documents take some minutes to put in."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    console.print(f"{os.cpu_count()} cores, load {load}\n")
    with tempfile.TemporaryDirectory(prefix="voicefit-bench-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        asyncio.run(_measure(Settings(home=Path(home)), sizes or [1_000, 10_000, 100_000]))


async def _measure(settings: Settings, sizes: Sequence[int]) -> None:
    database = await open_database(settings)
    try:
        search = open_search(settings, database)
        began = time.perf_counter()
        report = await refresh(search)
        console.print(f"first indexing: {report.written} documents in {time.perf_counter() - began:.1f} s")
        await _embedding(search)
        maker = await Maker.of(search)
        began = time.perf_counter()
        await maker.fill(maker.made + COMPUTED, computed=True)
        rate = COMPUTED / (time.perf_counter() - began)
        console.print(f"indexing: {rate:.0f} documents a second, their vectors computed")
        for size in sizes:
            bulk = size - maker.made > BULK
            if bulk:
                await _as_owner(settings, f"drop index {HNSW}")
            began = time.perf_counter()
            added = await maker.fill(size)
            seconds = time.perf_counter() - began
            how = "before their vectors are indexed" if bulk else "with all their indexes"
            console.print(f"\n{size} documents; {added / seconds:.0f} a second put in, {how}")
            if bulk:
                began = time.perf_counter()
                await _as_owner(
                    settings,
                    "set maintenance_work_mem = '1GB'",
                    f"create index {HNSW} on search_documents using hnsw (embedding vector_cosine_ops) "
                    f"where index = '{INDEX}'",
                )
                console.print(f"  vectors indexed in {time.perf_counter() - began:.0f} s")
            await _as_owner(settings, "vacuum analyze search_documents")
            await _searching(search)
    finally:
        await database.aclose()


class Maker:
    """Makes documents and their vectors."""

    def __init__(self, search: Search, texts: Sequence[str], vectors: Floats) -> None:
        self._search = search
        self._sentences = [one for each in texts for one in each.split(". ")]
        self._vectors = vectors
        self._random = random.Random(SEED)
        self._noise = np.random.default_rng(SEED)
        self.made = 0

    @classmethod
    async def of(cls, search: Search) -> Maker:
        """One that goes by the packaged knowledge."""
        async with search.database.transaction(None) as db:
            chunks = await SOURCES[INDEX].all(db)
        vectors = await search.vectors(chunks)
        assert vectors is not None
        maker = cls(search, [chunk.text for chunk in chunks], vectors)
        maker.made = len(chunks)
        return maker

    async def fill(self, size: int, *, computed: bool = False) -> int:
        """Adds documents until there are `size`; returns how many. Vectors are made up unless `computed`."""
        before = self.made
        while self.made < size:
            count = min(BATCH, size - self.made)
            documents = [self._document(self.made + place) for place in range(count)]
            vectors = await self._search.vectors(documents) if computed else self._near(count)
            async with self._search.database.transaction(None) as db:
                await (await self._search.postgres()).write(db, INDEX, documents, vectors)
            self.made += count
        return self.made - before

    def _document(self, number: int) -> Document:
        title, *others = self._random.sample(self._sentences, SENTENCES + 1)
        return Document(INDEX, f"made-{number}", title[:60], ". ".join(others), {"category": "strength"})

    def _near(self, count: int) -> Floats:
        around = self._vectors[self._noise.integers(0, len(self._vectors), count)]
        noise = self._noise.standard_normal(around.shape).astype(np.float32)
        made: Floats = around + SPREAD * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


async def _embedding(search: Search) -> None:
    embedder = search.embedder
    assert embedder is not None
    asked = [one.ask for one in load_questions("knowledge")]
    await embedder.embed_question("warm up")
    times = []
    for one in asked:
        began = time.perf_counter()
        await embedder.embed_question(one)
        times.append(time.perf_counter() - began)
    _print("embedding of a question", times)


async def _searching(search: Search) -> None:
    times: dict[str, list[float]] = {"words": [], "vectors and words": [], "with a category": []}
    questions = load_questions("knowledge")
    for round_ in range(2):  # the first one warms up
        for asked in questions:
            query = await search.prepare(asked.ask)
            vector = await search.vector(query)
            for name, chosen, where in (
                ("words", None, {}),
                ("vectors and words", vector, {}),
                ("with a category", vector, {"category": "strength"}),
            ):
                began = time.perf_counter()
                async with search.database.transaction(None, durable=False) as db:
                    await (await search.postgres()).search(
                        db, INDEX, query, chosen, limit=LOOKED_AT, where=where
                    )
                if round_:
                    times[name].append(time.perf_counter() - began)
    for name, seconds in times.items():
        _print(name, seconds)


async def _as_owner(settings: Settings, *statements: str) -> None:
    server = await start_server(settings)
    engine = create_engine(addresses_of(settings, server).owner, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()
    if server is not None:
        server.release()


def _print(name: str, seconds: Sequence[float]) -> None:
    p50, p95 = (percentile([1000 * one for one in seconds], share) for share in (0.5, 0.95))
    console.print(f"  {name:26} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")


if __name__ == "__main__":
    typer.run(main)

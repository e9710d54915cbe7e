"""The indexes follow the rows they are made from, in PostgreSQL and in Upstash Search."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import delete, func, select, text, update
from starlette.responses import JSONResponse

from core.settings import Settings
from db.embedded import EmbeddedServer
from db.models import Exercise, ExerciseCue, KnowledgeChunk, SearchDocument, SearchIndexName
from db.session import Database
from search import Search, refresh
from search.embedding import packaged_embedder
from search.indexing import Report
from search.upstash import MAX_CHARACTERS, UpstashSearch
from services.jobs.run import Run
from services.knowledge.indexing import IndexSearch, NotAllIndexed, index_search
from tests.db.fixtures import database_address, run_on_server
from tests.search.corpus import INDEX
from tests.stores.upstash_search import MOST_DOCUMENTS, TOKEN, UpstashSearchStandIn

ODD = "Wombats gallop at forty kilometers an hour over short distances."


@pytest.fixture
def search(indexed: Database) -> Search:
    """A search whose index is up to date."""
    return Search(indexed, embedder=packaged_embedder())


@pytest.fixture
async def told(indexed: Database, upstash_search: UpstashSearchStandIn) -> AsyncIterator[Search]:
    """One that has an Upstash Search too, which knows three of the chunks."""
    async with indexed.transaction(None) as db:
        for table in ("exercises", "exercise_cues", "knowledge_base"):
            await db.execute(text(f"update {table} set upstash_indexed = true"))
        await db.execute(
            text(
                "update knowledge_base set upstash_indexed = false where chunk_id in "
                "('protein-per-day', 'creatine-dose', 'sleep-amount')"
            )
        )
    upstash = UpstashSearch(upstash_search.url, TOKEN)
    search = Search(indexed, embedder=packaged_embedder(), upstash=upstash)
    assert await refresh(search) == Report(sent=3)
    upstash_search.calls.clear()
    yield search
    await search.aclose()


async def change(database: Database, chunk_id: str, content: str = ODD) -> str:
    """Changes a chunk as `voicefit content` does; returns its id."""
    async with database.transaction(None) as db:
        changed = (
            update(KnowledgeChunk)
            .where(KnowledgeChunk.chunk_id == chunk_id)
            .values(content=content, upstash_indexed=False)
            .returning(KnowledgeChunk.id)
        )
        return str((await db.execute(changed)).scalar_one())


async def remove(database: Database, chunk_id: str) -> str:
    async with database.transaction(None) as db:
        gone = delete(KnowledgeChunk).where(KnowledgeChunk.chunk_id == chunk_id).returning(KnowledgeChunk.id)
        return str((await db.execute(gone)).scalar_one())


async def test_what_is_current_is_left_alone(search: Search) -> None:
    seen: dict[SearchIndexName, tuple[int, int]] = {}
    report = await refresh(search, progress=lambda index, done, total: seen.update({index: (done, total)}))
    assert report == Report()
    async with search.database.transaction(None) as db:
        for index, table in (
            ("exercises", Exercise),
            ("exercise_cues", ExerciseCue),
            ("knowledge_base", KnowledgeChunk),
        ):
            rows = await db.scalar(select(func.count()).select_from(table))
            documents = select(func.count()).where(SearchDocument.index == index)
            assert seen[index] == (rows, rows)  # type: ignore[index]
            assert await db.scalar(documents) == rows
        assert not await db.scalar(select(func.count()).where(SearchDocument.embedding.is_(None)))


async def test_a_changed_row_is_found_by_what_it_says_now(search: Search) -> None:
    changed = await change(search.database, "protein-per-day")
    assert await refresh(search) == Report(written=1)
    (hit,) = await search.find(INDEX, "wombats", limit=1)
    assert (hit.id, hit.text.endswith(ODD)) == (changed, True)
    (same,) = await search.find(INDEX, "wombats gallop at forty kilometers an hour", limit=1)
    assert same.closeness is not None
    assert same.id == changed


async def test_new_rows_are_found_and_gone_ones_are_not(search: Search) -> None:
    async with search.database.transaction(None) as db:
        db.add(
            KnowledgeChunk(
                chunk_id="own-1", chunk_type="program", title="Wombats", content=ODD, category="running"
            )
        )
    gone = await remove(search.database, "creatine-dose")
    assert await refresh(search) == Report(written=1, removed=1)
    (hit,) = await search.find(INDEX, "wombats", limit=1, where={"category": "running"})
    assert hit.metadata["chunk_id"] == "own-1"
    assert gone not in {one.id for one in await search.find(INDEX, "how much creatine a day", limit=40)}


async def test_everything_is_written_again_when_asked(search: Search) -> None:
    async with search.database.transaction(None) as db:
        await db.execute(text("delete from exercises where slug not like 'goblet%'"))
        await db.execute(text("delete from knowledge_base where chunk_id not like 'creatine%'"))
        await db.execute(text("update search_documents set title = 'damaged'"))
    assert (await refresh(search)).written == 0  # their hashes are as they were
    report = await refresh(search, everything=True)
    assert report.failed == 0
    assert report.written > 4
    hits = await search.find(INDEX, "how much protein or creatine", limit=40)
    assert {hit.metadata["chunk_id"].partition("-")[0] for hit in hits} == {"creatine"}
    assert "damaged" not in {hit.title for hit in hits}


async def test_a_batch_that_cannot_be_written_is_passed_over_and_tried_again(
    search: Search, embedded_server: EmbeddedServer
) -> None:
    owner = database_address(embedded_server.url, search.database.name)
    await run_on_server(
        owner, f"alter table search_documents add constraint no_wombats check (text not like '%{ODD}%')"
    )
    await change(search.database, "protein-per-day")
    async with search.database.transaction(None) as db:
        await db.execute(text("update exercises set name = 'Wombat lift' where slug = 'goblet-squat'"))
    report = await refresh(search)
    assert (report.failed, report.written > 0) == (1, True)
    assert (await search.find("exercises", "wombat lift", limit=1))[0].title.startswith("Wombat lift")
    await run_on_server(owner, "alter table search_documents drop constraint no_wombats")
    assert (await refresh(search)).written == 1
    assert (await search.find(INDEX, "wombats", limit=1))[0].text.endswith(ODD)


async def test_upstash_is_told_of_what_changed_and_what_went(
    told: Search, upstash_search: UpstashSearchStandIn
) -> None:
    changed = await change(told.database, "protein-per-day")
    gone = await remove(told.database, "creatine-dose")
    assert await refresh(told) == Report(written=1, removed=1, sent=1)
    documents = upstash_search.indexes[INDEX]
    assert documents[changed]["content"]["text"].endswith(ODD)
    assert gone not in documents
    assert await refresh(told) == Report()
    assert [operation for operation, _ in upstash_search.calls] == ["upsert-data", "delete"]


async def test_upstash_is_sent_batches_that_it_takes(
    told: Search, upstash_search: UpstashSearchStandIn
) -> None:
    async with told.database.transaction(None) as db:
        await db.execute(text("delete from knowledge_base where category <> 'mobility'"))
        short = text(
            "insert into knowledge_base (chunk_id, chunk_type, title, content) "
            "select 'own-' || n, 'program', 'Wombats', 'Number ' || n from generate_series(1, 120) as n"
        )
        await db.execute(short)
        await db.execute(
            update(KnowledgeChunk).where(KnowledgeChunk.chunk_id == "own-7").values(content=f"{ODD} " * 40)
        )
    report = await refresh(told)
    sizes = [len(body) for operation, body in upstash_search.calls if operation == "upsert-data"]
    assert (report.failed, sum(sizes)) == (0, report.sent)
    assert len(sizes) > 1
    assert max(sizes) <= MOST_DOCUMENTS
    longest = max(len(str(one["content"])) for one in upstash_search.indexes[INDEX].values())
    assert MAX_CHARACTERS / 2 < longest <= MAX_CHARACTERS


async def test_what_upstash_refuses_is_sent_again_the_next_time(
    told: Search, upstash_search: UpstashSearchStandIn
) -> None:
    await change(told.database, "protein-per-day")
    gone = await remove(told.database, "creatine-dose")
    upstash_search.answer = lambda *_: JSONResponse({"error": "Exceeded daily rate limit"}, 429)
    assert await refresh(told) == Report(written=1, failed=2)
    assert gone in upstash_search.indexes[INDEX]
    upstash_search.answer = None
    assert await refresh(told) == Report(sent=1, removed=1)
    assert gone not in upstash_search.indexes[INDEX]


async def test_a_rebuild_takes_out_what_nobody_knows_of_any_more(
    told: Search, upstash_search: UpstashSearchStandIn
) -> None:
    async with told.database.transaction(None) as db:
        await db.execute(text("delete from exercises"))
        await db.execute(text("delete from knowledge_base where chunk_id not like 'creatine%'"))
    upstash_search.indexes["exercises"] = {"another": {"id": "another", "content": {}}}
    report = await refresh(told, everything=True)
    assert report.failed == 0
    assert upstash_search.indexes["exercises"] == {}
    assert {
        one["metadata"]["chunk_id"].partition("-")[0] for one in upstash_search.indexes[INDEX].values()
    } == {"creatine"}


async def test_the_job_is_tried_again_when_something_was_not_indexed(
    told: Search, upstash_search: UpstashSearchStandIn, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path, UPSTASH_SEARCH_REST_URL=upstash_search.url, UPSTASH_SEARCH_REST_TOKEN=TOKEN
    )
    run = cast(Run, SimpleNamespace(settings=settings, database=told.database))
    await change(told.database, "protein-per-day")
    upstash_search.answer = lambda *_: JSONResponse({"error": "Internal"}, 500)
    with pytest.raises(NotAllIndexed):
        await index_search(run, IndexSearch())
    upstash_search.answer = None
    await index_search(run, IndexSearch())
    assert any(one["content"]["text"].endswith(ODD) for one in upstash_search.indexes[INDEX].values())

"""What was found is found again without searching, until the index changes."""

from __future__ import annotations

import pytest

from db.session import Database
from search import Search
from search.minilm import Floats
from search.upstash import UpstashSearch
from services.cache import open_cache
from services.knowledge.keeping import kept_in
from tests.search.corpus import INDEX, FakeEmbedder, chunk, names, put
from tests.stores.upstash_search import TOKEN, UpstashSearchStandIn

CHUNKS = (
    chunk("creatine", "Take 3 to 5 grams of creatine a day.", category="nutrition"),
    chunk("squat", "Squat as deep as you can.", category="strength"),
)


@pytest.fixture
async def search(database: Database) -> Search:
    """A search that keeps what it finds in the database."""
    search = Search(
        database, embedder=FakeEmbedder("creatine", "squat"), keep=kept_in(open_cache(database, None))
    )
    await put(search, *CHUNKS)
    return search


def asked(search: Search) -> list[str]:
    """The questions that were embedded since this was last called."""
    assert isinstance(search.embedder, FakeEmbedder)
    said, search.embedder.embedded = search.embedder.embedded, []
    return said


async def test_the_same_question_is_searched_once(search: Search) -> None:
    asked(search)
    first = await search.find(INDEX, "How much creatine?")
    assert await search.find(INDEX, "how much creatine") == first
    assert first[0].id == "creatine"
    assert asked(search) == ["how much creatine"]


async def test_other_limits_filters_and_indexes_are_other_questions(search: Search) -> None:
    assert await names(search, "creatine", limit=1) == ["creatine"]
    assert await names(search, "creatine", limit=2) == ["creatine", "squat"]
    assert await names(search, "creatine", category="strength") == ["squat"]
    assert await search.find("exercises", "creatine") == []


async def test_another_server_finds_what_was_kept(search: Search, database: Database) -> None:
    found = await search.find(INDEX, "creatine")
    other = Search(database, embedder=FakeEmbedder("creatine"), keep=kept_in(open_cache(database, None)))
    assert await other.find(INDEX, "creatine") == found
    assert asked(other) == []


async def test_a_change_of_the_index_is_seen_at_once(search: Search) -> None:
    before = await names(search, "creatine")
    await put(search, chunk("newer", "More creatine."))
    assert set(await names(search, "creatine")) == {*before, "newer"}
    postgres = await search.postgres()
    async with search.database.transaction(None) as db:
        await postgres.remove(db, INDEX, ["newer"])
    assert await names(search, "creatine") == before


async def test_what_was_found_without_vectors_is_not_taken_for_what_is_found_with_them(
    search: Search, database: Database
) -> None:
    by_words = Search(database, keep=kept_in(open_cache(database, None)))
    assert (await by_words.find(INDEX, "creatine"))[0].closeness is None
    assert (await search.find(INDEX, "creatine"))[0].closeness == pytest.approx(1.0)


async def test_upstash_is_asked_once(search: Search, upstash_search: UpstashSearchStandIn) -> None:
    search.upstash = UpstashSearch(upstash_search.url, TOKEN)
    await search.upstash.write(INDEX, CHUNKS)
    for _ in range(3):
        assert (await names(search, "creatine"))[0] == "creatine"
    assert [operation for operation, _ in upstash_search.calls].count("search") == 1
    await search.aclose()


async def test_no_connection_is_held_while_a_question_is_embedded(search: Search) -> None:
    lent: list[int] = []

    class Counting(FakeEmbedder):
        async def embed_question(self, question: str) -> Floats:
            lent.append(search.database.pool_status().in_use)
            return await super().embed_question(question)

    alone = Search(search.database, embedder=Counting("creatine"))
    before = search.database.pool_status().in_use
    assert (await alone.find(INDEX, "creatine"))[0].id == "creatine"
    assert lent == [before]

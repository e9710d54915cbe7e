"""Searching in PostgreSQL: by words, by meaning, by both."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, text

from db.embedded.cluster import SUPERUSER
from db.migrate import upgrade
from db.session import Database
from search import Search
from search.mending import REMEMBERED_SECONDS, KnownWords
from tests.db.fixtures import run_on_server
from tests.search.corpus import INDEX, FakeEmbedder, chunk, names, put

CHUNKS = (
    chunk("creatine-dose", "Take 3 to 5 grams of creatine a day.", "How much creatine", category="nutrition"),
    chunk("creatine-safe", "Creatine is safe for the kidneys.", "Creatine safety", category="nutrition"),
    chunk("protein", "Eat 1.6 grams of protein a day.", "Protein", category="nutrition"),
    chunk("squat", "Squat as deep as you can with flat feet.", "Squat depth", category="strength"),
    chunk("soreness", "Muscles are sore for two days after new work.", "Soreness", category="recovery"),
    chunk("rdl", "Push the hips back, keep the bar close.", "Romanian deadlift", category="strength"),
)


@pytest.fixture
async def by_words(database: Database) -> Search:
    search = Search(database)
    await put(search, *CHUNKS)
    return search


@pytest.fixture
async def by_both(database: Database) -> Search:
    search = Search(database, embedder=FakeEmbedder("creatine", "protein", "squat", "ache"))
    await put(search, *CHUNKS)
    return search


async def test_what_has_all_words_comes_before_what_has_some(by_words: Search) -> None:
    assert await names(by_words, "is creatine safe for my kidneys") == ["creatine-safe", "creatine-dose"]


async def test_a_rare_word_counts_more_than_a_frequent_one(by_words: Search) -> None:
    await put(by_words, *(chunk(f"gram-{n}", f"Another {n} grams of it.") for n in range(20)))
    found = await by_words.find(INDEX, "grams of protein or of bananas", limit=3)
    assert found[0].id == "protein"
    assert 0.3 < found[0].coverage < 0.7
    assert found[0].matched == 2


async def test_the_title_counts_more_than_the_text(by_words: Search) -> None:
    await put(by_words, chunk("aside", "Some also count protein there.", "Vegetables"))
    assert (await names(by_words, "protein"))[0] == "protein"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("how long does DOMS last", "soreness"),
        ("how do I do an RDL", "rdl"),
        ("squatting deeply", "squat"),
        ("creatin", "creatine-dose"),
        ("cre atine", "creatine-dose"),
        ("protien", "protein"),
        ("r d l", "rdl"),
        ("Créatine!", "creatine-dose"),
    ],
)
async def test_words_may_be_others_or_misheard(by_words: Search, asked: str, answer: str) -> None:
    assert answer in (await names(by_words, asked))[:2]


async def test_a_strange_word_that_is_like_nothing_stays_what_it_is(by_words: Search) -> None:
    assert await names(by_words, "xylophones") == []
    assert await names(by_words, "the and of") == []
    assert await names(by_words, "") == []


async def test_meaning_finds_what_shares_no_word(by_both: Search) -> None:
    await put(by_both, chunk("ache", "Legs ache after hills."))
    hits = await by_both.find(INDEX, "an ache somewhere")
    assert hits[0].id == "ache"
    assert hits[0].closeness == pytest.approx(1.0)
    nowhere = await by_both.find(INDEX, "protein", limit=10)
    assert {hit.id: hit.closeness for hit in nowhere}["squat"] == pytest.approx(0.0)


async def test_words_decide_between_what_means_the_same(by_both: Search) -> None:
    assert (await names(by_both, "creatine for kidneys"))[:2] == ["creatine-safe", "creatine-dose"]


async def test_results_are_narrowed_by_metadata(by_both: Search) -> None:
    assert "creatine-dose" not in await names(by_both, "creatine squat", limit=9, category="strength")
    assert set(await names(by_both, "creatine squat", limit=9, category="strength")) == {"squat", "rdl"}
    assert await names(by_both, "creatine", category="nobody's") == []


async def test_a_narrow_filter_still_finds_the_nearest(database: Database) -> None:
    """The index of vectors gives 100 at first, and 200 others are nearer than the ten that are wanted."""
    search = Search(database, embedder=FakeEmbedder("near", "far"))
    await put(search, *(chunk(f"near-{n}", f"near {n}", category="strength") for n in range(200)))
    await put(search, *(chunk(f"far-{n}", f"far {n}", category="injury") for n in range(10)))
    found = await names(search, "near", limit=10, category="injury")
    assert len(found) == 10
    assert all(name.startswith("far") for name in found)


async def test_each_index_has_its_own_documents(by_words: Search) -> None:
    assert await by_words.find("exercises", "creatine") == []
    assert len(await by_words.find(INDEX, "creatine")) == 2


async def test_a_document_is_changed_in_place(by_words: Search) -> None:
    await put(by_words, chunk("creatine-dose", "Bananas have potassium.", "Fruit"))
    assert await names(by_words, "bananas") == ["creatine-dose"]
    assert "creatine-dose" not in await names(by_words, "creatine")


async def test_frequent_words_cost_no_more_than_others(database: Database) -> None:
    """However many documents have a word, so many are looked at; those with all words are not lost in it."""
    search = Search(database)
    await put(search, *(chunk(f"c-{n}", f"squat number{n}") for n in range(700)))
    await put(search, chunk("both", "squat and bananas"))
    assert (await names(search, "squat bananas"))[0] == "both"
    assert len(await names(search, "squat", limit=40)) == 40


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.text(max_size=80) | st.from_regex(r"[a-z'&|!():*<>\\ -]{0,40}"))
async def test_whatever_is_asked_is_no_error(by_both: Search, asked: str) -> None:
    for hit in await by_both.find(INDEX, asked, limit=3):
        assert math.isfinite(hit.score)
        assert 0 <= hit.coverage <= 1


async def test_without_pgvector_words_alone_are_sought(database: Database, database_url: str) -> None:
    superuser_url = make_url(database_url).set(username=SUPERUSER).render_as_string(hide_password=False)
    await run_on_server(superuser_url, "drop extension vector cascade")
    search = Search(database, embedder=FakeEmbedder("protein"))
    await put(search, *CHUNKS)
    (hit,) = await search.find(INDEX, "protein")
    assert (hit.id, hit.closeness) == ("protein", None)
    assert search.embedder is None


async def test_pgvector_that_comes_later_is_taken_at_the_next_upgrade(
    database: Database, database_url: str
) -> None:
    await run_on_server(database_url, "alter table search_documents drop column embedding")
    await put(Search(database), *CHUNKS)
    await upgrade(database_url)
    search = Search(database, embedder=FakeEmbedder("creatine"))
    postgres = await search.postgres()
    async with database.transaction(None) as db:
        assert await db.scalar(text("select count(*) from search_documents where embedding is null")) == 6
        assert await postgres.known(db, INDEX) == {}  # all of them are to be written again


async def test_a_word_that_was_strange_is_known_once_it_is_in_a_document(by_words: Search) -> None:
    now = 0.0
    by_words._words = KnownWords(lambda: now)
    assert await names(by_words, "protien") == await names(by_words, "protein")
    await put(by_words, chunk("brand", "Protien is a brand.", "Protien"))
    now = REMEMBERED_SECONDS + 1
    assert (await names(by_words, "protien"))[0] == "brand"

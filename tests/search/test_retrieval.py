"""How well search finds what answers the packaged questions; the figures are in docs/search.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from db.catalogue.content import read_content
from eval.retrieval import Asked, Found, load_questions, measure, off_topic, ways
from search import Search
from search.embedding import PackagedEmbedder, key_of, packaged_embedder, ready_made
from search.query import heard, prepare
from search.sources import SOURCES
from services.exercises.catalogue import packaged_catalogue

LEAST_RECALL = 0.9
LEAST_UNSEEN = 0.88
NEARLY = 0.01
"""How much better words or vectors alone may be than both, by chance, before it is a fault."""


@pytest.fixture(scope="module")
def embedder() -> PackagedEmbedder:
    found = packaged_embedder()
    assert found is not None
    return found


async def found(search: Search, questions: Sequence[Asked]) -> Mapping[str, Found]:
    return {way: await measure(find, questions) for way, find in ways(search).items()}


async def test_five_chunks_hold_what_answers_a_question(searchable: Search) -> None:
    by = await found(searchable, load_questions("knowledge")[::4])
    assert len(by["hybrid"].places) >= 120
    assert by["hybrid"].recall(5) >= LEAST_RECALL
    for figure in (Found.recall, Found.hit):
        for alone in ("words", "vectors"):
            assert figure(by["hybrid"], 5) >= figure(by[alone], 5) - NEARLY
    assert by["hybrid"].ndcg >= max(by["words"].ndcg, by["vectors"].ndcg) - NEARLY


@pytest.mark.parametrize(("name", "least"), [("exercises", 0.82), ("cues", 0.6)])
async def test_exercises_and_cues_are_found_by_what_they_are(
    searchable: Search, name: str, least: float
) -> None:
    by = await found(searchable, load_questions(name))
    assert by["hybrid"].recall(5) >= max(least, by["words"].recall(5), by["vectors"].recall(5))


async def test_so_do_they_for_questions_that_nothing_was_tuned_by(searchable: Search) -> None:
    by = await found(searchable, [one for one in load_questions("knowledge") if "unseen" in one.tags])
    assert len(by["hybrid"].places) >= 70
    assert by["hybrid"].hit(5) >= LEAST_UNSEEN


def test_questions_name_what_there_is() -> None:
    chunks = {one.entry.id for one in read_content().knowledge}
    slugs = {one.slug for one in packaged_catalogue()}
    for name in ("knowledge", "exercises", "cues"):
        for asked in load_questions(name):
            known = chunks if asked.index == "knowledge_base" else slugs
            assert {answer.partition(":")[0] for answer in asked.answers} <= known, asked.id
    asked_all = [one.ask for one in load_questions("knowledge")]
    assert len(set(asked_all)) == len(asked_all)
    assert not set(asked_all) & set(off_topic())


def test_the_model_knows_what_means_the_same(embedder: PackagedEmbedder) -> None:
    said, same, other = embedder.compute(
        ["How much sleep do I need?", "hours of rest a night", "The bar drifts away from my legs."]
    )
    assert said.shape == (384,)
    assert np.linalg.norm(said) == pytest.approx(1.0, abs=1e-5)
    assert said @ same > 0.5 > said @ other + 0.2


def test_a_text_has_the_same_vector_in_any_company(embedder: PackagedEmbedder) -> None:
    texts = [f"{'squat ' * n}deeply" for n in (1, 3, 60, 300)]
    together = embedder.compute(texts)
    for text, vector in zip(texts, together, strict=True):
        assert embedder.compute([text])[0] @ vector > 0.999


async def test_packaged_documents_come_with_their_vectors(searchable: Search) -> None:
    """`voicefit search embed` writes them anew, when content or the model changes."""
    known = ready_made()
    for source in SOURCES.values():
        async with searchable.database.transaction(None) as db:
            documents = await source.all(db)
        assert all(key_of(one.embedded) in known for one in documents), source.index
    last = documents[-1].embedded
    computed = packaged_embedder().compute([last])[0]  # type: ignore[union-attr]
    assert computed @ known[key_of(last)].astype(np.float32) > 0.99


async def test_a_question_is_embedded_once(
    embedder: PackagedEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await embedder.embed_question("a question of this test's own")
    monkeypatch.setattr(embedder, "_embed", lambda _: pytest.fail("embedded again"))
    assert await embedder.embed_question("a question of this test's own") is first


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("How many reps for hyper trophy?", "how many reps for hypertrophy"),
        ("what's an R.D.L.", "whats an rdl romanian deadlift"),
        ("is my HRV bad", "is my hrv heart rate variability bad"),
    ],
)
def test_what_was_heard_is_what_was_meant(said: str, meant: str) -> None:
    assert prepare(heard(said)).text == meant


def test_terms_carry_no_operators_into_the_statement() -> None:
    query = prepare(heard("it's 'quoted' & | ! <-> :* (odd) \\ -- ; drop table"))
    assert not set("".join(query.tsqueries)) & set("&!<>:*()\\;")
    assert json.dumps(query.tsqueries)

"""Upstash Search over the wire, against a stand-in that speaks its protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import JSONResponse, PlainTextResponse, Response

import search.upstash as module
from core.settings import Settings
from db.session import Database
from search import Document, Search
from search.upstash import (
    MAX_CHARACTERS,
    UpstashSearch,
    UpstashUnavailable,
    content_of,
    filter_of,
    open_upstash,
)
from tests.search.corpus import INDEX, chunk, names, put
from tests.stores.upstash_search import TOKEN, Refused, UpstashSearchStandIn, conditions

CHUNKS = (
    chunk("squat", "Squat as deep as you can.", "Squat depth", category="strength"),
    chunk("protein", "Eat 1.6 grams of protein a day.", "Protein", category="nutrition"),
)


@pytest.fixture
async def upstash(upstash_search: UpstashSearchStandIn) -> AsyncIterator[UpstashSearch]:
    client = UpstashSearch(upstash_search.url, TOKEN)
    await client.write(INDEX, CHUNKS)
    yield client
    await client.aclose()


@pytest.fixture
async def both(database: Database, upstash: UpstashSearch) -> Search:
    """A search that asks Upstash first; in PostgreSQL there is one chunk more."""
    search = Search(database, upstash=upstash)
    await put(search, *CHUNKS, chunk("here-alone", "A squat that Upstash was not told of.", "Another squat"))
    return search


async def test_what_was_written_is_found(upstash: UpstashSearch) -> None:
    (hit,) = await upstash.search(INDEX, "squat depth", limit=5, where={})
    assert (hit.id, hit.title, hit.metadata) == ("squat", "Squat depth", {"category": "strength"})


async def test_results_are_narrowed(upstash: UpstashSearch) -> None:
    assert await upstash.search(INDEX, "squat", limit=5, where={"category": "nutrition"}) == []
    assert len(await upstash.search(INDEX, "squat", limit=5, where={"category": "strength"})) == 1


async def test_what_is_removed_is_gone(upstash: UpstashSearch) -> None:
    await upstash.remove(INDEX, ["squat"])
    assert [page async for page in upstash.ids(INDEX)] == [["protein"]]


async def test_ids_come_in_pages(upstash: UpstashSearch) -> None:
    for start in range(0, 250, 50):
        await upstash.write(INDEX, [chunk(f"{start + n:03}", "text") for n in range(50)])
    pages = [page async for page in upstash.ids(INDEX)]
    assert [len(page) for page in pages] == [100, 100, 52]


async def test_upstash_is_asked_first_and_what_it_finds_is_weighed_here(
    both: Search, upstash_search: UpstashSearchStandIn
) -> None:
    (hit,) = await both.find(INDEX, "squat depth")
    assert (hit.id, hit.matched, hit.coverage) == ("squat", 2, 1.0)
    asked = [body["query"] for operation, body in upstash_search.calls if operation == "search"]
    assert asked == ["squat depth"]


def broken(kind: str) -> Any:
    """A way in which the service may fail."""

    async def late(*_: object) -> Response:
        await asyncio.sleep(0.5)
        return JSONResponse({"result": []})

    answers = {
        "late": late,
        "an error": lambda *_: JSONResponse({"error": "Exceeded daily rate limit", "status": 429}, 429),
        "no JSON": lambda *_: PlainTextResponse("<html>Bad gateway</html>", 502),
        "other JSON": lambda *_: JSONResponse({"result": [{"id": 7}]}),
        "nothing": lambda *_: JSONResponse({}),
    }
    return answers[kind]


@pytest.mark.parametrize("kind", ["late", "an error", "no JSON", "other JSON", "nothing"])
async def test_postgresql_answers_when_upstash_does_not(
    both: Search,
    upstash_search: UpstashSearchStandIn,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "SECONDS_TO_ANSWER", 0.2)
    upstash_search.answer = broken(kind)
    assert set(await names(both, "squat")) == {"squat", "here-alone"}
    assert "PostgreSQL answers instead" in caplog.text
    upstash_search.answer = None
    assert await names(both, "squat") == ["squat"]


async def test_postgresql_answers_when_nobody_is_there(both: Search) -> None:
    both.upstash = UpstashSearch("http://127.0.0.1:9", TOKEN)
    assert set(await names(both, "squat")) == {"squat", "here-alone"}
    await both.aclose()


async def test_a_wrong_token_is_said(upstash_search: UpstashSearchStandIn) -> None:
    client = UpstashSearch(upstash_search.url, "another")
    with pytest.raises(UpstashUnavailable, match="Unauthorized"):
        await client.write(INDEX, CHUNKS)
    await client.aclose()


@given(title=st.text(max_size=200), text=st.text(max_size=4000), category=st.text(max_size=30))
def test_content_is_never_longer_than_upstash_takes(title: str, text: str, category: str) -> None:
    content = content_of(Document(INDEX, "id", title, text, {"category": category, "red_flag": True}))
    assert len(json.dumps(content, ensure_ascii=False)) <= MAX_CHARACTERS
    assert text.startswith(content["text"])
    assert (content["title"], content["category"]) == (title, category)


@given(st.dictionaries(st.sampled_from(["category", "slug"]), st.text(max_size=30), max_size=2))
def test_no_value_of_a_filter_can_be_read_as_more_of_it(where: dict[str, str]) -> None:
    try:
        written = filter_of(where)
    except ValueError:
        assert any("\\" in value or ("'" in value and '"' in value) for value in where.values())
        return
    if not any(" AND " in value for value in where.values()):
        assert conditions(written) == where


async def test_a_filter_that_cannot_be_written_is_an_error_of_the_caller(upstash: UpstashSearch) -> None:
    with pytest.raises(ValueError, match="cannot be filtered by"):
        await upstash.search(INDEX, "squat", limit=5, where={"category": "a'b\"c"})


async def test_upstash_is_used_when_it_has_an_address_and_a_token() -> None:
    assert open_upstash(Settings()) is None
    assert open_upstash(Settings(UPSTASH_SEARCH_REST_URL="http://127.0.0.1:9")) is None
    both = {"UPSTASH_SEARCH_REST_URL": "http://127.0.0.1:9", "UPSTASH_SEARCH_REST_TOKEN": TOKEN}
    opened = open_upstash(Settings(**both))
    assert opened is not None
    await opened.aclose()


def test_the_stand_in_reads_no_filter_that_it_does_not_understand() -> None:
    with pytest.raises(Refused):
        conditions("category > 3")

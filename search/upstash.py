"""The same three indexes in Upstash Search, through its SDK. Every call is bounded in time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any, TypeVar

import httpx
from upstash_search import AsyncSearch
from upstash_search.errors import ClientError, UpstashError

from core.errors import VoiceFitError
from core.settings import Settings
from db.models import SearchIndexName
from search.documents import Document, Hit

SECONDS_TO_ANSWER = 1.5
"""A question that is not answered by then is answered by PostgreSQL: somebody waits for it."""
SECONDS_TO_WRITE = 30.0
BATCH = 100
"""The most documents of one call."""
MAX_CHARACTERS = 1500
"""The most that one document's content may have, as JSON."""

# What is no JSON, or not the JSON that the SDK expects, comes as one of the last three.
FAILURES = (TimeoutError, httpx.HTTPError, UpstashError, ClientError, ValueError, KeyError, TypeError)

Answer = TypeVar("Answer")


class UpstashUnavailable(VoiceFitError):
    """Upstash Search did not do what it was asked, or not in time."""


class UpstashSearch:
    """The three indexes of one Upstash Search database."""

    def __init__(self, url: str, token: str) -> None:
        # Repeating is for who calls: the SDK would sleep a second before it.
        self._client = AsyncSearch(url.rstrip("/"), token, retries=0, allow_telemetry=False)

    async def search(
        self, index: SearchIndexName, question: str, *, limit: int, where: Mapping[str, Any]
    ) -> list[Hit]:
        """The documents that fit `question` best, best first.

        Raises:
            UpstashUnavailable: it did not answer within `SECONDS_TO_ANSWER`, or refused.
        """
        found = await _within(
            SECONDS_TO_ANSWER,
            self._client.index(index).search(
                question, limit=limit, filter=filter_of(where), input_enrichment=False
            ),
        )
        return [
            Hit(
                one.id,
                str(one.content.get("title", "")),
                str(one.content.get("text", "")),
                one.metadata or {},
                one.score,
            )
            for one in found
        ]

    async def write(self, index: SearchIndexName, documents: Sequence[Document]) -> None:
        """Puts documents in, or changes them; at most `BATCH`. Raises `UpstashUnavailable`."""
        payload: list[Any] = [
            {"id": document.id, "content": content_of(document), "metadata": dict(document.metadata)}
            for document in documents
        ]
        await _within(SECONDS_TO_WRITE, self._client.index(index).upsert(payload))

    async def remove(self, index: SearchIndexName, ids: Sequence[str]) -> None:
        """Takes documents out, at most `BATCH`. Raises `UpstashUnavailable`."""
        await _within(SECONDS_TO_WRITE, self._client.index(index).delete(ids=list(ids)))

    async def ids(self, index: SearchIndexName) -> AsyncIterator[list[str]]:
        """The ids of all documents, a page at a time. Raises `UpstashUnavailable`."""
        cursor = ""
        while True:
            page = await _within(
                SECONDS_TO_WRITE, self._client.index(index).range(cursor=cursor, limit=BATCH)
            )
            yield [document.id for document in page.documents]
            cursor = page.next_cursor
            if not cursor:
                return

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client._requester._client.aclose()  # the SDK has no way of its own


def open_upstash(settings: Settings) -> UpstashSearch | None:
    """The Upstash Search of the settings, if they name one."""
    if not (settings.upstash_search_rest_url and settings.upstash_search_rest_token):
        return None
    return UpstashSearch(settings.upstash_search_rest_url, settings.upstash_search_rest_token)


def content_of(document: Document) -> dict[str, Any]:
    """What Upstash searches and filters by, no longer than it takes: the text's end gives way."""
    content: dict[str, Any] = {
        "title": document.title,
        **{name: value for name, value in document.metadata.items() if isinstance(value, str)},
        "text": document.text,
    }
    while (over := len(json.dumps(content, ensure_ascii=False)) - MAX_CHARACTERS) > 0 and content["text"]:
        content["text"] = content["text"][:-over].rpartition(" ")[0]
    return content


def filter_of(where: Mapping[str, Any]) -> str:
    """Upstash's filter for documents that have all of `where`.

    Raises:
        ValueError: a value has both kinds of quotes or a backslash: how these are escaped is not documented.
    """
    return " AND ".join(f"{name} = {_literal(value)}" for name, value in where.items())


def _literal(value: object) -> str:
    said = str(value)
    quote = '"' if "'" in said else "'"
    if quote in said or "\\" in said:
        raise ValueError(f"{said!r} cannot be filtered by")
    return f"{quote}{said}{quote}"


async def _within(seconds: float, call: Awaitable[Answer]) -> Answer:
    try:
        async with asyncio.timeout(seconds):
            return await call
    except (
        TimeoutError,
        httpx.HTTPError,
        UpstashError,
        ClientError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        # What is no JSON, or not the JSON that the SDK expects, comes as one of the last three.
        raise UpstashUnavailable(f"Upstash Search did not answer as it should: {error!r}.") from error

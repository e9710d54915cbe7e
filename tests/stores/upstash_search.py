"""A stand-in for Upstash Search: its REST protocol over HTTP on loopback, with documents in memory.

What it knows of the protocol is what its SDK speaks (`upstash-search`): POST with a bearer token, the index
as the last part of the path, `{"result": ...}` or `{"error": ...}` back. It ranks by how many of the words
are there, and holds callers to the service's limits.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "a-token-for-tests"
MOST_CHARACTERS = 1500
MOST_DOCUMENTS = 100

CONDITION = re.compile(r"""\s*([\w.@]+)\s*=\s*(?:'([^']*)'|"([^"]*)")\s*""")

Document = dict[str, Any]


@dataclass
class Refused(Exception):
    """What the service does not take."""

    message: str


@dataclass
class UpstashSearchStandIn:
    """A running stand-in. `answer` takes the place of its answers, when set. `calls`: (operation, body)."""

    url: str = ""
    token: str = TOKEN
    indexes: dict[str, dict[str, Document]] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    answer: Callable[[str, Any], Any] | None = None

    def upsert(self, index: str, body: list[Document]) -> str:
        if len(body) > MOST_DOCUMENTS:
            raise Refused(f"{len(body)} documents, at most {MOST_DOCUMENTS}")
        for document in body:
            if len(json.dumps(document["content"], ensure_ascii=False)) > MOST_CHARACTERS:
                raise Refused(f"content of {document['id']} has more than {MOST_CHARACTERS} characters")
        self.indexes.setdefault(index, {}).update({document["id"]: document for document in body})
        return "Success"

    def search(self, index: str, body: Document) -> list[Document]:
        wanted = conditions(body.get("filter") or "")
        asked = set(body["query"].lower().split())
        found = []
        for document in self.indexes.get(index, {}).values():
            if any(document["content"].get(name) != value for name, value in wanted.items()):
                continue
            words = set(re.findall(r"\w+", json.dumps(document["content"]).lower()))
            if score := len(asked & words) / len(asked):
                found.append({**document, "score": score})
        return sorted(found, key=lambda one: (-one["score"], one["id"]))[: body["topK"]]

    def delete(self, index: str, body: Document) -> Document:
        known = self.indexes.get(index, {})
        return {"deleted": sum(known.pop(one, None) is not None for one in body["ids"])}

    def range(self, index: str, body: Document) -> Document:
        ids = sorted(self.indexes.get(index, {}))
        start = int(body["cursor"] or 0)
        end = start + body["limit"]
        page = [self.indexes[index][one] for one in ids[start:end]]
        return {"nextCursor": str(end) if end < len(ids) else "", "vectors": page}


def conditions(filter_: str) -> dict[str, str]:
    """What a filter of `name = 'value'`, joined by AND, asks for."""
    wanted: dict[str, str] = {}
    for one in filter_.split(" AND ") if filter_ else []:
        found = CONDITION.fullmatch(one)
        if found is None:
            raise Refused(f"the filter cannot be read: {one}")
        wanted[found[1]] = found[2] if found[2] is not None else found[3]
    return wanted


def _application(stand_in: UpstashSearchStandIn) -> Starlette:
    operations = {
        "upsert-data": stand_in.upsert,
        "search": stand_in.search,
        "delete": stand_in.delete,
        "range": stand_in.range,
    }

    async def run(request: Request) -> Response:
        operation, index = request.path_params["operation"], request.path_params["index"]
        body = json.loads(await request.body())
        stand_in.calls.append((operation, body))
        if stand_in.answer is not None:
            answer = stand_in.answer(operation, body)
            if asyncio.iscoroutine(answer):
                answer = await answer
            if isinstance(answer, Response):
                return answer
        if request.headers.get("authorization") != f"Bearer {stand_in.token}":
            return JSONResponse({"error": "Unauthorized", "status": 401}, 401)
        try:
            return JSONResponse({"result": operations[operation](index, body)})
        except Refused as refused:
            return JSONResponse({"error": refused.message, "status": 422}, 422)

    return Starlette(routes=[Route("/{operation}/{index}", run, methods=["POST"])])


@pytest.fixture
async def upstash_search() -> AsyncIterator[UpstashSearchStandIn]:
    """A stand-in with nothing in it."""
    stand_in = UpstashSearchStandIn()
    config = uvicorn.Config(
        _application(stand_in), host="127.0.0.1", port=0, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    stand_in.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield stand_in
    server.should_exit = True
    await serving

"""A stand-in for Upstash Redis: its REST protocol over HTTP on loopback, with a real Redis behind it.

What it knows of the protocol: one command a request as a JSON array, `{"result": …}` or `{"error": …}` back,
a bearer token, and strings in base64 when `Upstash-Encoding: base64` asks for it
(https://upstash.com/docs/redis/features/restapi).
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from redis.asyncio import Connection, ConnectionPool
from redis.exceptions import ResponseError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "a-token-for-tests"


@dataclass
class Upstash:
    """A running stand-in. `answer` takes the place of its answers, when set."""

    url: str = ""
    token: str = TOKEN
    commands: list[list[Any]] = field(default_factory=list)
    answer: Callable[[], Any] | None = None


def _encoded(value: Any, encode: bool) -> Any:
    if isinstance(value, bytes):
        text = value.decode("utf-8", "replace")
        return base64.b64encode(value).decode() if encode and text != "OK" else text
    return [_encoded(one, encode) for one in value] if isinstance(value, list) else value


def _application(upstash: Upstash, pool: ConnectionPool[Connection]) -> Starlette:
    async def run(request: Request) -> Response:
        if upstash.answer is not None:
            answer = upstash.answer()
            if asyncio.iscoroutine(answer):
                answer = await answer
            if isinstance(answer, Response):
                return answer
        if request.headers.get("authorization") != f"Bearer {upstash.token}":
            return JSONResponse({"error": "WRONGPASS invalid or missing auth token"}, 401)
        command = json.loads(await request.body())
        upstash.commands.append(command)
        connection = await pool.get_connection()
        try:
            await connection.send_command(*command)
            result = await connection.read_response()
        except ResponseError as error:
            return JSONResponse({"error": f"ERR {error}"}, 400)
        finally:
            await pool.release(connection)
        return JSONResponse({"result": _encoded(result, request.headers.get("upstash-encoding") == "base64")})

    return Starlette(routes=[Route("/", run, methods=["POST"])])


@pytest.fixture
async def upstash(redis_url: str) -> AsyncIterator[Upstash]:
    """A stand-in with an empty Redis behind it."""
    stand_in = Upstash()
    pool = ConnectionPool.from_url(redis_url, protocol=2)
    config = uvicorn.Config(
        _application(stand_in, pool), host="127.0.0.1", port=0, log_level="warning", lifespan="off"
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
    await pool.aclose()

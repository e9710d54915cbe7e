"""Traffic with the real service, recorded and played again.

A recording is a JSON file beside this one: what was said, and each request with the bytes that answered it.
The recorder stands between VoiceFit and the service; the key passes through it and is not written down.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web

FOLDER = Path(__file__).parent


@dataclass
class Exchange:
    """A request and its answer."""

    request: dict[str, Any]
    status: int
    body: str


@dataclass
class Recording:
    """A conversation with the service: what the athlete `said`, turn by turn."""

    model: str
    said: list[str]
    exchanges: list[Exchange] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Writes it down."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Reads it."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(found["model"], found["said"], [Exchange(**one) for one in found["exchanges"]])


def recordings() -> list[Path]:
    """All that there are."""
    return sorted(FOLDER.glob("*.json"))


@asynccontextmanager
async def recorder(recording: Recording, service: str) -> AsyncIterator[str]:
    """An address that passes everything on to `service` and notes it in `recording`."""
    async with httpx.AsyncClient(timeout=60) as client:

        async def passed_on(request: web.Request) -> web.Response:
            body = await request.json()
            headers = {name: request.headers[name] for name in ("Authorization", "x-grok-conv-id")}
            answer = await client.post(f"{service}/chat/completions", json=body, headers=headers)
            recording.exchanges.append(Exchange(body, answer.status_code, answer.text))
            return _answer(answer.status_code, answer.text)

        async with _serving(passed_on) as address:
            yield address


@asynccontextmanager
async def player(recording: Recording) -> AsyncIterator[str]:
    """An address that answers as the service did, request after request."""
    rest: Iterator[Exchange] = iter(recording.exchanges)

    async def played(_: web.Request) -> web.Response:
        exchange = next(rest, Exchange({}, 503, ""))
        return _answer(exchange.status, exchange.body)

    async with _serving(played) as address:
        yield address


def _answer(status: int, body: str) -> web.Response:
    kind = "text/event-stream" if status < 400 else "application/json"
    return web.Response(status=status, text=body, content_type=kind)


@asynccontextmanager
async def _serving(handler: Any) -> AsyncIterator[str]:
    app = web.Application(client_max_size=16 * 1024**2)
    app.router.add_post("/v1/chat/completions", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()

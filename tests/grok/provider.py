"""A service that speaks the chat completions protocol, scripted: what xAI sends, and what it never should.

It is a real HTTP server on loopback. A script is a list of answers, one a request, or a function of one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 20,
    "total_tokens": 1020,
    "prompt_tokens_details": {"cached_tokens": 800},
}


@dataclass(frozen=True)
class Answer:
    """One answer: words, then calls (tool, arguments).

    `piece` is how many characters of words and arguments a chunk carries (0: all at once); `bytes_at_once`
    cuts the stream itself, in the middle of whatever stands there. `delay` is before the first byte, `pause`
    between chunks. `garbage` is sent as it is, at the end; `cut` ends without the last chunks; `status` is an
    HTTP error.
    """

    words: str = ""
    calls: Sequence[tuple[str, Any]] = ()
    piece: int = 0
    bytes_at_once: int = 0
    delay: float = 0.0
    pause: float = 0.0
    garbage: str = ""
    cut: bool = False
    refusal: str = ""
    finish: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    usage: dict[str, Any] | None = field(default_factory=lambda: dict(USAGE))

    def chunks(self) -> list[dict[str, Any]]:
        """The answer as chunks."""
        found: list[dict[str, Any]] = [_chunk({"role": "assistant", "content": ""})]
        found += [_chunk({"content": part}) for part in _pieces(self.words, self.piece)]
        if self.refusal:
            found.append(_chunk({"refusal": self.refusal}))
        for index, (tool, arguments) in enumerate(self.calls):
            written = arguments if isinstance(arguments, str) else json.dumps(arguments)
            head = {"index": index, "id": f"call-{index}", "type": "function"}
            parts = _pieces(written, self.piece) or [""]
            first = {**head, "function": {"name": tool, "arguments": parts[0]}}
            found.append(_chunk({"tool_calls": [first]}))
            found += [
                _chunk({"tool_calls": [{"index": index, "function": {"arguments": part}}]})
                for part in parts[1:]
            ]
        if not self.cut:
            found.append(_chunk({}, self.finish or ("tool_calls" if self.calls else "stop")))
            if self.usage is not None:
                found.append({**_chunk({}), "choices": [], "usage": self.usage})
        return found


def _pieces(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)] if size else [text] if text else []


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


@dataclass
class Request:
    """What was asked."""

    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages."""
        return list(self.body["messages"])

    @property
    def said(self) -> dict[str, Any]:
        """The newest message of the athlete."""
        users = [one for one in self.messages if one["role"] == "user"]
        return dict(json.loads(users[-1]["content"]))

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """The outputs of calls after it."""
        last = max(i for i, one in enumerate(self.messages) if one["role"] == "user")
        return [json.loads(one["content"]) for one in self.messages[last:] if one["role"] == "tool"]


Script = Callable[[Request], Answer]


class Provider:
    """The server. `requests` are those it got."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: list[Answer] = []
        self._script: Script | None = None
        self.url = ""

    def will(self, *answers: Answer) -> None:
        """Answers the next requests with these, the last one again and again."""
        self._answers, self._script = list(answers), None

    def plays(self, script: Script) -> None:
        """Answers every request as `script` says."""
        self._script = script

    def _next(self, request: Request) -> Answer:
        if self._script is not None:
            return self._script(request)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = Request(
            await request.json(), {name.lower(): value for name, value in request.headers.items()}
        )
        self.requests.append(asked)
        answer = self._next(asked)
        await asyncio.sleep(answer.delay)
        if answer.status != 200:
            error = {"error": {"message": "scripted", "type": "error"}}
            return web.json_response(error, status=answer.status, headers=answer.headers)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionError, asyncio.CancelledError):
            await self._send(response, answer)
        return response

    async def _send(self, response: web.StreamResponse, answer: Answer) -> None:
        events = [f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in answer.chunks()]
        if answer.garbage:
            events.append(answer.garbage)
        elif not answer.cut:
            events.append("data: [DONE]\n\n")
        sent = "".join(events).encode()
        size = answer.bytes_at_once
        parts = (
            [sent[i : i + size] for i in range(0, len(sent), size)] if size else [e.encode() for e in events]
        )
        for part in parts:
            await response.write(part)
            await asyncio.sleep(answer.pause)
        await response.write_eof()


@asynccontextmanager
async def running() -> AsyncIterator[Provider]:
    """A provider, listening on loopback."""
    provider = Provider()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", provider._complete)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    provider.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield provider
    finally:
        await runner.cleanup()

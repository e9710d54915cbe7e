"""What surrounds every request: its id, the size of its body, and an answer when nobody has one."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import nullcontext
from http import HTTPStatus
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import RequestRefused, problem, unexpected
from core.logs import request_id
from core.tracing import TRACED, Tracing, finish_request, note_caller
from services.running.files.unpacking import MAX_BYTES as MAX_RECORDING_BYTES
from services.transfer.history import MAX_BYTES

REQUEST_ID = "X-Request-ID"
FIT_FOR_LOGS = re.compile(r"[A-Za-z0-9._-]{1,64}")
MAX_BODY_BYTES = 1024 * 1024
LARGER_BODIES: Mapping[str, int] = {
    "/api/imports": MAX_BYTES + MAX_BODY_BYTES,
    "/api/runs/import": 2 * MAX_RECORDING_BYTES + MAX_BODY_BYTES,
}
"""How many bytes a body may have at addresses that begin so, where it is not `MAX_BODY_BYTES`."""


class RequestMiddleware:
    """Names every request (as the client did, if it did so in a way that is fit for a log), counts and traces
    it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, tracing: Tracing | None = None) -> None:
        self._app = app
        self._metrics = metrics
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] != "http":
            if self._tracing is not None:
                note_caller(scope)
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        name = given if FIT_FOR_LOGS.fullmatch(given) else uuid4().hex
        named = request_id.set(name)
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = name
            await send(message)

        began = time.perf_counter()
        tracing = self._tracing if scope["path"].startswith(TRACED) else None
        with self._metrics.in_flight(), tracing.request(scope) if tracing else nullcontext() as span:
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                if span is not None:
                    finish_request(span, scope, status)
                self._metrics.observe(scope, status, time.perf_counter() - began)
                request_id.reset(named)


class BodyLimitMiddleware:
    """Answers bodies that are too large with 413, whether they say so at the start or just go on."""

    def __init__(
        self, app: ASGIApp, limit: int = MAX_BODY_BYTES, larger: Mapping[str, int] = LARGER_BODIES
    ) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_at(scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced[:20]) > limit:
            refusal = _too_large(limit)
            await problem(refusal.status_code, refusal.detail, refusal.headers)(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise _too_large(limit)
            return message

        await self._app(scope, receive_within_limit, send)

    def _limit_at(self, path: str) -> int:
        return next((limit for start, limit in self._larger.items() if path.startswith(start)), self._limit)


class LastResortMiddleware:
    """Answers with a problem when an error comes this far. What has begun to be sent is cut off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            if started:
                raise
            await unexpected(scope, error)(scope, receive, send)


def _too_large(limit: int) -> RequestRefused:
    detail = f"The body is larger than {limit // 1024} KiB. Send less at a time."
    # The rest of the body will not be read, so there is nothing more to be said on this connection.
    return RequestRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers={"Connection": "close"})

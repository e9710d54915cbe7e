"""Rate limits of the HTTP side: which request counts for what, and the answer to one too many.

The headers are those of draft-ietf-httpapi-ratelimit-headers-06 (`RateLimit-Limit`, `-Remaining`, `-Reset`,
`-Policy`), and `Retry-After` (RFC 9110, section 10.2.3), all in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from core.network import network_of
from services.ratelimit import LimitsUnavailable, RateLimiter, TooManyRequests, Verdict

WhoAsks = Callable[[Request], Awaitable[UUID | None]]
"""The athlete a request speaks for; None when it names nobody."""

ANY = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Requests with one of the `methods` to a path that begins like `path` count for `limit`.

    `by_address`: for who they come from, whoever they speak for. Otherwise they count for the athlete, and
    for the address, under the limit `anonymous`, when they name nobody.
    """

    path: re.Pattern[str]
    methods: frozenset[str]
    limit: str
    by_address: bool = False


def _rule(path: str, methods: frozenset[str], limit: str, *, by_address: bool = False) -> Rule:
    return Rule(re.compile(path), methods, limit, by_address)


RULES: tuple[Rule, ...] = (
    # Signing in, out and up. (Failed attempts for one account are counted apart, and more strictly.)
    _rule(r"/api/(auth|session)(/|$)", WRITES, "sign_in", by_address=True),
    _rule(r"/api/imports?(/|$)", WRITES, "import"),
    _rule(r"/api/exports?(/|$)", ANY, "export"),
    _rule(r"/(api|v1|mcp)(/|$)", WRITES, "write"),
    _rule(r"/(api|v1|mcp)(/|$)", ANY, "read"),
)
"""The first that fits decides. What none fits is free: the page's files, health checks, metrics."""


def rule_for(method: str, path: str) -> Rule | None:
    """The rule that a request falls under."""
    return next((rule for rule in RULES if method in rule.methods and rule.path.match(path)), None)


class RateLimitMiddleware:
    """Counts HTTP requests before anything is read of them, and answers those that are too many with 429."""

    def __init__(self, app: ASGIApp, limiter: RateLimiter, who_asks: WhoAsks) -> None:
        self._app = app
        self._limiter = limiter
        self._who_asks = who_asks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        rule = rule_for(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if rule is None:
            await self._app(scope, receive, send)
            return
        try:
            verdict = await self._count(rule, Request(scope))
        except LimitsUnavailable as error:
            headers = {"Retry-After": str(error.retry_seconds)}
            await problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers)(scope, receive, send)
            return
        if verdict is None:
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(limit_headers(verdict))
            await send(message)

        if verdict.allowed:
            await self._app(scope, receive, send_with_headers)
            return
        refusal = problem(
            HTTPStatus.TOO_MANY_REQUESTS, str(TooManyRequests(verdict)), limit=verdict.limit.name
        )
        await refusal(scope, receive, send_with_headers)

    async def _count(self, rule: Rule, request: Request) -> Verdict | None:
        address = network_of(request.client.host if request.client else None)
        if rule.by_address:
            return await self._limiter.hit(rule.limit, address)
        athlete_id = await self._who_asks(request)
        if athlete_id is None:
            return await self._limiter.hit("anonymous", address)
        return await self._limiter.hit(rule.limit, athlete_id)


def limit_headers(verdict: Verdict) -> dict[str, str]:
    """What a client is told of the limit that its request counted for."""
    limit = verdict.limit
    headers = {
        "RateLimit-Limit": str(limit.amount),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(verdict.retry_seconds or verdict.reset_seconds),
        "RateLimit-Policy": f'{limit.amount};w={limit.window_seconds};name="{limit.name}"',
    }
    if not verdict.allowed:
        headers["Retry-After"] = str(verdict.retry_seconds)
    return headers

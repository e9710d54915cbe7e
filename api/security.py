"""What keeps other sites out: response headers, and a refusal of writes that another site started."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def security_headers(script_hashes: tuple[str, ...], rooms_url: str | None = None) -> dict[str, str]:
    """The headers of every response. `script_hashes` allow inline scripts, as `sha256-…` (CSP level 3); the
    page may connect to the LiveKit server at `rooms_url` too, by websocket and by HTTP."""
    rooms = [rooms_url, rooms_url.replace("ws", "http", 1)] if rooms_url else []
    policy = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *(f"'{digest}'" for digest in script_hashes)]),
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": " ".join(["'self'", *rooms]),
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


class SecurityMiddleware:
    """Adds `headers` to every HTTP response and answers cross-site writes with 403, not websockets."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # A route may have set one of its own.
                own = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in self._headers if h[0] not in own)]
                if scope["path"].startswith("/api/"):
                    MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in SAFE_METHODS and is_cross_site(Headers(scope=scope)):
            refusal = problem(HTTPStatus.FORBIDDEN, "This request came from another site, so it was refused.")
            await refusal(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def is_cross_site(headers: Headers) -> bool:
    """Whether a browser says that a page of another origin made the request.

    Clients that are not browsers send neither `Sec-Fetch-Site` nor `Origin`; a browser cannot leave out
    `Origin` on a write.
    """
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def is_from_this_machine(request: Request) -> bool:
    """Whether client and Host are loopback and no proxy says that it stands between.

    The Host is checked as well because a page elsewhere can point its own name at 127.0.0.1 (DNS rebinding).
    """
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    client = request.client.host if request.client else ""
    return not forwarded and _is_loopback(client) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)

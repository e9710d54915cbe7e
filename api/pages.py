"""The page and its files, served as they lie in `web/`: nothing is built."""

from __future__ import annotations

import base64
import hashlib
import re
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(str(files("web")))
SERVED_SUFFIXES = frozenset({".html", ".js", ".css", ".svg", ".png", ".webmanifest"})
INLINE_SCRIPT = re.compile(r"<script type=\"importmap\">(.*?)</script>", re.DOTALL)


def inline_script_hashes(html: str) -> tuple[str, ...]:
    """`sha256-…` of every inline import map in `html`, for the content security policy."""
    digests = (hashlib.sha256(text.encode()).digest() for text in INLINE_SCRIPT.findall(html))
    return tuple(f"sha256-{base64.b64encode(digest).decode()}" for digest in digests)


def page_script_hashes() -> tuple[str, ...]:
    """The hashes of the inline scripts of the pages."""
    pages = [page.read_text(encoding="utf-8") for page in sorted(WEB.glob("*.html"))]
    return tuple(dict.fromkeys(digest for page in pages for digest in inline_script_hashes(page)))


def shell_of(path: str) -> str:
    """The file at the address `path`: of the operators' pages it is one file."""
    if path == "admin" or (path.startswith("admin/") and not Path(path).suffix):
        return "admin.html"
    return path or "index.html"


class PageRoute(Route):
    """The route of the page's files. What is under `/api` is none of them: there a wrong method is 405."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the address may be a file's."""
        return (Match.NONE, {}) if scope["path"].startswith("/api/") else super().matches(scope)


def page_route() -> Route:
    """`GET /…`: the page and its files. An HTTP route alone: websocket routes may be added after it."""
    static = StaticFiles(directory=WEB)

    async def serve(request: Request) -> Response:
        path = shell_of(request.path_params["path"])
        if Path(path).suffix not in SERVED_SUFFIXES:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        response = await static.get_response(path, request.scope)
        # Browsers ask each time whether a file has changed (its ETag): an upgrade shows at once.
        response.headers["Cache-Control"] = "no-cache"
        return response

    return PageRoute("/{path:path}", serve, methods=["GET"], include_in_schema=False)

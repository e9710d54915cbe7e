"""A stand-in for what the operators' pages ask: turns of a made-up evening, and who may see them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.pages import page_route, page_script_hashes
from api.problems import problem
from api.security import SecurityMiddleware, security_headers
from services.turn_bars import Bar, bars_from
from tests.web.eval_runs import EvalRuns

EVENING = datetime(2026, 3, 3, 18, 30, tzinfo=UTC)
SPOKEN = {
    "speech_began": -2300.0,
    "speech_ended": -420.0,
    "transcription_delay": 310.0,
    "state": 2.1,
    "router": 4.6,
    "recorded": 7.9,
    "calls": 15.2,
    "committed": 18.4,
    "done": 18.9,
    "first_audio": 96.0,
    "last_audio": 1850.0,
}
ASKED_MODEL = SPOKEN | {"committed": 9.0, "first_sentence": 780.0, "answered": 1460.0, "first_audio": 905.0}
FAILED = {"state": 2.0, "router": 3.1, "done": 41.0}


def turn(number: int, **changes: Any) -> dict[str, Any]:
    """A turn as the server tells it."""
    timings = changes.pop("timings", SPOKEN)
    tool = changes.pop("tool", "log_set")
    calls = [Bar(tool, 8.2, 15.0, "done")] if tool and "committed" in timings else []
    told = {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "conversation_id": "00000000-0000-4000-8000-0000000000c0",
        "created_at": (EVENING - timedelta(seconds=40 * number)).isoformat(),
        "door": "realtime",
        "route": "local",
        "reason": "log_set",
        "outcome": "done",
        "error": None,
        "interrupted": False,
        "confidence": 0.97,
        "model": "voicefit-grammar",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "waited_ms": round(timings.get("first_audio", timings["done"]) - timings.get("speech_ended", 0.0)),
        "bars": [asdict(bar) for bar in bars_from(timings, calls)],
        "calls": [{"tool": tool, "arguments": {"exercise": "string", "reps": "number"}}] if tool else [],
    }
    return told | changes


def evening() -> list[dict[str, Any]]:
    """Thirty turns, newest first."""
    odd = {
        2: turn(2, outcome="failed", error="OperationalError", tool="", timings=FAILED),
        3: turn(
            3,
            outcome="handed_over",
            route="model",
            tool="",
            reason="unexplained",
            timings=ASKED_MODEL,
            interrupted=True,
        ),
        5: turn(5, outcome="asked", tool="", reason="which_exercise", door="rooms"),
        6: turn(6, outcome="not_understood", tool="", reason="unexplained"),
    }
    return [odd.get(number) or turn(number) for number in range(1, 31)]


class Operators:
    """The server's state. Attributes may be set by tests before a page is opened."""

    def __init__(self) -> None:
        self.turns = evening()
        self.role = "operator"
        self.until: str | None = None
        self.asked: list[dict[str, str]] = []
        self.read: list[str] = []
        self.evaluation = EvalRuns()

    def app(self) -> Starlette:
        """The application."""
        routes = [
            Route("/api/admin/me", self._me),
            Route("/api/admin/turns", self._list),
            Route("/api/admin/turns/{turn}", self._one),
            Route("/api/admin/turns/{turn}/transcript", self._words),
            Route("/api/session/end", self._leave, methods=["POST"]),
            *self.evaluation.routes(),
            page_route(),
        ]
        headers = security_headers(page_script_hashes())
        return Starlette(routes=routes, middleware=[Middleware(SecurityMiddleware, headers=headers)])

    async def _me(self, _: Request) -> Response:
        if self.role == "nobody":
            return problem(401, "Sign in first.")
        if self.role == "athlete":
            return problem(403, "This is for those who run the server.")
        told = {"id": "1", "email": "olga@example.com", "transcripts_until": self.until}
        return JSONResponse(told)

    async def _leave(self, _: Request) -> Response:
        self.role = "nobody"
        return Response(status_code=204)

    async def _list(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.asked.append(query)
        found = [one for one in self.turns if query.get("outcome") in (None, one["outcome"])]
        if query.get("sort") == "-waited_ms":
            found.sort(key=lambda one: -one["waited_ms"])
        begin, size = int(query.get("cursor", 0)), int(query["limit"])
        further = str(begin + size) if begin + size < len(found) else None
        return JSONResponse({"items": found[begin : begin + size], "next_cursor": further})

    async def _one(self, request: Request) -> Response:
        found = [one for one in self.turns if one["id"] == request.path_params["turn"]]
        return JSONResponse(found[0]) if found else problem(404, "There is no such turn.")

    async def _words(self, request: Request) -> Response:
        self.read.append(request.path_params["turn"])
        calls = [{"tool": "log_set", "args": {"exercise": "bench-press", "reps": 8}}]
        return JSONResponse({"transcript": "bench 225 for 8", "reply": "225 for 8.", "calls": calls})

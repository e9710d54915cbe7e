"""Devices that send requests: over the API, and as an athlete's own assistant over MCP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from eval.storm.line import LOST
from eval.storm.person import Person
from eval.storm.plan import Device, Planned
from eval.storm.raw import Answer, sent


class HttpDevice:
    """A device that logs over the API, with an idempotency key for each set."""

    def __init__(self, person: Person, device: Device) -> None:
        self._person = person
        self._device = device
        self._workout: str | None = None

    async def run(self) -> None:
        """Sends all its turns."""
        await self._person.send_all(self._device, self._attempt)

    async def _attempt(self, turn: Planned, number: int) -> str | None:
        path = f"/api/workouts/{await self._in_workout()}/sets"
        assert turn.lifts
        (lift,) = turn.lifts
        body = {"exercise": lift.slug, "weight": lift.weight, "reps": lift.reps, "unit": "lbs"}
        self._person.note(f"{turn.item_id} sent over HTTP: {body}")
        answer = await sent_rudely(
            turn if number == 0 else None,
            lambda: _request(self._person, "POST", path, body, {"Idempotency-Key": turn.item_id}),
        )
        if answer is None:
            return None
        if answer.status == 404:  # somebody has taken the workout back
            self._workout = None
        if answer.status != 201:
            self._person.note(f"{turn.item_id} refused: {answer.status} {answer.body[:200]!r}")
            return None
        return f"201 {answer.json()['sets'][0]['id']}"

    async def _in_workout(self) -> str:
        if self._workout is None:
            answer = await _request(self._person, "POST", "/api/workouts", {})()
            if answer.status not in (200, 201):
                raise ConnectionError(f"no workout: {answer.status} {answer.body[:200]!r}")
            self._workout = answer.json()["id"]
        return self._workout


class McpDevice:
    """An athlete's own assistant."""

    HEADERS: Mapping[str, str] = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-06-18",
    }

    def __init__(self, person: Person, device: Device) -> None:
        self._person = person
        self._device = device
        self._session: str | None = None
        self._number = 0

    async def run(self) -> None:
        """Sends all its turns."""
        await self._person.send_all(self._device, self._attempt)

    async def _attempt(self, turn: Planned, number: int) -> str | None:
        session = await self._in_session()
        assert turn.lifts
        (lift,) = turn.lifts
        arguments = {"exercise": lift.slug.replace("-", " "), "weight": lift.weight, "reps": lift.reps}
        meta = {"voicefit/idempotency-key": turn.item_id}
        call = {"name": "log_set", "arguments": {**arguments, "unit": "lbs"}, "_meta": meta}
        self._person.note(f"{turn.item_id} sent over MCP: {arguments}")
        answer = await sent_rudely(
            turn if number == 0 else None, lambda: self._post("tools/call", call, session)
        )
        if answer is None:
            return None
        if answer.status == 404:  # the server has been restarted
            self._session = None
        if answer.status != 200:
            return None
        result = answer.json().get("result", {})
        if result.get("isError") or "structuredContent" not in result:
            self._person.note(f"{turn.item_id} refused: {answer.body[:300]!r}")
            return None
        self._person.see(result["structuredContent"], turn.item_id)
        return "200"

    def _post(self, method: str, params: Any, session: str | None) -> Any:
        self._number += 1
        body = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        headers = {**self.HEADERS, **({"Mcp-Session-Id": session} if session else {})}
        return _request(self._person, "POST", "/mcp", body, headers)

    async def _in_session(self) -> str:
        if self._session is None:
            hello = {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "storm", "version": "1"},
            }
            answer = await self._post("initialize", hello, None)()
            if "mcp-session-id" not in answer.headers:
                raise ConnectionError(f"no session: {answer.status} {answer.body[:200]!r}")
            self._session = answer.headers["mcp-session-id"]
            ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
            headers = {**self.HEADERS, "Mcp-Session-Id": self._session}
            await _request(self._person, "POST", "/mcp", ready, headers)()
        return self._session


async def sent_rudely(turn: Planned | None, request: Callable[[], Any]) -> Answer | None:
    """The answer to a request, sent with what goes wrong with the turn; None when nobody waited for it."""
    mischief = turn.mischief if turn else "none"
    if mischief in ("twice", "twin"):
        both = list(await asyncio.gather(request()(), request()(), return_exceptions=True))
        for one in both:
            if isinstance(one, BaseException) and not isinstance(one, LOST):
                raise one
        answers = [one for one in both if isinstance(one, Answer)]
        return next((one for one in answers if one.status < 300), answers[0] if answers else None)
    if turn is not None and mischief.startswith(("drop", "leave", "hang_up", "cancel", "slow")):
        await request()(None if mischief == "drop_at_once" else turn.delay / 4)
        return None
    return await request()()  # type: ignore[no-any-return]


def _request(
    person: Person, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None
) -> Any:
    """A request to be sent when it is called; with an argument it is cut off after so many seconds."""

    async def send(*cut: float | None) -> Answer | None:
        said = {"Authorization": f"Bearer {person.token}", **(headers or {})}
        async with sent(person.server.address, method, path, said, body) as request:
            if not cut:
                return await request.answer()
            if cut[0] is not None:
                await asyncio.sleep(cut[0])
            request.cut()
            return None

    return send

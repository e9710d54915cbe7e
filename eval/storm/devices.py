"""Devices of athletes: each sends its turns one after the other, until each is acknowledged."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from eval.storm.journal import Journal
from eval.storm.line import LOST, Line, Reply, opened
from eval.storm.plan import Device, Planned
from eval.storm.raw import Answer, sent

ATTEMPTS = 25
ANSWER_SECONDS = 120.0
"""A turn that has not been answered after so long is stuck."""
STUCK_SECONDS = 600.0
"""A turn that has not got through after so long, however often it was sent, is lost."""
MALFORMED = (
    "",
    "{",
    "[[[[",
    '{"type": "session.destroy"}',
    '{"type": "conversation.item.create", "item": {"type": "message", "role": "system", "content": []}}',
    '{"type": "conversation.item.truncate", "item_id": "nowhere", "content_index": 0, "audio_end_ms": 5}',
    '{"type": "input_audio_buffer.append", "audio": "not audio!"}',
    '{"type": "response.cancel", "response_id": "none"}',
)


@dataclass
class Server:
    """Where the server is at the moment."""

    address: str = ""
    over: bool = False
    """Whether no new turns are to be sent any more."""
    up: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Person:
    """An athlete, as their devices share them."""

    name: str
    token: str
    server: Server
    journal: Journal
    clips: list[bytes]
    """Sentences as sound, to speak over replies."""
    conversation: str | None = None
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by a device that opens the conversation which the others join."""

    def note(self, line: str) -> None:
        """A line of the athlete's trace."""
        self.journal.note(self.name, line)

    def see(self, output: dict[str, Any]) -> None:
        """A device was told what a call came to."""
        self.journal.see(self.name, output)

    async def send_all(
        self, device: Device, attempt: Callable[[Planned, int], Awaitable[str | None]]
    ) -> None:
        """Sends the turns of a device, one after the other."""
        for turn in device.turns:
            if self.server.over:
                break
            await self.until_told(turn, partial(attempt, turn))

    async def until_told(self, turn: Planned, attempt: Callable[[int], Awaitable[str | None]]) -> None:
        """Sends a turn until it is acknowledged. `attempt` is given its number, from 0; it returns how the
        turn was acknowledged, or None."""
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                for number in range(ATTEMPTS):
                    await self.server.up.wait()
                    try:
                        how = await attempt(number)
                    except LOST as error:
                        self.note(f"{turn.item_id} lost: {error!r}")
                        how = None
                    if how is not None:
                        self.journal.acknowledge(self.name, turn, how)
                        return
                    if turn.mischief == "leave":
                        self.journal.abandon(self.name, turn)
                        return
                    self.journal.counts["sent again"] += 1
                    await asyncio.sleep(min(0.05 * 1.5**number, 2))
        except TimeoutError:
            pass
        self.journal.violate(self.name, f"{turn.item_id} was never acknowledged", turn.item_id)
        self.journal.abandon(self.name, turn)


class RealtimeDevice:
    """A device on the websocket door."""

    def __init__(self, person: Person, device: Device) -> None:
        self._person = person
        self._device = device
        self._chance = random.Random(device.name)
        self._line: Line | None = None
        self._own: str | None = None

    async def run(self) -> None:
        """Sends all its turns."""
        await self._person.send_all(self._device, self._attempt)
        if self._line is not None:
            await self._line.close()

    @property
    def conversation(self) -> str | None:
        """The conversation it is in."""
        return self._own if self._device.own_conversation else self._person.conversation

    async def _connected(self) -> Line:
        if self._line is None or self._line.lost:
            async with self._person.opening:
                self._line = await self._another()
        return self._line

    async def _another(self) -> Line:
        person = self._person
        line = await opened(person.server.address, person.token, self.conversation, person.see, person.note)
        if self.conversation is None:
            if self._device.own_conversation:
                self._own = line.conversation
            else:
                person.conversation = line.conversation
        person.journal.told[person.name].conversations.add(line.conversation)
        person.journal.counts["connections"] += 1
        return line

    async def _attempt(self, turn: Planned, number: int) -> str | None:
        line = await self._connected()
        await line.write_only("audio" if turn.spoken and number == 0 else "text")
        if number == 0:
            reply = await self._rudely(line, turn)
        else:
            reply = await self._answer(await line.ask(turn.item_id, turn.text), turn)
        if reply is None or not reply.acknowledged:
            return None
        return f"{reply.status} {reply.words}"

    async def _answer(self, future: asyncio.Future[Reply], turn: Planned) -> Reply:
        try:
            return await asyncio.wait_for(future, ANSWER_SECONDS)
        except TimeoutError:
            self._person.journal.violate(
                self._person.name, f"{turn.item_id} was not answered in {ANSWER_SECONDS:.0f} s", turn.item_id
            )
            assert self._line is not None
            self._line.drop()
            raise ConnectionError("gave up waiting") from None

    async def _rudely(self, line: Line, turn: Planned) -> Reply | None:
        """Sends it with what goes wrong."""
        self._person.journal.counts[turn.mischief] += 1
        line.sign.clear()
        match turn.mischief:
            case "twin":
                return await self._twin(line, turn)
            case "malformed":
                await line.send(self._chance.choice(MALFORMED))
            case "forget_item" if line.history:
                item = self._chance.choice(list(line.history))
                await line.send({"type": "conversation.item.delete", "item_id": item})
            case "slow":
                line.pause(10 * turn.delay)
        line.playing = None
        future = await line.ask(turn.item_id, turn.text)
        match turn.mischief:
            case "twice":
                future = await line.ask(turn.item_id, turn.text)
            case "cancel":
                await asyncio.sleep(turn.delay)
                await line.send({"type": "response.cancel"})
            case "truncate":
                await self._truncate(line, turn)
            case "talk_over" if self._person.clips:
                await self._talk_over(line, turn)
            case "drop_at_once" | "drop_soon" | "drop_at_sign" | "leave" | "hang_up":
                return await self._go(line, turn)
        return await self._answer(future, turn)

    async def _twin(self, line: Line, turn: Planned) -> Reply:
        other = await self._another()
        try:
            futures = await asyncio.gather(
                line.ask(turn.item_id, turn.text), other.ask(turn.item_id, turn.text)
            )
            first, second = await asyncio.gather(*(self._answer(one, turn) for one in futures))
        finally:
            await other.close()
        return second if first.acknowledged else first

    async def _truncate(self, line: Line, turn: Planned) -> None:
        for _ in range(40):
            if line.playing:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(2 * turn.delay)
        heard = round(1500 * turn.delay)
        await line.send(
            {
                "type": "conversation.item.truncate",
                "item_id": line.playing or "nothing",
                "content_index": 0,
                "audio_end_ms": heard,
            }
        )

    async def _talk_over(self, line: Line, turn: Planned) -> None:
        for _ in range(40):
            if line.playing:
                break
            await asyncio.sleep(0.05)
        heard = await line.speak(self._chance.choice(self._person.clips))
        self._person.journal.counts["spoken turns"] += heard

    async def _go(self, line: Line, turn: Planned) -> None:
        match turn.mischief:
            case "drop_soon" | "leave":
                await asyncio.sleep(turn.delay)
            case "drop_at_sign":
                await line.sign.wait()
        if turn.mischief == "hang_up":
            await line.close()
        else:
            line.drop()
        self._line = None


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
        self._person.see(result["structuredContent"])
        return "200"

    def _post(self, method: str, params: Any, session: str | None) -> Callable[[], Awaitable[Answer]]:
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
        first, second = await asyncio.gather(request()(), request()(), return_exceptions=True)
        for one in (first, second):
            if isinstance(one, BaseException) and not isinstance(one, LOST):
                raise one
        answers = [one for one in (first, second) if isinstance(one, Answer)]
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

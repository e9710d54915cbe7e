"""A stand-in for the server: the real page and headers, and a websocket that speaks canned Realtime events.

What it hears is any sound louder than a threshold, taken to be the next sentence of `spoken`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import struct
from array import array
from contextlib import suppress
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.pages import page_route, page_script_hashes
from api.problems import problem
from api.security import SecurityMiddleware, security_headers
from tests.web.answers import ANSWERS, Answer

RATE = 24_000
LOUD = 1000
"""RMS of 16-bit samples above which sound counts as speech."""

SILENT_PIECES_TO_END = 5
ATHLETE = {"id": "00000000-0000-4000-8000-000000000001", "email": "athlete@localhost"}


class StandIn:
    """The server's state and what it received. Attributes may be set by tests before a page is opened."""

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.typed: list[str] = []
        self.reply_seconds = 0.6
        self.signed_in = False
        self.local_allowed = True
        self.account: dict[str, Any] | None = None
        self.full = False
        self.refuse_conversations = False
        self.drop_before_reply = 0
        self.received: list[dict[str, Any]] = []
        self.audio = bytearray()
        self.connections: list[str | None] = []
        self.sets: list[dict[str, Any]] = []
        self.workout: dict[str, Any] | None = None
        self.sockets: set[WebSocket] = set()
        self.loop: asyncio.AbstractEventLoop | None = None

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The events of one type, in the order they came."""
        return [event for event in self.received if event["type"] == kind]

    def hang_up(self) -> None:
        """Cuts every connection, as a network does: without a farewell."""
        assert self.loop is not None
        for ws in list(self.sockets):
            asyncio.run_coroutine_threadsafe(ws.close(1011), self.loop).result(5)

    def apply(self, output: dict[str, Any]) -> None:
        """What a committed call leaves behind, for `GET /api/workouts/current`."""
        self.workout = output.get("workout", self.workout)
        rows = {row["id"]: row for row in [*self.sets, *output.get("sets", [])]}
        self.sets = [row for key, row in rows.items() if key not in output.get("removed", [])]

    def app(self) -> Starlette:
        """The application."""
        routes = [
            Route("/health", self.health),
            Route("/api/me", self.me),
            Route("/api/session/local", self.continue_locally, methods=["POST"]),
            Route("/api/session", self.sign_in, methods=["POST"]),
            Route("/api/auth/register", self.register, methods=["POST"]),
            Route("/api/auth/login", self.log_in, methods=["POST"]),
            Route("/api/session/end", self.sign_out, methods=["POST"]),
            Route("/api/workouts/current", self.current),
            WebSocketRoute("/v1/realtime", self.talk),
            page_route(),
        ]
        headers = security_headers(page_script_hashes())
        return Starlette(routes=routes, middleware=[Middleware(SecurityMiddleware, headers=headers)])

    async def health(self, _: Request) -> Response:
        return problem(503, "All conversations are taken.") if self.full else JSONResponse({"status": "ok"})

    async def me(self, _: Request) -> Response:
        return JSONResponse(ATHLETE) if self.signed_in else problem(401, "Sign in first.")

    async def continue_locally(self, _: Request) -> Response:
        if not self.local_allowed:
            return problem(403, "Only on this machine.")
        self.signed_in = True
        return JSONResponse(ATHLETE)

    async def sign_in(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer good-token":
            return problem(401, "This token is not valid here. Sign in again.")
        self.signed_in = True
        return JSONResponse(ATHLETE)

    async def register(self, request: Request) -> Response:
        self.account = await request.json()
        return await self.log_in(request)

    async def log_in(self, request: Request) -> Response:
        if await request.json() != self.account:
            return problem(401, "Email and password do not match an account here.")
        self.signed_in = True
        return JSONResponse({"user": ATHLETE})

    async def sign_out(self, _: Request) -> Response:
        self.signed_in = False
        return Response(status_code=204)

    async def current(self, _: Request) -> Response:
        return JSONResponse({"workout": self.workout, "sets": self.sets})

    async def talk(self, ws: WebSocket) -> None:
        """One connection."""
        conversation = ws.query_params.get("conversation")
        self.connections.append(conversation)
        if self.full:
            await ws.close()  # before it is accepted: the handshake fails
            return
        await ws.accept()
        if conversation and self.refuse_conversations:
            message = "There is no such conversation."
            error = {"type": "error", "error": {"code": "session_refused", "message": message}}
            await ws.send_text(json.dumps(error))
            await ws.close(1008, message)
            return
        self.loop = asyncio.get_running_loop()
        self.sockets.add(ws)
        try:
            await Connection(self, ws).serve(conversation)
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self.sockets.discard(ws)


class Connection:
    """One websocket of the stand-in."""

    def __init__(self, stand_in: StandIn, ws: WebSocket) -> None:
        self.stand_in = stand_in
        self.ws = ws
        self.numbers = count(1)
        self.typed = ""
        self.speaking = False
        self.silent = 0
        self.reply: asyncio.Task[None] | None = None
        self.spoken = ("", "")

    async def send(self, kind: str, **members: object) -> None:
        await self.ws.send_text(
            json.dumps({"type": kind, "event_id": f"event_{next(self.numbers)}", **members})
        )

    async def serve(self, conversation: str | None) -> None:
        """Until the client leaves."""
        metadata = {"conversation_id": conversation or "conversation-1"}
        await self.send("session.created", session={"type": "realtime", "metadata": metadata})
        for text in self.stand_in.typed if conversation else ():
            content = [{"type": "input_text", "text": text}]
            item_id = f"item_past_{next(self.numbers)}"  # not the id it had: the page must not rely on it
            item = {"id": item_id, "type": "message", "role": "user", "content": content}
            await self.send("conversation.item.added", item=item)
        try:
            while True:
                event = json.loads(await self.ws.receive_text())
                if event["type"] == "input_audio_buffer.append":
                    await self.hear(base64.b64decode(event["audio"]))
                else:
                    self.stand_in.received.append(event)
                    await self.follow(event)
        finally:
            await self.cancel()

    async def follow(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "session.update":
                await self.send("session.updated", session=event["session"])
            case "conversation.item.create":
                self.typed = event["item"]["content"][0]["text"]
                self.stand_in.typed.append(self.typed)
                await self.send("conversation.item.added", item=event["item"])
            case "response.create" if self.typed:
                text, self.typed = self.typed, ""
                await self.answer(text)
            case "input_audio_buffer.commit":
                await self.turn()
            case "conversation.item.truncate":
                await self.tell_heard(event["item_id"])
                await self.send("conversation.item.truncated", item_id=event["item_id"])

    async def tell_heard(self, item_id: str) -> None:
        """Of a reply that was cut short its first half was heard, whenever that was."""
        spoken, text = self.spoken
        if spoken == item_id:
            heard = text[: len(text) // 2]
            await self.send("response.output_audio_transcript.done", item_id=item_id, transcript=heard)

    async def hear(self, pcm: bytes) -> None:
        self.stand_in.audio += pcm
        samples = array("h", pcm)
        loud = math.sqrt(sum(value * value for value in samples) / len(samples)) > LOUD
        self.silent = 0 if loud else self.silent + 1
        if loud and not self.speaking:
            self.speaking = True
            await self.cancel()
            await self.send("input_audio_buffer.speech_started", item_id="u", audio_start_ms=0)
        elif self.speaking and self.silent >= SILENT_PIECES_TO_END:
            self.speaking = False
            await self.send("input_audio_buffer.speech_stopped", item_id="u", audio_end_ms=0)
            await self.turn()

    async def turn(self) -> None:
        """What was heard is the next sentence, or noise when none is left."""
        item_id = f"item_spoken_{next(self.numbers)}"
        text = self.stand_in.spoken.pop(0) if self.stand_in.spoken else ""
        await self.send("input_audio_buffer.committed", item_id=item_id)
        await self.send(
            "conversation.item.input_audio_transcription.completed", item_id=item_id, transcript=text
        )
        if text:
            await self.answer(text)

    async def cancel(self) -> None:
        reply, self.reply = self.reply, None
        if reply and not reply.done():
            reply.cancel()
            with suppress(asyncio.CancelledError):
                await reply
            with suppress(RuntimeError, WebSocketDisconnect):  # the client may be gone
                await self.send("response.done", response={"id": "resp", "status": "cancelled"})

    async def answer(self, text: str) -> None:
        if self.stand_in.drop_before_reply > 0:
            self.stand_in.drop_before_reply -= 1
            await self.ws.close(1011)
            raise WebSocketDisconnect(1011)
        await self.cancel()
        answer = ANSWERS.get(text, Answer("I did not get that."))
        self.reply = asyncio.create_task(self.respond(answer))

    async def respond(self, answer: Answer) -> None:
        response = {"id": f"resp_{next(self.numbers)}", "status": "in_progress"}
        await self.send("response.created", response=response)
        await asyncio.sleep(0.1)
        if answer.tool:
            await self.call(answer)
        if not answer.say:
            await self.send("response.done", response={**response, "status": "completed", "output": []})
            return
        item = {
            "id": f"item_reply_{next(self.numbers)}",
            "type": "message",
            "role": "assistant",
            "content": [],
        }
        await self.send("response.output_item.added", item=item)
        await self.send("conversation.item.added", item=item)
        await self.send("response.output_audio_transcript.delta", item_id=item["id"], delta=answer.say)
        self.spoken = item["id"], answer.say
        for start in range(0, int(self.stand_in.reply_seconds * RATE), RATE // 10):
            samples = [
                int(8000 * math.sin(2 * math.pi * 440 * (start + n) / RATE)) for n in range(RATE // 10)
            ]
            audio = base64.b64encode(struct.pack(f"<{len(samples)}h", *samples)).decode()
            await self.send("response.output_audio.delta", item_id=item["id"], delta=audio)
            await asyncio.sleep(0.05)
        await self.send("response.output_audio.done", item_id=item["id"])
        await self.send("response.output_audio_transcript.done", item_id=item["id"], transcript=answer.say)
        await self.send("response.done", response={**response, "status": "completed"})

    async def call(self, answer: Answer) -> None:
        item = {
            "id": f"item_call_{next(self.numbers)}",
            "type": "mcp_call",
            "server_label": "voicefit",
            "name": answer.tool,
            "arguments": "{}",
        }
        await self.send("response.output_item.added", item=item)
        await self.send("response.mcp_call.in_progress", item_id=item["id"])
        self.stand_in.apply(answer.output)
        output = {
            "tool": answer.tool,
            "ok": "question" not in answer.output,
            "say": answer.say,
            **answer.output,
        }
        await self.send("response.mcp_call.completed", item_id=item["id"])
        await self.send("response.output_item.done", item={**item, "output": json.dumps(output)})

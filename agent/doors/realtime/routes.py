"""The endpoint: who may come in, to which conversation, and the way out for those who may not."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.doors.admission import Admission, ServerBusy, places
from agent.doors.cleaning import Cleaning
from agent.doors.realtime.access import chosen_subprotocol, presented_token
from agent.doors.realtime.brain import Brain, Identity
from agent.doors.realtime.configuration import MODEL
from agent.doors.realtime.connection import INTERNAL_ERROR, POLICY_VIOLATION, Connection
from agent.doors.realtime.protocol import ErrorKind, ProtocolError, error_event, shown
from core.errors import VoiceFitError
from core.network import network_of
from core.settings import Settings
from services.conversations import UnknownConversation
from services.ratelimit import RateLimiter, TooManyRequests

logger = logging.getLogger(__name__)

PATH = "/v1/realtime"
TRY_AGAIN_LATER = 1013
"""Registered with IANA next to the codes of RFC 6455."""


class RealtimeDoor:
    """Lets clients in, as many at a time as there are `places`."""

    def __init__(
        self, brain: Brain, identity: Identity, settings: Settings, limiter: RateLimiter | None = None
    ) -> None:
        """Without a `limiter` clients may connect as often as they like."""
        self._brain = brain
        self._identity = identity
        self._limiter = limiter
        self._silence_ms = round(settings.endpointing_seconds * 1000)
        self._cleaning = Cleaning.of(settings)
        self._admission = Admission(places(settings))

    def routes(self) -> list[BaseRoute]:
        """The endpoint, for a Starlette or FastAPI application."""
        return [WebSocketRoute(PATH, self.connect, name="realtime")]

    def has_room(self) -> bool:
        """Whether a session can start now."""
        return self._admission.has_room

    def open_sessions(self) -> int:
        """How many sessions there are."""
        return self._admission.admitted

    async def drain(self, grace: float) -> None:
        """Admits nobody any more, gives running sentences `grace` seconds, and closes the sessions."""
        await self._admission.drain(grace)

    async def connect(self, websocket: WebSocket) -> None:
        """One client, from the handshake on.

        Without a valid token the handshake is answered with HTTP 401. Everything else that is wrong is told
        after it, as an `error` event and a close code: browsers do not show the status of a handshake.
        """
        try:
            token = presented_token(websocket)
            athlete_id = await self._identity.verify(token)
        except VoiceFitError as error:
            await self._deny(websocket, error)
            return
        await websocket.accept(subprotocol=chosen_subprotocol(websocket))
        try:
            if self._limiter is not None:
                await self._limiter.check("connect", athlete_id)
            with self._admission.place():
                await self._converse(websocket, athlete_id, token)
        except ServerBusy as error:
            await _turn_away(websocket, "server_busy", str(error), TRY_AGAIN_LATER)
        except TooManyRequests as error:
            await _turn_away(
                websocket, "rate_limit_exceeded", str(error), TRY_AGAIN_LATER, kind="rate_limit_error"
            )
        except ProtocolError as error:
            await _turn_away(websocket, error.code, error.message, POLICY_VIOLATION)
        except UnknownConversation as error:
            await _turn_away(websocket, "conversation_not_found", str(error), POLICY_VIOLATION)
        except VoiceFitError as error:
            await _turn_away(websocket, "session_refused", str(error), POLICY_VIOLATION)
        except Exception:
            logger.exception("a connection failed")
            await _turn_away(
                websocket, "server_error", "The server failed. Connect again to go on.", INTERNAL_ERROR
            )

    async def _deny(self, websocket: WebSocket, error: VoiceFitError) -> None:
        """Answers the handshake with 401, or with 429 when tokens are tried out."""
        if self._limiter is not None:
            address = network_of(websocket.client.host if websocket.client else None)
            verdict = await self._limiter.hit("anonymous", address)
            if verdict is not None and not verdict.allowed:
                retry = {"Retry-After": str(verdict.retry_seconds)}
                slow_down = error_event(
                    "rate_limit_exceeded", str(TooManyRequests(verdict)), kind="rate_limit_error"
                )
                await _answer(websocket, 429, slow_down.error.model_dump(exclude_none=True), retry)
                return
        body = {"type": "invalid_request_error", "code": "unauthorized", "message": str(error)}
        await _answer(websocket, 401, body, {"WWW-Authenticate": "Bearer"})

    async def _converse(self, websocket: WebSocket, athlete_id: UUID, token: str) -> None:
        conversation_id = _conversation(websocket)
        session = await self._brain.open(athlete_id, conversation_id, "realtime")
        connection = Connection(websocket, session, silence_ms=self._silence_ms, cleaning=self._cleaning)
        try:
            with self._admission.connected(connection):
                watch = asyncio.create_task(self._end_when_revoked(connection, token))
                try:
                    await connection.run()
                finally:
                    watch.cancel()
        except ServerBusy:
            await session.aclose()
            raise

    async def _end_when_revoked(self, connection: Connection, token: str) -> None:
        await self._identity.until_revoked(token)
        connection.end("You have been signed out here. Sign in again to go on.")


def _conversation(websocket: WebSocket) -> UUID | None:
    """The conversation that the address asks for. Raises `ProtocolError`."""
    query = websocket.query_params
    model = query.get("model", MODEL)
    if model != MODEL:
        raise ProtocolError("model_not_found", f"There is no model {shown(model)} here: ask for `{MODEL}`.")
    asked = query.get("conversation")
    try:
        return UUID(asked) if asked else None
    except ValueError as error:
        raise ProtocolError(
            "invalid_conversation", "`conversation` is not an id. Leave it out to begin anew."
        ) from error


async def _answer(websocket: WebSocket, status: int, error: dict[str, Any], headers: dict[str, str]) -> None:
    """Answers a handshake in the way of OpenAI's API."""
    await websocket.send_denial_response(JSONResponse({"error": error}, status_code=status, headers=headers))


async def _turn_away(
    websocket: WebSocket,
    code: str,
    message: str,
    close_code: int,
    *,
    kind: ErrorKind = "invalid_request_error",
) -> None:
    try:
        event = error_event(code, message, kind=kind)
        await websocket.send_text(event.model_dump_json(exclude_unset=True))
        await websocket.close(close_code, message)
    except (RuntimeError, WebSocketDisconnect):
        logger.info("a client left before it could be told: %s", message)

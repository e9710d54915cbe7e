"""What the athlete's devices are told besides sound: events as text streams, and the agent's attributes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from livekit import rtc
from livekit.agents import ConversationItemAddedEvent, UserStateChangedEvent
from livekit.agents.utils import aio

from agent.doors.rooms.devices import Devices
from agent.events import SessionEvent, ToolFinished, ToolStarted, TurnBegan, TurnRefused, TurnUnderstood
from agent.session import VoiceSession

logger = logging.getLogger(__name__)

EVENTS_TOPIC = "voicefit.events"
"""The topic of the text streams: each is one event, as JSON with a `type`."""

CONVERSATION, LINKED, USER_STATE, LEAVING = (
    "voicefit.conversation",
    "voicefit.linked",
    "voicefit.user_state",
    "voicefit.leaving",
)
"""The agent's attributes, beside LiveKit's own `lk.agent.state`."""

SEND_SECONDS = 5.0
"""How long one of them may take to be sent: a connection that is gone may never say so."""

FAREWELL_SECONDS = 10.0
"""How long all that is left may take."""


class Telling:
    """Sends events in the order in which they happened, to the athlete's devices and nobody else."""

    def __init__(self, room: rtc.Room, session: VoiceSession, devices: Devices) -> None:
        self._room = room
        self._session = session
        self._devices = devices
        self._waiting: asyncio.Queue[Callable[[], Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Follows the session from now on."""
        self._session.on_event(self.on_event)
        self._session.agent.on("conversation_item_added", self._on_item)
        self._session.agent.on("user_state_changed", self._on_user_state)
        self._task = asyncio.create_task(self._send_all(), name="room events")

    async def close(self) -> None:
        """Sends what is left, if the room takes it, and stops."""
        if self._task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._waiting.join(), FAREWELL_SECONDS)
            await aio.cancel_and_wait(self._task)

    def greet(self, identity: str) -> None:
        """Tells a device what was said so far."""
        said = {one.item_id: (one.role, one.text) for one in self._session.history}
        said |= {
            item.id: (item.role, item.text_content or "")
            for item in self._session.agent.history.items
            if item.type == "message"
        }
        history = [
            {"item_id": item_id, "role": role, "text": text}
            for item_id, (role, text) in said.items()
            if role in ("user", "assistant") and text
        ]
        conversation = str(self._session.conversation_id)
        self._tell({"type": "hello", "conversation": conversation, "history": history}, to=[identity])

    def attribute(self, name: str, value: str) -> None:
        """Sets an attribute of the agent's; an empty value takes it away."""
        self._waiting.put_nowait(lambda: self._room.local_participant.set_attributes({name: value}))

    def on_event(self, event: SessionEvent) -> None:
        """One event of the session."""
        match event:
            case TurnBegan():
                self._tell({"type": "turn", "turn_id": event.item_id, "text": event.text})
            case TurnUnderstood():
                understood = {"type": "turn.understood", "turn_id": event.item_id}
                self._tell(understood | {"kind": event.kind, "route": event.route})
            case TurnRefused():
                told = {"type": "turn.refused", "turn_id": event.item_id}
                self._tell(told | {"retry_seconds": event.retry_seconds})
            case ToolStarted():
                self._tell(
                    {
                        "type": "call.started",
                        "turn_id": event.item_id,
                        "call_id": event.call_id,
                        "tool": event.tool,
                        "arguments": event.arguments,
                    }
                )
            case ToolFinished():
                self._tell(
                    {
                        "type": "call.finished",
                        "turn_id": event.item_id,
                        "call_id": event.call_id,
                        "tool": event.tool,
                        "output": event.output,
                        "failed": event.failed,
                    }
                )

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        item = event.item
        if item.type == "message" and item.role == "assistant":
            heard = {"item_id": item.id, "text": item.text_content or "", "interrupted": item.interrupted}
            self._tell({"type": "reply", **heard})

    def _on_user_state(self, event: UserStateChangedEvent) -> None:
        self.attribute(USER_STATE, event.new_state)

    def _tell(self, event: dict[str, Any], to: list[str] | None = None) -> None:
        text = json.dumps(event)

        async def send() -> None:
            # An empty list would mean everybody.
            if wanted := to or self._devices.identities():
                await self._room.local_participant.send_text(
                    text, topic=EVENTS_TOPIC, destination_identities=wanted
                )

        self._waiting.put_nowait(send)

    async def _send_all(self) -> None:
        while True:
            send = await self._waiting.get()
            try:
                await asyncio.wait_for(send(), SEND_SECONDS)
            except Exception:  # whatever the room's client raises: the connection is gone or about to be
                logger.warning("an event could not be sent to the room", exc_info=True)
            finally:
                self._waiting.task_done()

"""The text door: typed turns, one after another, each with its reply. Evaluation and scripts use it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import uuid4

from agent.events import SessionEvent, ToolFinished, ToolStarted
from agent.session import VoiceSession

REPLY_SECONDS = 30.0


@dataclass
class TypedTurn:
    """What a typed turn came to. `latency_ms` is from the text to the last call's effect being committed."""

    item_id: str
    reply: str = ""
    calls: list[ToolStarted] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    latency_ms: float = 0.0
    metadata: dict[str, Any] = field(default_factory=dict)
    """What is kept with the reply: of the language model that made it, if one did."""


class TextDoor:
    """A conversation in text: `async with TextDoor(session) as door: turn = await door.say("225 for 8")`."""

    def __init__(self, session: VoiceSession) -> None:
        self._session = session
        self._turns: dict[str, TypedTurn] = {}
        session.on_event(self._on_event)

    async def __aenter__(self) -> TextDoor:
        await self._session.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.aclose()

    async def say(self, text: str, item_id: str | None = None, confidence: float | None = None) -> TypedTurn:
        """Types `text` and waits for the reply to be complete. Raises `TimeoutError` when none comes."""
        item_id = item_id or f"item_{uuid4().hex}"
        typed = self._turns.setdefault(item_id, TypedTurn(item_id))
        began = time.perf_counter()
        speech = await self._session.say(text, item_id, confidence)
        turn = self._session.turns.find(item_id)
        if turn is None:  # told before, in an earlier session
            return typed
        async with asyncio.timeout(REPLY_SECONDS):
            await turn.done.wait()
            typed.latency_ms = (turn.started - began) * 1000 + turn.timings.get("committed", 0.0)
            if speech is not None:
                await speech
        await self._session.settled()
        typed.reply, typed.metadata = turn.reply, turn.metadata
        return typed

    def _on_event(self, event: SessionEvent) -> None:
        typed = self._turns.get(event.item_id)
        if typed is None:
            return
        if isinstance(event, ToolStarted):
            typed.calls.append(event)
        elif isinstance(event, ToolFinished):
            typed.outputs.append(event.output)

"""One turn: what was said, and all that it came to."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from uuid import UUID

from agent.router.understanding import Call
from tools import Memory, ToolResult


@dataclass
class Turn:
    """One utterance on its way. `understood` is set before `done`; `results` grow in the order of `calls`."""

    item_id: str
    text: str
    started: float = field(default_factory=time.perf_counter)
    calls: tuple[Call, ...] = ()
    results: list[ToolResult] = field(default_factory=list)
    reply: str = ""
    command_id: UUID | None = None
    timings: dict[str, float] = field(default_factory=dict)
    understood: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    spoken: bool = False
    memory: Memory | None = None
    """What the conversation remembers since this turn, if the turn changed it."""
    refused: bool = False
    """It came too soon: nothing was done. Sent again, it is another turn."""

    def call_id(self, index: int) -> str:
        """The name of the turn's call number `index`, the same in every retry."""
        return f"call_{self.item_id}_{index}"

    def mark(self, stage: str) -> None:
        """Notes the milliseconds since the turn began."""
        self.timings[stage] = round((time.perf_counter() - self.started) * 1000, 2)

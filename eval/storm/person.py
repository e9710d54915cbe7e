"""An athlete as their devices share them: who they are, where the server is, and sending until it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from eval.storm.journal import Journal
from eval.storm.line import LOST
from eval.storm.plan import Device, Planned

ATTEMPTS = 25
STUCK_SECONDS = 600.0
"""A turn that has not got through after so long, however often it was sent, is lost."""


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
    athlete_id: UUID
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

    def see(self, output: dict[str, Any], call: str | None) -> None:
        """A device was told what a call came to; see `journal.Done`."""
        self.journal.see(self.name, output, call)

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

"""Turns as the model of a session sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.turn import Turn
from agent.turns import Turns


class Answers:
    """Turns as the model of a session sees them. `current` is the turn that is being answered."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.current: Turn | None = None

    async def understood(self, item_id: str, text: str) -> Turn:
        return await self._turns.understood(item_id, text)

    async def reply(self, item_id: str) -> str:
        self.current = self._turns.find(item_id)
        return await self._turns.reply(item_id)

    async def sentences(self, item_id: str) -> AsyncIterator[str]:
        self.current = self._turns.find(item_id)
        async for sentence in self._turns.sentences(item_id):
            yield sentence

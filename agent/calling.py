"""The calls of turns: made under their keys, and told to the door once they are committed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from agent.events import SessionEvent, ToolFinished, ToolStarted
from agent.router.understanding import Call
from agent.situation import Situation
from agent.turn import Turn
from agent.wiring import Wiring
from prompts import phrase
from services.ledger import Key
from tools import ToolContext, ToolResult, Within, run_tool

logger = logging.getLogger(__name__)


class Calling:
    """Makes the calls of one conversation."""

    def __init__(
        self,
        wiring: Wiring,
        athlete_id: UUID,
        conversation_id: UUID,
        situation: Situation,
        emit: Callable[[SessionEvent], None],
    ) -> None:
        self._wiring = wiring
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._situation = situation
        self._emit = emit

    async def make(self, turn: Turn, within: Within | None = None) -> ToolResult:
        """Makes the next call of a turn; final once what it is `within` is committed."""
        index = len(turn.results)
        call = turn.calls[index]
        self._emit(ToolStarted(turn.call_id(index), call.tool, call.args, turn.item_id))
        began = turn.now()
        try:
            result = await run_tool(self._context(turn, index), call.tool, call.args, within)
            self._situation.remember(turn, result)
        except Exception:
            logger.exception("tool %s failed", call.tool)
            result = _could_not(call)
            turn.failed.add(index)
        turn.results.append(result)
        turn.call_times.append((began, turn.now()))
        return result

    async def make_now(self, turn: Turn) -> ToolResult:
        """Makes the next call of a turn in a transaction of its own, and tells of it."""
        result = await self.make(turn)
        self.tell(turn)
        return result

    def tell(self, turn: Turn) -> None:
        """What the calls of the turn came to is committed: the door may know."""
        for index in range(turn.told, len(turn.results)):
            call, output = turn.calls[index], turn.results[index].output()
            failed = index in turn.failed
            self._emit(ToolFinished(turn.call_id(index), call.tool, output, failed, turn.item_id))
        turn.told = len(turn.results)

    def take_back(self, turn: Turn) -> None:
        """Nothing of the turn is committed, whatever the calls that the door does not know of had come to."""
        for index in range(turn.told, len(turn.results)):
            turn.results[index] = _could_not(turn.calls[index])
            turn.failed.add(index)
        turn.memory = None
        self.tell(turn)

    def _context(self, turn: Turn, index: int) -> ToolContext:
        conversation = self._conversation_id
        key = Key(f"{conversation}:{turn.item_id}:{index}", conversation, turn.command_id)
        situation = self._situation
        return ToolContext(
            self._wiring.database,
            situation.router.matcher,
            self._athlete_id,
            key,
            turn.text,
            situation.memory,
            self._wiring.search,
        )


def _could_not(call: Call) -> ToolResult:
    return ToolResult(tool=call.tool, ok=False, say=phrase("not_saved"))

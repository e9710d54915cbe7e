"""What would be said to a sentence: its calls are made, and rolled back."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from agent import memory
from agent.router.understanding import Understanding
from agent.router.unfinished import patience
from agent.situation import Situation
from agent.wiring import Wiring
from services.ledger import Key
from services.workouts import Snapshot, snapshot
from tools import TOOLS, ToolContext, Within, run_tool


class DryRun:
    """Tries sentences in one conversation. Who calls sees to it that no turn is done meanwhile."""

    def __init__(self, wiring: Wiring, athlete_id: UUID, conversation_id: UUID, situation: Situation) -> None:
        self._wiring = wiring
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._situation = situation

    async def reply(self, text: str) -> str:
        """What would be said to `text`; nothing is done, here or in the database.

        Empty when nothing would be, when more is to come ("225 for"), and when it takes more than the grammar
        and the database to know: knowledge, a language model.
        """
        situation = self._situation
        kept, state = situation.kept(), situation.state
        try:
            async with self._wiring.database.transaction(self._athlete_id, durable=False, alone=True) as db:
                now = await snapshot(db, self._athlete_id)
                situation.see(now)
                understanding = situation.read(text)
                if patience(text, understanding):
                    said = ""
                elif understanding.kind == "calls":
                    said = await self._try(db, text, understanding, now)
                else:
                    said = understanding.reply or "" if understanding.kind == "ask" else ""
                await db.rollback()
                return said
        finally:
            situation.restore(kept)
            situation.state = state

    async def _try(
        self, db: AsyncSession, text: str, understanding: Understanding, now: Snapshot | None
    ) -> str:
        situation, name = self._situation, f"{self._conversation_id}:dry-run-{uuid4().hex}"
        said: list[str] = []
        for index, call in enumerate(understanding.calls):
            tool = TOOLS.get(call.tool)
            if tool is None or tool.ask is not None:
                return ""
            context = ToolContext(
                self._wiring.database,
                situation.router.matcher,
                self._athlete_id,
                Key(f"{name}:{index}", self._conversation_id),
                text,
                situation.memory,
                self._wiring.search,
            )
            result = await run_tool(context, call.tool, call.args, Within(db, now))
            said.append(result.say)
            if not result.ok:
                break
            situation.memory = memory.after(situation.memory, result)
            if tool.writes:
                db.expunge_all()
                now = None
        return " ".join(one for one in said if one)

"""What is kept of a turn when it is over: the rows it touched, how long it took, how it failed."""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from agent.celebration import UNAVAILABLE
from agent.observing import Observer
from agent.records import left_open, seen, touched
from agent.situation import Situation
from agent.turn import Turn
from db.session import Database
from services import voice
from services.turns_seen import note_failure
from services.workouts import snapshot

logger = logging.getLogger(__name__)


class Concluding:
    """The bookkeeping of one conversation, after each turn."""

    def __init__(
        self,
        database: Database,
        athlete_id: UUID,
        conversation_id: UUID,
        situation: Situation,
        observer: Observer,
    ) -> None:
        self._database = database
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._situation = situation
        self._observer = observer

    async def keep(self, turn: Turn) -> None:
        """Keeps what the turn came to, and looks at what the athlete is in the middle of now."""
        try:
            if turn.error and not turn.saved:
                await self._keep_failure(turn)
            async with self._database.transaction(self._athlete_id, durable=False) as db:
                if turn.command_id is not None:
                    await voice.concluded(db, turn.command_id, touched(turn.results))
                    if turn.asks != turn.asked:
                        await voice.left_open(db, turn.command_id, left_open(turn.asks))
                await self.keep_timings(db, turn)
                self._situation.see(await snapshot(db, self._athlete_id))
        except UNAVAILABLE:
            logger.exception("what turn %s came to could not be kept", turn.item_id)

    async def keep_timings(self, db: AsyncSession, turn: Turn) -> None:
        """Keeps how long the turn has taken so far."""
        if turn.command_id is not None:
            latency = round(turn.timings.get("committed", 0.0))
            about = seen(turn, self._observer.door)
            await voice.timed(db, turn.command_id, latency, dict(turn.timings), about)

    async def _keep_failure(self, turn: Turn) -> None:
        """Its own record was rolled back with it."""
        about, timings = seen(turn, self._observer.door), dict(turn.timings)
        async with self._database.transaction(None, durable=False) as db:
            await note_failure(
                db, turn.id, self._athlete_id, self._conversation_id, turn.route, timings, about
            )

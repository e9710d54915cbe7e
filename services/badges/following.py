"""What is written over HTTP is followed a moment later, beside the requests: many writes are one look.

It is in memory: what a server that is killed had still to look at, the next look makes good.
"""

from __future__ import annotations

import asyncio
import logging
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from core.errors import DatabaseUnavailable
from db.session import Database
from services.badges.awards import follow
from services.badges.events import Event

logger = logging.getLogger(__name__)

DELAY_SECONDS = 1.0
"""How long the events of an athlete are gathered."""


class Follower:
    """Awards what events have earned, an athlete at a time."""

    def __init__(self, database: Database, delay: float = DELAY_SECONDS) -> None:
        self._database = database
        self._delay = delay
        self._waiting: dict[UUID, Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()

    def note(self, athlete_id: UUID, event: Event | None) -> None:
        """Has the event looked at soon. None is no event."""
        if event is None:
            return
        if (earlier := self._waiting.get(athlete_id)) is not None:
            self._waiting[athlete_id] = earlier | event
            return
        self._waiting[athlete_id] = event
        task = asyncio.create_task(self._follow(athlete_id), name="follow")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Looks at what is waiting, now."""
        self._hurry.set()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, athlete_id: UUID) -> None:
        try:
            async with asyncio.timeout(self._delay):
                await self._hurry.wait()
        except TimeoutError:
            pass
        event = self._waiting.pop(athlete_id)
        try:
            async with self._database.transaction(athlete_id, durable=False) as db:
                await follow(db, athlete_id, event)
        except (SQLAlchemyError, OSError, DatabaseUnavailable):
            logger.exception("what an athlete has earned could not be looked at")

"""Keeping what was said to the athlete: each reply as a message, with what is remembered since."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

from livekit.agents import ConversationItemAddedEvent
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from agent.answers import Answers
from agent.coach import REPLY, milliseconds, since
from agent.concluding import Concluding
from agent.memory import KEPT_AS, kept
from agent.observing import Observer
from agent.turn import Turn
from db.session import Database
from services import conversations, messages
from services.messages import Said

logger = logging.getLogger(__name__)


class Keeping:
    """Keeps the replies of one conversation."""

    def __init__(
        self,
        database: Database,
        athlete_id: UUID,
        conversation_id: UUID,
        answers: Answers,
        concluding: Concluding,
        observer: Observer,
    ) -> None:
        self._database = database
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._answers = answers
        self._concluding = concluding
        self._observer = observer
        self._titled = False
        self._tasks: set[asyncio.Task[None]] = set()

    def on_item(self, event: ConversationItemAddedEvent) -> None:
        """A reply is over, played or interrupted."""
        item = event.item
        if item.type != "message" or item.role != "assistant" or not item.text_content:
            return
        turn = self._answers.current
        metadata: dict[str, Any] = {"interrupted": item.interrupted}
        if turn is not None:
            metadata["reply_to"] = turn.item_id
            if turn.memory is not None:
                metadata[KEPT_AS] = kept(turn.memory)
            metadata |= turn.metadata
        said = Said(item.id, "assistant", item.text_content, metadata)
        if item.interrupted:
            self._observer.interrupted()
        if turn is not None:
            turn.timings |= milliseconds(item.metrics) | since(turn.began_at, item.metrics, REPLY)
            self._observer.spoken(turn, interrupted=item.interrupted)
        task = asyncio.create_task(self._keep(said, turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Waits until what was said is kept."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, said: Said, turn: Turn | None) -> None:
        try:
            async with self._database.transaction(self._athlete_id) as db:
                await messages.store_reply(db, self._athlete_id, self._conversation_id, said)
                if turn is not None:
                    await self._concluding.keep_timings(db, turn)
                    await self._give_title(db, turn)
        except (SQLAlchemyError, OSError):
            logger.exception("the reply %s could not be kept", said.item_id)

    async def _give_title(self, db: AsyncSession, turn: Turn) -> None:
        if not self._titled:
            await conversations.give_title(db, self._conversation_id, turn.text)
            self._titled = True

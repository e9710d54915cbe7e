"""The model as all conversations of a process share it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from agent.grok.breaker import Breaker
from agent.grok.wire import Model, Usage
from core.errors import DatabaseUnavailable
from core.settings import Settings
from db.session import Database
from services.finetune import active_model
from services.model_usage import Budget
from tools import TOOLS

logger = logging.getLogger(__name__)

SHUNNED_SECONDS = 600.0
UNAVAILABLE = (SQLAlchemyError, OSError, DatabaseUnavailable)


class Grok:
    """A model, its circuit breaker, its tools and what it may cost."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """`settings` must have a key."""
        self.settings = settings
        self.model = Model(settings)
        self.breaker = Breaker()
        self.budget = Budget.of(settings)
        self.tools: Sequence[dict[str, Any]] = tuple(
            {"type": "function", "function": tool.schema()} for tool in TOOLS.values()
        )
        self._database = database
        self._shunned: dict[str, float] = {}

    async def may_spend(self, athlete_id: UUID) -> bool:
        """Whether the athlete has something left of the day's budget. When that cannot be known, no."""
        try:
            return await self.budget.left(self._database, athlete_id)
        except UNAVAILABLE:
            logger.exception("the budget could not be read")
            return False

    async def model_for(self, athlete_id: UUID) -> str:
        """The model that answers an athlete: one trained on their corrections or on everybody's, if it is the
        active one and the service has it; else the usual one."""
        try:
            async with self._database.transaction(None, durable=False) as db:
                trained = await active_model(db, athlete_id, "voice_parser")
        except UNAVAILABLE:
            logger.exception("the active model could not be read")
            trained = None
        rests_until = self._shunned.get(trained or "", 0.0)
        return trained if trained and time.monotonic() >= rests_until else self.model.name

    def shun(self, name: str) -> None:
        """The service does not take the model `name`: the usual one answers for a while."""
        logger.warning("the model %s is not accepted: %s answers", name, self.model.name)
        self._shunned[name] = time.monotonic() + SHUNNED_SECONDS

    async def spent(self, athlete_id: UUID, usage: Usage) -> None:
        """Counts what an answer used."""
        if not usage.requests:
            return
        try:
            await self.budget.note(
                self._database,
                athlete_id,
                requests=usage.requests,
                asked=usage.asked,
                cached=usage.cached,
                answered=usage.answered,
            )
        except UNAVAILABLE:
            logger.exception("what an answer used could not be counted: %s", usage)

    async def aclose(self) -> None:
        """Closes its connections."""
        await self.model.aclose()


def open_grok(settings: Settings, database: Database) -> Grok | None:
    """The model of `settings`; None without a key: then the grammar goes on alone."""
    return Grok(settings, database) if settings.xai_api_key else None

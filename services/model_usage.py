"""What an athlete's questions to a language model use, and whether the day's budget is used up.

A day is one of UTC: it ends at the same moment for all servers.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from core.settings import Settings
from db.session import Database
from services.retention import Expired

MILLION = 1_000_000

ADD = text(
    """
    insert into internal.model_usage
        (athlete_id, day, requests, asked_tokens, cached_tokens, answered_tokens, usd)
    values (:athlete_id, (now() at time zone 'utc')::date, :requests, :asked, :cached, :answered, :usd)
    on conflict (athlete_id, day) do update set
        requests = model_usage.requests + excluded.requests,
        asked_tokens = model_usage.asked_tokens + excluded.asked_tokens,
        cached_tokens = model_usage.cached_tokens + excluded.cached_tokens,
        answered_tokens = model_usage.answered_tokens + excluded.answered_tokens,
        usd = model_usage.usd + excluded.usd
    """
)
TODAY = text(
    """
    select asked_tokens + answered_tokens as tokens, usd from internal.model_usage
    where athlete_id = :athlete_id and day = (now() at time zone 'utc')::date
    """
)
EXPIRED = Expired("internal.model_usage", "day < now() - interval '400 days'")
"""Kept for a little more than a year, for whoever pays."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What an athlete may use in a day; 0 for any amount. Prices are US dollars for a million tokens."""

    tokens: int
    usd: float
    price_input: float
    price_cached: float
    price_output: float

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """The budget that the settings give everybody."""
        return cls(
            settings.xai_daily_tokens,
            settings.xai_daily_usd,
            settings.xai_price_input,
            settings.xai_price_cached,
            settings.xai_price_output,
        )

    def cost(self, asked: int, cached: int, answered: int) -> float:
        """US dollars for so many tokens; the `cached` are among those `asked`."""
        fresh = max(0, asked - cached)
        return (
            fresh * self.price_input + cached * self.price_cached + answered * self.price_output
        ) / MILLION

    async def left(self, database: Database, athlete_id: UUID) -> bool:
        """Whether the athlete has something left today. What is under way is not counted yet: a day may end
        one answer above its budget."""
        async with database.transaction(None, durable=False) as db:
            row = (await db.execute(TODAY, {"athlete_id": athlete_id})).one_or_none()
        if row is None:
            return True
        within_tokens = not self.tokens or row.tokens < self.tokens
        return within_tokens and (not self.usd or row.usd < self.usd)

    async def note(
        self, database: Database, athlete_id: UUID, *, requests: int, asked: int, cached: int, answered: int
    ) -> None:
        """Counts what was used."""
        used = {"requests": requests, "asked": asked, "cached": cached, "answered": answered}
        async with database.transaction(None) as db:
            await db.execute(
                ADD, {"athlete_id": athlete_id, "usd": self.cost(asked, cached, answered), **used}
            )

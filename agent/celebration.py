"""What is said unasked of new badges and streaks: at the end of a reply, short, once, and rarely.

Looking for badges takes milliseconds that an answer does not wait for: a set is looked at once its answer is
on its way, and what it has earned is said with the next one. After what ends something (a workout, a run)
there may be no next one, so that is looked at first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from core.errors import DatabaseUnavailable
from db.session import Database
from services import badges
from services.badges import Event, NewBadge, News, event_of
from tools import ToolResult

logger = logging.getLogger(__name__)

UNAVAILABLE = (SQLAlchemyError, OSError, DatabaseUnavailable)
MAX_WORDS = 10
ENDS = frozenset({"finish_workout", "finish_run", "log_run", "log_wod"})
"""Calls after which the athlete may put the phone away."""
SAID_AFTER = ENDS | {
    *("log_set", "repeat_set", "start_workout", "log_nutrition", "log_sleep", "log_health_metric"),
    *("get_workout_summary", "get_last_performance", "get_personal_records", "get_todays_workout"),
}
"""Calls whose replies may end with news: not a rest that begins, a correction, an injury, an explanation."""


class Celebration:
    """The news of one conversation: what its turns earn, and what is to be said next."""

    def __init__(self, database: Database, athlete_id: UUID, due: News | None = None) -> None:
        """`due` is what an earlier conversation had no occasion to say."""
        self._database = database
        self._athlete_id = athlete_id
        self._due = due

    async def look(self, results: Sequence[ToolResult]) -> None:
        """Awards what the calls of a turn have earned. What goes wrong here undoes nothing that was done."""
        event = _event(results)
        if event is None:
            return
        try:
            # Should the database itself crash now, the next look awards it.
            async with self._database.transaction(self._athlete_id, durable=False) as db:
                await badges.follow(db, self._athlete_id, event)
                self._due = await badges.due(db, self._athlete_id)
        except UNAVAILABLE:
            logger.exception("what a turn has earned could not be looked at")

    async def news_for(self, results: Sequence[ToolResult]) -> str:
        """What to say at the end of the reply to these calls, claimed for it; mostly nothing."""
        if self._due is None or not _may_follow(results):
            return ""
        news, self._due = self._due, None
        try:
            async with self._database.transaction(self._athlete_id, durable=False) as db:
                mine = await badges.claim(db, self._athlete_id, news)
                self._due = await badges.due(db, self._athlete_id)
        except UNAVAILABLE:
            logger.exception("news could not be claimed")
            return ""
        return words_of(news) if mine else ""


def words_of(news: News) -> str:
    """At most ten words."""
    if isinstance(news, NewBadge):
        return f"New badge: {news.name}."
    if news.streak_type == "weekly":
        return f"Weekly goal met, {news.count} weeks in a row."
    what = "days of running" if news.streak_type == "running" else "days"
    return f"{news.count} {what} in a row."


def _event(results: Sequence[ToolResult]) -> Event | None:
    found: Event | None = None
    for one in results:
        event = event_of(one.tool, one.model_dump(mode="json", include={"ok", "sets", "workout"}))
        if event is not None:
            found = event if found is None else found | event
    return found


def _may_follow(results: Sequence[ToolResult]) -> bool:
    return bool(results) and all(one.ok and one.tool in SAID_AFTER for one in results)

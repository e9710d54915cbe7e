"""The progress tool: streaks and badges."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db.models import UserProfile
from services import badges
from services.badges import Overview
from services.streaks import UNITS
from tools.base import Arguments, Read, Tool, ToolResult
from tools.progress_phrases import Units, nearest_of, progress_words
from tools.views import BadgeView, ProgressView, StreakView


class GetProgress(Arguments):
    """Takes no argument."""


async def get_progress(read: Read, _: GetProgress) -> ToolResult:
    whose = read.athlete_id
    found = await badges.overview(read.db, whose)
    distance = await read.db.scalar(select(UserProfile.distance_unit).where(UserProfile.user_id == whose))
    said = progress_words(found, Units(read.snapshot.unit, distance or "mi"))
    view = _view(found)
    # It is no news from now on, as it is being said: not a write that anybody would undo.
    await badges.report(read.db, whose, found.unreported)
    return ToolResult(tool="get_progress", say=said, progress=view)


def _view(found: Overview) -> ProgressView:
    nearest = nearest_of(found.next)
    return ProgressView(
        streaks=[
            StreakView(streak_type=kind, unit=UNITS[kind], current=one.current, longest=one.longest)
            for kind, one in found.standing.streaks.items()
        ],
        new_badges=[BadgeView.of(one) for one in found.unreported],
        badges=len(found.earned),
        next_badge=BadgeView.of(nearest) if nearest else None,
    )


TOOLS: list[Tool[Any]] = [
    Tool(
        "get_progress",
        "Say the athlete's streak, the badges since they asked last, and how far the next one is.",
        GetProgress,
        read=get_progress,
    ),
]

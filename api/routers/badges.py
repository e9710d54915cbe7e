"""Badges: those the athlete has, and how far it is to the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from api.calls import AthleteCall, Etags
from api.models import Output
from api.routing import api_router
from db.models import BadgeTier, BadgeType
from services import badges
from services.badges import Progress, Shown, Unit

router = api_router("/badges", "badges")


class ProgressOut(Output):
    """How far: `current` of `needed`. Of `seconds` fewer are better. `share` is from 0 to 1."""

    current: float
    needed: float
    unit: Unit
    share: float

    @classmethod
    def of(cls, progress: Progress) -> ProgressOut:
        """As clients draw it."""
        return cls(
            current=round(progress.current, 2),
            needed=progress.needed,
            unit=progress.unit,
            share=round(progress.share, 4),
        )


class BadgeOut(Output):
    """A badge. `metadata` is what earned it; `progress` is null where there is nothing to measure yet."""

    id: str
    name: str
    description: str | None
    badge_type: BadgeType
    tier: BadgeTier
    icon_url: str | None
    earned_at: datetime | None = Field(description="Null: not yet.")
    metadata: dict[str, Any] | None
    progress: ProgressOut | None

    @classmethod
    def of(cls, shown: Shown) -> BadgeOut:
        """The badge with what the athlete has of it."""
        badge, row = shown.badge, shown.row
        return cls(
            id=badge.id,
            name=badge.name,
            description=badge.description,
            badge_type=badge.badge_type,
            tier=badge.tier,
            icon_url=badge.icon_url,
            earned_at=row.earned_at if row else None,
            metadata=row.metadata_ if row else None,
            progress=ProgressOut.of(shown.progress) if shown.progress else None,
        )


class BadgesOut(Output):
    """Every badge there is (`all`, those that build on each other together), those that were `earned` (the
    newest first), and the `next` ones to earn (the nearest first, one of those that build on each other)."""

    earned: list[BadgeOut]
    next: list[BadgeOut]
    all: list[BadgeOut]


@router.get("")
async def list_badges(call: AthleteCall, etags: Etags) -> BadgesOut:
    """The badges. What was earned and not awarded yet is awarded now."""
    async with call.transaction() as db:
        found = await badges.overview(db, call.athlete_id)
    return etags.of(
        BadgesOut(
            earned=[BadgeOut.of(one) for one in found.earned],
            next=[BadgeOut.of(one) for one in found.next],
            all=[BadgeOut.of(one) for one in found.all],
        )
    )

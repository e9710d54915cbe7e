"""The badges there are, as `badge_definitions` holds them: read again when something there has changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.catalogue.badges import Criteria
from db.models import BadgeDefinition, BadgeTier, BadgeType
from services.badges.criteria import CRITERIA, KINDS, Family
from services.exercises.catalogue import packaged_catalogue

logger = logging.getLogger(__name__)

TIERS: tuple[BadgeTier, ...] = ("bronze", "silver", "gold", "platinum")

Stamp = tuple[int, int]
"""How many definitions there are, and the newest transaction that wrote one: every change shows in it."""

STAMP = "select count(*) as badges, coalesce(max(xmin::text::bigint), 0) as written from badge_definitions"


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge there is."""

    id: str
    name: str
    description: str | None
    badge_type: BadgeType
    tier: BadgeTier
    icon_url: str | None
    criteria: Criteria

    @property
    def family(self) -> Family:
        """What it is measured with."""
        return KINDS[self.criteria.type].family

    @property
    def rank(self) -> int:
        """How much it is, by its tier."""
        return TIERS.index(self.tier)


_known: tuple[Stamp, Mapping[str, Badge]] = ((-1, 0), {})


async def definitions(db: AsyncSession, stamp: Stamp) -> Mapping[str, Badge]:
    """The badges by id, as of `stamp`. One whose criteria make no sense to us is nobody's to earn."""
    global _known
    if _known[0] != stamp:
        rows = await db.scalars(select(BadgeDefinition).order_by(BadgeDefinition.id))
        badges = (_badge(row) for row in rows)
        _known = stamp, {badge.id: badge for badge in badges if badge is not None}
    return _known[1]


def _badge(row: BadgeDefinition) -> Badge | None:
    try:
        slugs = packaged_catalogue().by_slug
        criteria = CRITERIA.validate_python(row.criteria, context={"slugs": slugs})
    except ValidationError as error:
        logger.warning("badge %s has criteria that are not understood: %s", row.id, error)
        return None
    return Badge(row.id, row.name, row.description, row.badge_type, row.tier, row.icon_url, criteria)

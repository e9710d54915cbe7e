"""All badges of an athlete: those they have, and how far it is to the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import UserBadge
from services.badges.awards import reconcile
from services.badges.criteria import KINDS, Progress, ladder, progress
from services.badges.definitions import Badge
from services.badges.measures import Measures
from services.streaks import Standing

NOT_AIMED_AT = frozenset({"comeback"})
"""Kinds that nobody should work towards: coming back needs staying away first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A badge as the athlete sees it. It was earned at `earned_at`, with what `row` keeps, or is not yet.

    `progress` is None where there is nothing to measure so far.
    """

    badge: Badge
    progress: Progress | None
    row: UserBadge | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Every badge there is: `earned` (the newest first), `next` (of each ladder the next step, the nearest
    first), and `all`, ladder by ladder. `standing` are the streaks of the same moment."""

    earned: Sequence[Shown]
    next: Sequence[Shown]
    all: Sequence[Shown]
    standing: Standing

    @property
    def unreported(self) -> list[Shown]:
        """Those earned since the athlete asked last, the most first."""
        new = (one for one in self.earned if one.row is not None and one.row.reported_at is None)
        return sorted(new, key=lambda one: one.badge.rank, reverse=True)


async def overview(db: AsyncSession, user_id: UUID, now: datetime | None = None) -> Overview:
    """The badges of an athlete, after everything was looked at: what an event has missed is awarded now."""
    look = await reconcile(db, user_id, now)
    found = await db.scalars(select(UserBadge).where(UserBadge.user_id == user_id))
    rows = {row.badge_id: row for row in found}
    shown = [
        Shown(badge, _progress(badge, look.measured, rows.get(badge.id)), rows.get(badge.id))
        for badge in sorted(look.badges.values(), key=_place)
    ]
    earned = [one for one in shown if one.row is not None]
    steps: dict[object, Shown] = {}
    for one in shown:
        if one.row is None and one.progress is not None and one.badge.criteria.type not in NOT_AIMED_AT:
            steps.setdefault(ladder(one.badge.criteria), one)
    assert look.measured.standing is not None
    return Overview(
        sorted(earned, key=_earned_at, reverse=True),
        sorted(steps.values(), key=_share, reverse=True),
        shown,
        look.measured.standing,
    )


async def report(db: AsyncSession, user_id: UUID, shown: Sequence[Shown]) -> None:
    """Notes that the athlete was told of these badges when they asked: they are no news any more."""
    ids = [one.badge.id for one in shown]
    await db.execute(
        update(UserBadge)
        .where(UserBadge.user_id == user_id, UserBadge.badge_id.in_(ids))
        .values(reported_at=func.now(), to_tell=False)
    )


def _progress(badge: Badge, measured: Measures, row: UserBadge | None) -> Progress | None:
    found = progress(badge.criteria, measured)
    if row is None:
        return found
    kind = KINDS[badge.criteria.type]
    needed = float(getattr(badge.criteria, kind.needed))
    return (found or Progress(needed, needed, kind.unit, is_earned=True)).completed()


def _place(badge: Badge) -> tuple[object, ...]:
    """Ladder by ladder, the easiest step first."""
    kind = KINDS[badge.criteria.type]
    needed = float(getattr(badge.criteria, kind.needed))
    steps = -needed if kind.unit == "seconds" else needed
    return badge.badge_type, str(ladder(badge.criteria)), steps, badge.id


def _earned_at(one: Shown) -> tuple[datetime, int]:
    assert one.row is not None
    return one.row.earned_at, one.badge.rank


def _share(one: Shown) -> float:
    assert one.progress is not None
    return one.progress.share

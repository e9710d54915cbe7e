"""Badges awarded: once, whoever looks and however often.

An event says which families of measures to look at; each is one query, and is left out when nothing in it is
still to be earned. What the rows say then decides, so an event that is lost is made good by the next look.

A badge that was awarded stays, whatever is corrected later, but for one case: in the session in which it was
earned, a set that is undone, deleted or corrected takes along what it alone had earned. The session is the
workout as long as it is open; one that is gone altogether (its only set was undone) still counts for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import UserBadge, UserStreak
from services.badges.criteria import Family, Progress, exercises, ladder
from services.badges.definitions import Badge, definitions
from services.badges.events import ANYTHING, Event
from services.badges.looking import LOOK, Looking, provisional, reached
from services.badges.measures import Measures

BROUGHT_ALONG: frozenset[Family] = frozenset({"lifts", "session_volume", "records"})
"""What somebody can do in their very first workout they could before: it is awarded, and not talked about."""

STREAKS = ("streak", "weeks")


@dataclass(frozen=True, slots=True)
class Award:
    """A badge that somebody has just earned, and with what."""

    badge: Badge
    progress: Progress


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to: what was awarded, what was taken back, what there is and what was measured."""

    badges: Mapping[str, Badge]
    awarded: tuple[Award, ...]
    taken_back: frozenset[str]
    measured: Measures


async def follow(db: AsyncSession, user_id: UUID, event: Event, now: datetime | None = None) -> Look:
    """Brings streaks up to date and awards what `event` has earned, in a transaction of the athlete's.

    The same event again, or at once from elsewhere, awards nothing a second time.
    """
    seen = (await db.execute(LOOK, {"user_id": user_id})).one()
    badges = await definitions(db, (seen.badges, seen.written))
    touched = [badge for badge in badges.values() if _touches(event, badge)]
    wanted = [badge for badge in touched if badge.id not in seen.earned]
    in_doubt = await provisional(db, user_id) if event.takes_back else frozenset()
    doubtful = [badge for badge in touched if badge.id in in_doubt]
    measured = await Looking(db, user_id, event, seen, [*wanted, *doubtful], now).measure()
    lost = [badge.id for badge in doubtful if reached(badge, measured) is None]
    if lost:
        await db.execute(delete(UserBadge).where(UserBadge.user_id == user_id, UserBadge.badge_id.in_(lost)))
    won = [Award(badge, found) for badge in wanted if (found := reached(badge, measured)) is not None]
    awarded = await _award(db, user_id, event, seen, won) if won else []
    return Look(badges, tuple(awarded), frozenset(lost), measured)


async def reconcile(db: AsyncSession, user_id: UUID, now: datetime | None = None) -> Look:
    """Looks at everything: makes good what was lost, and measures how far it is to every other badge.

    For imports, for the night, and for whoever asks. It awards in silence.
    """
    return await follow(db, user_id, ANYTHING, now)


def _touches(event: Event, badge: Badge) -> bool:
    if badge.family not in event.families:
        return False
    named = exercises(badge.criteria)
    return not event.exercises or not named or bool(named & event.exercises)


async def _award(
    db: AsyncSession, user_id: UUID, event: Event, seen: Row[Any], won: Iterable[Award]
) -> list[Award]:
    by_id = {one.badge.id: one for one in won}
    to_tell = _worth_telling(by_id.values(), first_time=not seen.has_trained) if event.live else frozenset()
    rows = [
        {
            "user_id": user_id,
            "badge_id": key,
            "badge_type": one.badge.badge_type,
            "metadata": _what_for(one, seen.workout_id),
            "to_tell": key in to_tell,
        }
        for key, one in by_id.items()
    ]
    statement = insert(UserBadge.__table__).values(rows)  # type: ignore[arg-type]
    new = await db.scalars(
        statement.on_conflict_do_nothing(index_elements=["user_id", "badge_id"]).returning(UserBadge.badge_id)
    )
    awarded = [by_id[key] for key in new]
    await _tell_once(db, user_id, awarded)
    return awarded


def _worth_telling(awards: Iterable[Award], *, first_time: bool) -> frozenset[str]:
    """Of the badges of one ladder only the highest; of those for streaks, which come together, one."""
    highest: dict[object, Award] = {}
    for one in awards:
        if first_time and one.badge.family in BROUGHT_ALONG:
            continue
        criteria = one.badge.criteria
        key = STREAKS if criteria.type in STREAKS else ladder(criteria)
        if key not in highest or one.badge.rank > highest[key].badge.rank:
            highest[key] = one
    return frozenset(one.badge.id for one in highest.values())


async def _tell_once(db: AsyncSession, user_id: UUID, awarded: Iterable[Award]) -> None:
    """A streak that has earned a badge is told of by the badge, not as a milestone too."""
    for one in awarded:
        criteria = one.badge.criteria
        if criteria.type not in STREAKS:
            continue
        kind = criteria.streak_type if criteria.type == "streak" else "weekly"
        await db.execute(
            update(UserStreak)
            .where(UserStreak.user_id == user_id, UserStreak.streak_type == kind)
            .where(UserStreak.told < int(one.progress.needed))
            .values(told=int(one.progress.needed))
        )


def _what_for(award: Award, workout_id: UUID | None) -> dict[str, Any]:
    what: dict[str, Any] = {"value": round(award.progress.current, 2), "unit": award.progress.unit}
    if len(named := exercises(award.badge.criteria)) == 1:
        what["exercise"] = next(iter(named))
    if workout_id is not None:
        what["workout_id"] = str(workout_id)
    return what

"""Badges awarded: once, whoever looks and however often.

An event says which families of measures to look at; each is one query, and is left out when nothing in it is
still to be earned. What the rows say then decides, so an event that is lost is made good by the next look.

A badge that was awarded stays, whatever is corrected later, but for one case: in the session in which it was
earned, a set that is undone, deleted or corrected takes along what it alone had earned. The session is the
workout as long as it is open; one that is gone altogether (its only set was undone) still counts for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import Row, bindparam, delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import UserBadge, UserStreak
from services import streaks
from services.badges import measures
from services.badges.criteria import Family, Progress, exercises, ladder, progress
from services.badges.definitions import STAMP, Badge, definitions
from services.badges.events import ANYTHING, Event
from services.badges.measures import Measures
from services.ledger import UNDO_WINDOW

LOOK = text(
    f"""
    select definition.badges, definition.written, ({measures.BODY_WEIGHT}) as body_weight,
        array(select badge_id from user_badges where user_id = :user_id) as earned,
        array(
            select badge_id from user_badges
            left join workouts on workouts.id::text = metadata ->> 'workout_id'
            where user_badges.user_id = :user_id and metadata ? 'workout_id'
              and (status = 'active'
                   or status is distinct from 'completed' and earned_at > now() - cast(:window as interval))
        ) as provisional,
        open.id as workout_id, open.started_at, open.timezone,
        exists (select from workouts where user_id = :user_id and status = 'completed') as has_trained,
        (select min(last_activity_date) from user_streaks
         where user_id = :user_id and streak_type in ('workout', 'logging')) as last_day
    from ({STAMP}) as definition
    left join workouts as open on open.user_id = :user_id and open.status = 'active'
    """
).bindparams(bindparam("user_id", type_=UUID_TYPE()), window=UNDO_WINDOW)

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
    doubtful = [badge for badge in touched if badge.id in seen.provisional] if event.takes_back else []
    measured = await _measure(db, user_id, event, seen, [*wanted, *doubtful], now)
    lost = [badge.id for badge in doubtful if _reached(badge, measured) is None]
    if lost:
        await db.execute(delete(UserBadge).where(UserBadge.user_id == user_id, UserBadge.badge_id.in_(lost)))
    reached = [Award(badge, found) for badge in wanted if (found := _reached(badge, measured)) is not None]
    awarded = await _award(db, user_id, event, seen, reached) if reached else []
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


def _reached(badge: Badge, measured: Measures) -> Progress | None:
    found = progress(badge.criteria, measured)
    return found if found is not None and found.is_earned else None


async def _measure(
    db: AsyncSession,
    user_id: UUID,
    event: Event,
    seen: Row[Any],
    badges: Sequence[Badge],
    now: datetime | None,
) -> Measures:
    found = Measures(body_weight=seen.body_weight)
    families = {badge.family for badge in badges}
    if "diary" in event.families and _moves_streaks(event, seen):
        found.standing = await streaks.refresh(db, user_id, now)
    if "totals" in families:
        found.totals = await measures.totals(db, user_id)
    if "session_volume" in families:
        found.session_volume = await measures.session_volume(db, user_id, event.workouts)
    if "records" in families:
        found.records = await measures.records(db, user_id)
    if "lifts" in families:
        slugs = (exercises(badge.criteria) for badge in badges)
        found.lifts = await measures.lifts(db, user_id, frozenset().union(*slugs))
    if "runs" in families:
        found.runs = await measures.runs(db, user_id)
    if "run_times" in families:
        found.run_times = await measures.run_times(db, user_id)
    if "wods" in families:
        found.wods = await measures.wods(db, user_id)
    return found


def _moves_streaks(event: Event, seen: Row[Any]) -> bool:
    """Of the sets of a workout only the first tells a streak something new."""
    if not event.only_sets:
        return True
    if seen.started_at is None:  # they were put into a workout that is over
        return False
    day = streaks.date_in(seen.timezone or streaks.UTC_NAME, seen.started_at)
    return seen.last_day is None or seen.last_day < day


async def _award(
    db: AsyncSession, user_id: UUID, event: Event, seen: Row[Any], reached: Iterable[Award]
) -> list[Award]:
    by_id = {one.badge.id: one for one in reached}
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

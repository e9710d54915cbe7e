"""A look at what badges hang on: what there is, then each family of measures that has something to earn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import Row, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services import streaks
from services.badges import measures, remembered
from services.badges.criteria import Progress, exercises, progress
from services.badges.definitions import STAMP, Badge
from services.badges.events import Event
from services.badges.measures import Measures
from services.ledger import UNDO_WINDOW

LOOK = text(
    f"""
    select definition.badges, definition.written, ({measures.BODY_WEIGHT}) as body_weight,
        array(select badge_id from user_badges where user_id = :user_id) as earned,
        open.id as workout_id, open.started_at, open.timezone,
        exists (select from workouts where user_id = :user_id and status = 'completed') as has_trained,
        (select min(last_activity_date) from user_streaks
         where user_id = :user_id and streak_type in ('workout', 'logging')) as last_day
    from ({STAMP}) as definition
    left join workouts as open on open.user_id = :user_id and open.status = 'active'
    """
).bindparams(bindparam("user_id", type_=UUID_TYPE()))
PROVISIONAL = text(
    """
    select badge_id from user_badges
    left join workouts on workouts.id = (metadata ->> 'workout_id')::uuid
    where user_badges.user_id = :user_id and metadata ? 'workout_id'
      and (status = 'active'
           or status is distinct from 'completed' and earned_at > now() - cast(:window as interval))
    """
).bindparams(bindparam("user_id", type_=UUID_TYPE()), window=UNDO_WINDOW)


def reached(badge: Badge, measured: Measures) -> Progress | None:
    """How it was reached, if it was."""
    found = progress(badge.criteria, measured)
    return found if found is not None and found.is_earned else None


async def provisional(db: AsyncSession, user_id: UUID) -> frozenset[str]:
    """The badges that were earned in the session that is going on."""
    return frozenset(await db.scalars(PROVISIONAL, {"user_id": user_id}))


@dataclass(frozen=True, slots=True)
class Looking:
    """One look, for badges that are still to be earned or may be lost."""

    db: AsyncSession
    user_id: UUID
    event: Event
    seen: Row[Any]
    badges: Sequence[Badge]
    now: datetime | None

    async def measure(self) -> Measures:
        """Measures the families that the badges hang on, one query each at most."""
        db, user_id, event = self.db, self.user_id, self.event
        found = Measures(body_weight=self.seen.body_weight)
        families = {badge.family for badge in self.badges}
        if "diary" in event.families and self._moves_streaks():
            found.standing = await streaks.refresh(db, user_id, self.now)
        if not event.only_sets:
            remembered.forget(user_id)
        elif (known := remembered.recall(user_id)) is not None:
            known.add(event.sets)
        if "totals" in families:
            await self._totals(found)
        if "lifts" in families:
            await self._lifts(found)
        if "session_volume" in families:
            found.session_volume = await measures.session_volume(db, user_id, event.workouts)
        if "records" in families:
            found.records = await measures.records(db, user_id)
        if "runs" in families:
            found.runs = await measures.runs(db, user_id)
        if "run_times" in families:
            found.run_times = await measures.run_times(db, user_id)
        if "wods" in families:
            found.wods = await measures.wods(db, user_id)
        return found

    def _moves_streaks(self) -> bool:
        """Of the sets of a workout only the first tells a streak something new."""
        if not self.event.only_sets:
            return True
        if self.seen.started_at is None:  # they were put into a workout that is over
            return False
        day = streaks.date_in(self.seen.timezone or streaks.UTC_NAME, self.seen.started_at)
        return self.seen.last_day is None or self.seen.last_day < day

    async def _totals(self, found: Measures) -> None:
        known = remembered.recall(self.user_id)
        found.totals = known.totals if known else None
        if found.totals is None or self._says_reached("totals", found):
            found.totals = await measures.totals(self.db, self.user_id)
            remembered.remember(self.user_id, totals=found.totals)

    async def _lifts(self, found: Measures) -> None:
        slugs = frozenset().union(*(exercises(badge.criteria) for badge in self.badges))
        known = remembered.recall(self.user_id)
        if known is not None and known.lifts is not None and slugs <= known.lifts.keys():
            found.lifts = known.lifts
        if found.lifts is None or self._says_reached("lifts", found):
            more = known.lifts.keys() if known is not None and known.lifts is not None else ()
            found.lifts = await measures.lifts(self.db, self.user_id, slugs.union(more))
            remembered.remember(self.user_id, lifts=found.lifts)

    def _says_reached(self, family: str, found: Measures) -> bool:
        return any(reached(badge, found) for badge in self.badges if badge.family == family)

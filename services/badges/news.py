"""What an athlete is told of unasked: a new badge or a milestone of a streak, short and rare.

Each is said once: whoever is about to say it claims it first, and only one can. At most three are said in a
workout; what nobody had an occasion to say within some hours is never said, and stays in `get_progress`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import StreakType

MILESTONES = (7, 14, 21, 30, 50, 75, 100, 150, 200, 250, 300, 365, 500, 730, 1000)
"""Days in a row that are worth a word, where no badge is earned with them."""
WEEKS = (4, 8, 12, 16, 20, 26, 39, 52, 78, 104, 156, 208)
"""Weeks in a row, likewise."""

FRESH = timedelta(hours=12)
"""How long a badge is news."""
AT_MOST = 3
"""In a workout, or in three hours without one."""
WITHOUT_WORKOUT = timedelta(hours=3)

NEWEST_BADGE = """
    select badge_id, name from user_badges join badge_definitions on badge_definitions.id = badge_id
    where user_id = :user_id and to_tell and told_at is null
      and earned_at > now() - cast(:fresh as interval)
    order by array_position(array['platinum', 'gold', 'silver', 'bronze'], tier), earned_at limit 1
"""
# Only on the day on which it was reached: "seven days in a row" is wrong a day later.
MILESTONE = """
    select streak_type, current_streak from user_streaks
    where user_id = :user_id and told < current_streak and updated_at > now() - cast(:fresh as interval)
      and (streak_type in ('workout', 'running') and current_streak = any(:milestones)
           or streak_type = 'weekly' and current_streak = any(:weeks))
    order by array_position(array['weekly', 'workout', 'running'], streak_type) limit 1
"""
DUE = text(
    f"""
    select badge.badge_id, badge.name, milestone.streak_type, milestone.current_streak,
        (select count(*) from user_badges where user_id = :user_id and told_at >= since)
        + (select count(*) from user_streaks where user_id = :user_id and told_at >= since) as told
    from (
        select coalesce(
            (select started_at from workouts where user_id = :user_id and status = 'active'),
            now() - cast(:without_workout as interval)
        ) as since
    ) as session
    left join ({NEWEST_BADGE}) as badge on true
    left join ({MILESTONE}) as milestone on true
    """
).bindparams(
    bindparam("user_id", type_=UUID_TYPE()),
    fresh=FRESH,
    without_workout=WITHOUT_WORKOUT,
    milestones=list(MILESTONES),
    weeks=list(WEEKS),
)
CLAIM_BADGE = text(
    """
    update user_badges set told_at = now()
    where user_id = :user_id and badge_id = :badge_id and to_tell and told_at is null returning badge_id
    """
).bindparams(bindparam("user_id", type_=UUID_TYPE()))
CLAIM_MILESTONE = text(
    """
    update user_streaks set told = :count, told_at = now()
    where user_id = :user_id and streak_type = :streak_type and told < :count returning streak_type
    """
).bindparams(bindparam("user_id", type_=UUID_TYPE()))


@dataclass(frozen=True, slots=True)
class NewBadge:
    """A badge that was earned."""

    badge_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """So many days, or weeks, in a row."""

    streak_type: StreakType
    count: int


News = NewBadge | Milestone


async def due(db: AsyncSession, user_id: UUID) -> News | None:
    """What there is to tell next, if anything is and not enough was told in this workout."""
    found = (await db.execute(DUE, {"user_id": user_id})).one()
    if found.told >= AT_MOST:
        return None
    if found.badge_id is not None:
        return NewBadge(found.badge_id, found.name)
    if found.streak_type is not None:
        return Milestone(found.streak_type, found.current_streak)
    return None


async def claim(db: AsyncSession, user_id: UUID, news: News) -> bool:
    """Whether it is ours to say. It is said by now, or has been taken back, when it is not."""
    statement, given = CLAIM_MILESTONE, asdict(news)
    if isinstance(news, NewBadge):
        statement, given = CLAIM_BADGE, {"badge_id": news.badge_id}
    claimed = await db.execute(statement, {"user_id": user_id, **given})
    return claimed.first() is not None

"""By night streaks that were let go end, and badges are awarded that an event has missed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.badges.awards import reconcile
from services.jobs.queue import enqueue
from services.jobs.registry import Job, Registry
from services.jobs.run import Run

progress = Registry()

AT_ONCE = 1000
LOOK_BACK = timedelta(hours=50)
"""What was written since is looked at again: two nights, should one be slept through."""

IN_DOUBT = text(
    """
    select user_id from (
        select user_id from user_streaks where current_streak > 0
        union select user_id from workouts where updated_at > now() - cast(:since as interval)
        union select user_id from runs where updated_at > now() - cast(:since as interval)
        union select user_id from wod_logs where updated_at > now() - cast(:since as interval)
        union select user_id from user_profiles where updated_at > now() - cast(:since as interval)
    ) as someone
    where cast(:after as uuid) is null or user_id > :after
    order by user_id limit :at_once
    """
).bindparams(bindparam("after", type_=UUID_TYPE()), since=LOOK_BACK, at_once=AT_ONCE)


class KeepProgress(Job):
    """Makes one athlete's streaks and badges what their rows say."""

    name = "keep_progress"
    priority = -1
    athlete_id: UUID

    @property
    def key(self) -> str:
        return f"{self.name}:{self.athlete_id}"


class KeepEverybodysProgress(Job):
    """Looks for athletes whose streaks or badges may be other than they say, `after` one in their order."""

    name = "keep_everybodys_progress"
    after: UUID | None = None

    @property
    def key(self) -> str:
        return f"{self.name}:{self.after}"


progress.every("41 3 * * *", KeepEverybodysProgress())


@progress.handles(KeepProgress)
async def keep_progress(run: Run, job: KeepProgress) -> None:
    async with run.once(job.athlete_id) as db:
        await reconcile(db, job.athlete_id)


@progress.handles(KeepEverybodysProgress)
async def keep_everybodys_progress(run: Run, job: KeepEverybodysProgress) -> None:
    async with run.once() as db:
        found = await in_doubt(db, job.after)
        await enqueue(db, *(KeepProgress(athlete_id=one) for one in found))
        if len(found) == AT_ONCE:
            await enqueue(db, KeepEverybodysProgress(after=found[-1]))


async def in_doubt(db: AsyncSession, after: UUID | None = None) -> list[UUID]:
    """Athletes whose progress has to be looked at, in their order. In a transaction of the server's own."""
    return list(await db.scalars(IN_DOUBT, {"after": after}))

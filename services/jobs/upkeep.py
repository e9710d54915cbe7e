"""The jobs that keep the house: what has expired, workouts left open, the summaries of days that are over."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from uuid import UUID

from services.badges.upkeep import KeepProgress
from services.cache import EXPIRED as EXPIRED_CACHE
from services.evaluations import EXPIRED as EXPIRED_EVALUATIONS
from services.jobs.queue import enqueue
from services.jobs.registry import Job, Registry
from services.jobs.run import Run
from services.model_usage import EXPIRED as EXPIRED_USAGE
from services.ratelimit import EXPIRED as EXPIRED_LIMITS
from services.retention import Expired, delete_expired
from services.summaries import day_of_workout, days_to_summarise, summarise_day
from services.workouts.idle import close_if_idle, idle_workouts

logger = logging.getLogger(__name__)

upkeep = Registry()

AT_ONCE = 1000
"""How many jobs one look around makes at most; the next one finds the others."""

KEPT_LOG = "30 days"

RETENTION: tuple[Expired, ...] = (
    EXPIRED_CACHE,
    EXPIRED_LIMITS,
    EXPIRED_USAGE,
    EXPIRED_EVALUATIONS,
    # What became of a job. Of a dead letter it is kept for as long as the letter.
    Expired(
        "internal.job_log",
        f"aggregated and created < now() - interval '{KEPT_LOG}'"
        " and not exists (select from internal.jobs where id = job_id)",
    ),
    Expired("internal.job_statistics", f"created < now() - interval '{KEPT_LOG}'"),
)
"""What is kept only for a time. A module with such rows adds its rule here."""


class PurgeExpired(Job):
    """Deletes what `RETENTION` lists."""

    name = "purge_expired"

    @property
    def key(self) -> str:
        return self.name


class CloseIdleWorkouts(Job):
    """Looks for workouts that were left open."""

    name = "close_idle_workouts"

    @property
    def key(self) -> str:
        return self.name


class CloseWorkout(Job):
    """Finishes one workout that was left open."""

    name = "close_workout"
    athlete_id: UUID
    workout_id: UUID

    @property
    def key(self) -> str:
        return f"{self.name}:{self.workout_id}"


class SummariseDays(Job):
    """Looks for days that are over and have no summary yet."""

    name = "summarise_days"

    @property
    def key(self) -> str:
        return self.name


class SummariseDay(Job):
    """Sums up one athlete's day."""

    name = "summarise_day"
    priority = -1
    athlete_id: UUID
    day: date

    @property
    def key(self) -> str:
        return f"{self.name}:{self.athlete_id}:{self.day}"


upkeep.every("7 * * * *", PurgeExpired())
upkeep.every("*/10 * * * *", CloseIdleWorkouts())
# Days end at every hour of UTC, at some quarters of it too.
upkeep.every("2,17,32,47 * * * *", SummariseDays())


@upkeep.handles(PurgeExpired)
async def purge_expired(run: Run, _: PurgeExpired) -> None:
    """In many small transactions: what a kill leaves over, the next hour deletes."""
    deleted = await delete_expired(run.database, RETENTION)
    logger.info("expired rows deleted: %s", deleted)


@upkeep.handles(CloseIdleWorkouts)
async def close_idle_workouts(run: Run, _: CloseIdleWorkouts) -> None:
    async with run.once() as db:
        found = await idle_workouts(db, _idle(run), AT_ONCE)
        await enqueue(db, *(CloseWorkout(athlete_id=whose, workout_id=which) for whose, which in found))


@upkeep.handles(CloseWorkout)
async def close_workout(run: Run, job: CloseWorkout) -> None:
    """The day may have been summed up without this workout: it is summed up again."""
    async with run.once(job.athlete_id) as db:
        workout = await close_if_idle(db, job.athlete_id, job.workout_id, _idle(run))
        if workout is not None and workout.status == "completed":
            day = await day_of_workout(db, workout)
            if day is not None:
                await enqueue(db, SummariseDay(athlete_id=job.athlete_id, day=day))
            await enqueue(db, KeepProgress(athlete_id=job.athlete_id))


@upkeep.handles(SummariseDays)
async def summarise_days(run: Run, _: SummariseDays) -> None:
    async with run.once() as db:
        found = await days_to_summarise(db, AT_ONCE)
        await enqueue(db, *(SummariseDay(athlete_id=athlete, day=day) for athlete, day in found))


@upkeep.handles(SummariseDay)
async def summarise_one_day(run: Run, job: SummariseDay) -> None:
    async with run.once(job.athlete_id) as db:
        await summarise_day(db, job.athlete_id, job.day)


def _idle(run: Run) -> timedelta:
    return timedelta(minutes=run.settings.workout_idle_minutes)

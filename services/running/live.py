"""The life of a run: started, paused, gone on with, finished; or logged when it is over.

An athlete has at most one run that is not finished. Its state is its row: any device, any server and any
restart finds it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from core.errors import Conflict
from db.models import Run, RunningShoe
from db.models.running import RunType, SurfaceType
from services.images import Images
from services.running.intervals import write_intervals
from services.running.mileage import wear
from services.running.plans import Plan, planned
from services.running.receiving import compute_finished
from services.running.records import NewRecord, follow, told_efforts

KILOMETER = 1000.0
TIMES = ("status", "paused_at", "auto_paused_at", "pauses")
COMPUTED = (
    *("distance_meters", "avg_pace_min_per_km", "best_pace_min_per_km", "grade_adjusted_pace_min_per_km"),
    *("avg_heart_rate", "max_heart_rate", "elevation_gain_meters", "elevation_loss_meters", "avg_cadence"),
    *("avg_power_watts", "best_efforts", "start_location", "end_location"),
)
OUTCOME = (*TIMES, "end_time", "duration_seconds", "moving_seconds", "shoe_id", *COMPUTED)
"""What finishing a run changes, besides its route, which is computed anew each time."""


class NoRun(Conflict):
    """No run is on."""

    def __init__(self) -> None:
        super().__init__("No run is on. Shall I start one?")


class RunIsOn(Conflict):
    """A run is on already."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over, the records that it set, and its shoes, when they are the default pair."""

    run: Run
    records: list[NewRecord]
    shoes: RunningShoe | None


async def live_run(db: AsyncSession, user_id: UUID, *, lock: bool = False) -> Run | None:
    """The run of `user_id` that is not finished, without its route, or None.

    Locked until the transaction ends, if `lock`.
    """
    query = (
        select(Run).where(Run.user_id == user_id, Run.status != "completed").options(defer(Run.route_data))
    )
    return await db.scalar(query.with_for_update() if lock else query)


async def the_live_run(db: AsyncSession, user_id: UUID) -> Run:
    """The run of `user_id` that is not finished, locked. Raises `NoRun`."""
    run = await live_run(db, user_id, lock=True)
    if run is None:
        raise NoRun
    return run


async def start_run(
    db: AsyncSession,
    user_id: UUID,
    images: Images,
    plan: Plan,
    run_type: RunType | None = None,
    surface_type: SurfaceType | None = None,
    workout_id: UUID | None = None,
    now: datetime | None = None,
) -> Run:
    """Starts a run. The caller has seen that none is on."""
    run = Run(
        user_id=user_id,
        workout_id=workout_id,
        status="active",
        start_time=now or datetime.now(UTC),
        run_type=run_type,
        surface_type=surface_type,
        planned_workout=plan.kept(),
    )
    db.add(run)
    await db.flush()
    images.made(run)
    return run


async def pause_run(db: AsyncSession, run: Run, images: Images, now: datetime | None = None) -> bool:
    """Pauses a run; False when it is paused already."""
    if run.status == "paused":
        return False
    images.before(run, *TIMES)
    run.status = "paused"
    run.paused_at = now or datetime.now(UTC)
    run.auto_paused_at = None
    await db.flush()
    return True


async def resume_run(db: AsyncSession, run: Run, images: Images, now: datetime | None = None) -> bool:
    """Goes on with a run that is paused; False when it is not."""
    if run.status != "paused":
        return False
    images.before(run, *TIMES)
    _end_pause(run, now or datetime.now(UTC))
    run.status = "active"
    await db.flush()
    return True


async def finish_run(db: AsyncSession, run: Run, images: Images, now: datetime | None = None) -> Finished:
    """Finishes a run. One that was paused ended when it was paused."""
    now = now or datetime.now(UTC)
    images.before(run, *OUTCOME)
    end = run.paused_at if run.status == "paused" and run.paused_at else now
    run.paused_at = run.auto_paused_at = None
    run.status = "completed"
    run.end_time = max(end, run.start_time)
    run.duration_seconds = round((run.end_time - run.start_time).total_seconds())
    run.moving_seconds = round(moving_seconds(run, run.end_time))
    await db.flush()
    if await compute_finished(db, run) is None:
        run.best_efforts = told_efforts(run.distance_meters, run.duration_seconds, run.end_time)
    elif (plan := planned(run.planned_workout)) is not None and plan.segments:
        await write_intervals(db, run, plan)
    return await _over(db, run)


async def log_run(
    db: AsyncSession,
    user_id: UUID,
    images: Images,
    *,
    distance_meters: float | None,
    duration_seconds: float | None,
    run_type: RunType | None = None,
    surface_type: SurfaceType | None = None,
    ended_at: datetime | None = None,
) -> Finished:
    """Enters a run that is over. The values have been checked."""
    end = ended_at or datetime.now(UTC)
    run = Run(
        user_id=user_id,
        status="completed",
        start_time=end - timedelta(seconds=duration_seconds or 0),
        end_time=end,
        duration_seconds=round(duration_seconds) if duration_seconds is not None else None,
        moving_seconds=round(duration_seconds) if duration_seconds is not None else None,
        distance_meters=distance_meters,
        avg_pace_min_per_km=pace(distance_meters, duration_seconds),
        run_type=run_type,
        surface_type=surface_type,
        best_efforts=told_efforts(distance_meters, duration_seconds, end),
    )
    finished = await _over(db, run)
    images.made(run)
    return finished


async def _over(db: AsyncSession, run: Run) -> Finished:
    """Keeps a run that is over, in its shoes, with its records."""
    shoes = await wear(db, run.user_id, run.distance_meters) if run.shoe_id is None else None
    if shoes is not None:
        run.shoe_id = shoes.id
    db.add(run)
    await db.flush()
    return Finished(run, await follow(db, run.user_id, run), shoes)


def pace(distance_meters: float | None, seconds: float | None) -> float | None:
    """Minutes a kilometre; None where either is unknown or nothing."""
    if not distance_meters or not seconds:
        return None
    return seconds / 60 / (distance_meters / KILOMETER)


def elapsed_seconds(run: Run, at: datetime) -> float:
    """The seconds from a run's start to `at`, or to its end."""
    return max(0.0, ((run.end_time or at) - run.start_time).total_seconds())


def moving_seconds(run: Run, at: datetime) -> float:
    """The seconds of a run until `at` without its pauses."""
    until = run.end_time or (run.paused_at if run.status == "paused" and run.paused_at else at)
    return max(0.0, (until - run.start_time).total_seconds() - _paused(run.pauses or (), until))


def _end_pause(run: Run, now: datetime) -> None:
    if run.paused_at is None:
        return
    ended = {"from": run.paused_at.isoformat(), "to": max(now, run.paused_at).isoformat()}
    run.pauses = [*(run.pauses or ()), ended]
    run.paused_at = None


def _paused(pauses: Sequence[dict[str, Any]], until: datetime) -> float:
    total = 0.0
    for one in pauses:
        begin, end = datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"])
        total += max(0.0, (min(end, until) - begin).total_seconds())
    return total

"""Runs with what is computed of their points: written, computed anew, read as recordings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from core.errors import NotFound
from core.units import METERS_PER_MILE
from db.models import Run, RunInterval, RunSplit, UserProfile
from db.models.users import DistanceUnit
from services.running.points import add_samples, route_data, samples_of
from services.running.records import kept_efforts
from services.running.track import DeviceTotals, Pause, ProcessedRun, Samples, Split, process
from services.running.track.process import NoRunInPoints

APP = "app"
"""The source of runs that were recorded here."""
MOSTLY = 0.9
SPLIT_METERS: dict[DistanceUnit, float] = {"km": 1000.0, "mi": METERS_PER_MILE}


class UnknownRun(NotFound):
    """No such run of this athlete."""


async def get_run(db: AsyncSession, user_id: UUID, run_id: UUID, *, lock: bool = False) -> Run:
    """A run of the athlete, locked until the transaction ends if `lock`. Raises `UnknownRun`."""
    query = select(Run).where(Run.id == run_id, Run.user_id == user_id)
    run = await db.scalar(query.with_for_update() if lock else query)
    if run is None:
        raise UnknownRun("There is no such run.")
    return run


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """How an athlete wants their runs: the unit of splits, and whether a run pauses by itself."""

    distance_unit: DistanceUnit = "mi"
    auto_pause: bool = True


# Built once: it is in the way of every point.
RUN_WITH_SETTINGS = (
    select(Run, UserProfile.distance_unit, UserProfile.auto_pause)
    .outerjoin(UserProfile, UserProfile.user_id == Run.user_id)
    .where(Run.id == bindparam("run_id"), Run.user_id == bindparam("user_id"))
    .options(defer(Run.route_data))
    .with_for_update(of=Run)
)


async def run_with_settings(db: AsyncSession, user_id: UUID, run_id: UUID) -> tuple[Run, RunnerSettings]:
    """A run of the athlete without its route, locked until the transaction ends, and how they want it.

    Raises `UnknownRun`.
    """
    found = (await db.execute(RUN_WITH_SETTINGS, {"run_id": run_id, "user_id": user_id})).one_or_none()
    if found is None:
        raise UnknownRun("There is no such run.")
    run, unit, auto_pause = found
    return run, RunnerSettings(unit or "mi", auto_pause is not False)


async def distance_unit(db: AsyncSession, user_id: UUID) -> DistanceUnit:
    """What the athlete's splits are counted in."""
    return await db.scalar(select(UserProfile.distance_unit).where(UserProfile.user_id == user_id)) or "mi"


async def write_parts(db: AsyncSession, run: Run, done: ProcessedRun, unit: DistanceUnit) -> None:
    """Writes the splits of a run in place of those it had, and its intervals if the points have any."""
    await db.execute(delete(RunSplit).where(RunSplit.run_id == run.id))
    splits = done.kilometers if unit == "km" else done.miles
    if splits:
        await db.execute(insert(RunSplit), [{"run_id": run.id, **split_columns(one)} for one in splits])
    if done.intervals:
        await db.execute(delete(RunInterval).where(RunInterval.run_id == run.id))
        rows = [
            {
                "run_id": run.id,
                "interval_number": one.number,
                "interval_type": one.interval_type,
                "actual_pace": one.pace_min_per_km,
                "distance_meters": one.distance_meters,
                "duration_seconds": round(one.duration_seconds),
                "avg_heart_rate": _whole(one.heart_rate),
            }
            for one in done.intervals
        ]
        await db.execute(insert(RunInterval), rows)


def split_columns(one: Split) -> dict[str, Any]:
    """A split as the columns of `run_splits`."""
    return {
        "split_number": one.number,
        "distance_meters": one.distance_meters,
        "duration_seconds": round(one.duration_seconds),
        "pace_min_per_km": one.pace_min_per_km,
        "avg_heart_rate": _whole(one.heart_rate),
        "elevation_change_meters": one.elevation_change_meters,
        "avg_cadence": _whole(one.cadence),
        "avg_power_watts": one.power_watts,
    }


def measures(done: ProcessedRun) -> dict[str, Any]:
    """What the points say of a run, as columns of `runs`: everything but its times."""
    route = route_data(done.route)
    return {
        "distance_meters": done.distance_meters,
        "avg_pace_min_per_km": done.average_pace_min_per_km,
        "best_pace_min_per_km": done.best_pace_min_per_km,
        "grade_adjusted_pace_min_per_km": done.grade_adjusted_pace_min_per_km,
        "avg_heart_rate": _whole(done.average_heart_rate),
        "max_heart_rate": _whole(done.max_heart_rate),
        "elevation_gain_meters": done.elevation_gain_meters,
        "elevation_loss_meters": done.elevation_loss_meters,
        "avg_cadence": _whole(done.average_cadence),
        "avg_power_watts": done.average_power_watts,
        "best_efforts": kept_efforts(done.best_efforts),
        "route_data": route or None,
        "start_location": _place(route[0]) if route else None,
        "end_location": _place(route[-1]) if route else None,
    }


def times(done: ProcessedRun) -> dict[str, Any]:
    """The times of a run that its points say, as columns of `runs`."""
    return {
        "start_time": done.start,
        "end_time": done.end,
        "duration_seconds": round(done.elapsed_seconds),
        "moving_seconds": round(done.moving_seconds),
    }


async def write_run(
    db: AsyncSession, user_id: UUID, samples: Samples, done: ProcessedRun, unit: DistanceUnit, **columns: Any
) -> Run:
    """Writes a run that is over, with its parts and points. `columns` is what else there is to say of it."""
    run = Run(
        user_id=user_id,
        status="completed",
        pauses=kept_pauses(done),
        **times(done),
        **measures(done),
        **columns,
    )
    db.add(run)
    await db.flush()
    await write_parts(db, run, done, unit)
    await add_samples(db, run, samples)
    return run


def computed(run: Run, samples: Samples) -> ProcessedRun:
    """What the points of a run say, with the times that the run has. Raises `NoRunInPoints`."""
    if run.source == APP and run.end_time is not None:
        within = (samples.time >= run.start_time.timestamp()) & (samples.time <= run.end_time.timestamp())
        samples = samples.take(within)
    pauses = pauses_of(run)
    elapsed = (run.end_time - run.start_time).total_seconds() if run.end_time else None
    timer = None
    if elapsed is not None and run.pauses is not None:
        timer = elapsed - sum(one.seconds for one in pauses)
    # What the device of a file said of the whole is kept in the run alone.
    said = (
        (None, None, None)
        if run.source == APP
        else (run.distance_meters, run.elevation_gain_meters, run.elevation_loss_meters)
    )
    device = DeviceTotals(run.start_time, said[0], elapsed, timer, said[1], said[2])
    return process(samples, pauses=pauses, device=device)


async def compute_anew(db: AsyncSession, run: Run, samples: Samples | None = None) -> ProcessedRun | None:
    """Computes a run that is over from all its points, and writes what comes of it; None when the points do
    not make a run. Its times stay: they are the athlete's. Raises `PointsDamaged`."""
    samples = await samples_of(db, run.id) if samples is None else samples
    try:
        # Away from the event loop: a marathon takes a tenth of a second.
        done = await asyncio.to_thread(computed, run, samples)
    except NoRunInPoints:
        return None
    for name, value in measures(done).items():
        setattr(run, name, value)
    if not run.pauses and _covers(samples, run):
        run.moving_seconds = round(done.moving_seconds)
    await db.flush()
    await write_parts(db, run, done, await distance_unit(db, run.user_id))
    return done


def _covers(samples: Samples, run: Run) -> bool:
    """Whether points were recorded for nearly all of a run."""
    if run.end_time is None:
        return False
    elapsed = (run.end_time - run.start_time).total_seconds()
    return float(samples.time[-1] - samples.time[0]) >= MOSTLY * elapsed


def pauses_of(run: Run) -> list[Pause]:
    """The pauses that a run has."""
    return [
        Pause(datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"]))
        for one in run.pauses or ()
    ]


def kept_pauses(done: ProcessedRun) -> list[dict[str, Any]] | None:
    """Pauses as `runs.pauses` has them: those that somebody made. None when nobody said."""
    if not done.clock_is_known:
        return None
    return [{"from": one.start.isoformat(), "to": one.end.isoformat()} for one in done.pauses]


def _place(point: dict[str, Any]) -> dict[str, Any]:
    return {"lat": point["lat"], "lng": point["lng"]}


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)

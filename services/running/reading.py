"""Runs as lists, and one run with its parts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from db.models import Run, RunInterval, RunSplit
from db.models.running import RunStatus
from db.models.users import DistanceUnit
from services.paging import PageRequest, Slice, Sort, fetch_slice
from services.running.points import samples_of
from services.running.store import SPLIT_METERS, computed, get_run, split_columns
from services.running.track import NoRunInPoints, Samples

SORTS = {
    "-start_time": Sort((Run.start_time, Run.id), descending=True),
    "start_time": Sort((Run.start_time, Run.id)),
}


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs: those in `status` that started in [`started_from`, `started_before`)."""

    status: RunStatus | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class WholeRun:
    """A run with its splits and intervals, in order."""

    run: Run
    splits: list[RunSplit]
    intervals: list[RunInterval]


async def list_runs(
    db: AsyncSession, user_id: UUID, wanted: RunFilter, page: PageRequest
) -> Slice[tuple[Run]]:
    """Runs of the athlete, without their routes."""
    query = select(Run).where(Run.user_id == user_id).options(defer(Run.route_data, raiseload=True))
    if wanted.status is not None:
        query = query.where(Run.status == wanted.status)
    if wanted.started_from is not None:
        query = query.where(Run.start_time >= wanted.started_from)
    if wanted.started_before is not None:
        query = query.where(Run.start_time < wanted.started_before)
    return await fetch_slice(db, query, SORTS, page)


async def whole_run(
    db: AsyncSession, user_id: UUID, run_id: UUID, unit: DistanceUnit | None = None
) -> WholeRun:
    """A run with its parts. With a `unit` splits are in that, as far as there are points to cut anew.

    Raises `UnknownRun`.
    """
    run = await get_run(db, user_id, run_id)
    splits = select(RunSplit).where(RunSplit.run_id == run.id).order_by(RunSplit.split_number)
    intervals = select(RunInterval).where(RunInterval.run_id == run.id).order_by(RunInterval.interval_number)
    found = list(await db.scalars(splits))
    if unit is not None and not _are_in(found, unit):
        samples = await samples_of(db, run.id)
        found = await asyncio.to_thread(_cut, run, samples, unit)
    return WholeRun(run, found, list(await db.scalars(intervals)))


def _are_in(splits: list[RunSplit], unit: DistanceUnit) -> bool:
    return len(splits) > 1 and abs(splits[0].distance_meters - SPLIT_METERS[unit]) < 1.0


def _cut(run: Run, samples: Samples, unit: DistanceUnit) -> list[RunSplit]:
    try:
        done = computed(run, samples)
    except NoRunInPoints:
        return []
    splits = done.kilometers if unit == "km" else done.miles
    return [RunSplit(run_id=run.id, **split_columns(one)) for one in splits]

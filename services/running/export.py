"""A run as a file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from db.models import Run, RunInterval
from services.running.files import Activity, Form, Recording, write
from services.running.points import samples_of
from services.running.store import computed, get_run, pauses_of
from services.running.track import Lap, NoRunInPoints, ProcessedRun, Samples
from services.running.track.process import meters_of

MEDIA_TYPES: dict[Form, str] = {
    "gpx": "application/gpx+xml",
    "tcx": "application/vnd.garmin.tcx+xml",
    "fit": "application/vnd.ant.fit",
}


class NothingRecorded(NotFound):
    """The run has no points to be written."""


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """A file, and what to call it."""

    content: bytes
    file_name: str
    media_type: str


async def export_run(db: AsyncSession, user_id: UUID, run_id: UUID, form: Form) -> ExportedRun:
    """A run as GPX, TCX or FIT. Raises `UnknownRun`, `NothingRecorded` and `PointsDamaged`."""
    run = await get_run(db, user_id, run_id)
    samples = await samples_of(db, run.id)
    rows = select(RunInterval).where(RunInterval.run_id == run.id).order_by(RunInterval.interval_number)
    intervals = list(await db.scalars(rows))
    if not len(samples):
        raise NothingRecorded("This run was told, not recorded: there are no points to write to a file.")
    if form == "gpx" and not np.isfinite(samples.latitude).any():
        raise NothingRecorded("This run has no positions, and GPX needs them. Take TCX or FIT.")
    content = await asyncio.to_thread(_written, run, intervals, samples, form)
    return ExportedRun(content, f"run-{run.start_time:%Y-%m-%d-%H%M}.{form}", MEDIA_TYPES[form])


def _written(run: Run, intervals: list[RunInterval], samples: Samples, form: Form) -> bytes:
    try:
        done = computed(run, samples)
    except NoRunInPoints as error:
        raise NothingRecorded(f"This run cannot be written to a file: {error}.") from None
    pauses = pauses_of(run)
    activity = Activity(
        samples=samples,
        sport="running",
        name=run.notes.splitlines()[0] if run.notes else None,
        surface=run.surface_type,
        pauses=pauses,
        laps=_laps(run, intervals, done),
    )
    meters = meters_of(samples, pauses, done.distance_meters)
    return write(Recording(activity, done, meters), form)


def _laps(run: Run, intervals: list[RunInterval], done: ProcessedRun) -> list[Lap]:
    """The intervals as laps, one after the other on the clock without pauses."""
    laps: list[Lap] = []
    at = done.start
    for one in intervals:
        end = at + timedelta(seconds=one.duration_seconds or 0)
        for pause in pauses_of(run):
            if at <= pause.start < end:
                end += pause.end - pause.start
        laps.append(Lap(at, min(end, done.end), one.distance_meters, one.duration_seconds, one.interval_type))
        at = laps[-1].end
    return [*laps[:-1], replace(laps[-1], end=done.end)] if laps else []

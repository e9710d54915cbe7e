"""Runs from files: read, computed, recognised when they are here already, and written in one transaction."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import BinaryIO
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Run
from db.session import Database
from services import badges, ledger
from services.badges.events import OF_RUNS
from services.running.aftermath import settle
from services.running.duplicates import same_run
from services.running.files import Activity, read
from services.running.points import encoded, joined
from services.running.store import distance_unit, write_run
from services.running.track import NoRunInPoints, ProcessedRun, Samples, process
from services.running.track.path import FASTEST_RUN
from services.running.track.points import COLUMNS
from services.transfer.errors import FileRefused

READERS = ThreadPoolExecutor(2, thread_name_prefix="runs")
"""How many files are read at once: each may take a second and a hundred megabytes."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=1)
LONGEST = timedelta(days=7)
FAST_METERS = 1500.0
MAX_NOTES = 2000


@dataclass(frozen=True, slots=True)
class Skipped:
    """An activity of a file that is no run, and why."""

    file_name: str | None
    sport: str | None
    started_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReadRun:
    """A run of a file, computed and not written yet."""

    file_name: str | None
    activity: Activity
    samples: Samples
    done: ProcessedRun
    external_id: str


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """A run that was written, or that was here already: then it `is_duplicate`."""

    run: Run
    file_name: str | None
    is_duplicate: bool
    done: ProcessedRun


@dataclass(frozen=True, slots=True)
class ImportedRuns:
    """What came of files."""

    runs: list[ImportedRun] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


async def import_runs(
    database: Database, user_id: UUID, files: Sequence[tuple[str | None, BinaryIO]]
) -> ImportedRuns:
    """Writes the runs of `files` (names with contents): all of them or, when one cannot be used, none.

    What is here already is answered with the run that it is, and written no second time. Other sports are
    skipped. Raises `FileRefused`.
    """
    found, skipped = await look_at_runs(files)
    result = ImportedRuns(skipped=skipped)
    async with database.transaction(user_id) as db:
        await ledger.lock_calls(db, user_id)
        for one in found:
            result.runs.append(await _take_in(db, user_id, one))
        if not all(one.is_duplicate for one in result.runs):
            await settle(db, user_id)
            await badges.follow(db, user_id, badges.Event(OF_RUNS, live=False))
    return result


async def look_at_runs(
    files: Sequence[tuple[str | None, BinaryIO]],
) -> tuple[list[ReadRun], list[Skipped]]:
    """The runs of `files`, computed, and what is none. Nothing is written. Raises `FileRefused`."""
    found: list[ReadRun] = []
    skipped: list[Skipped] = []
    for name, file in files:
        loop = asyncio.get_running_loop()
        runs, others = await loop.run_in_executor(READERS, _read, name, file, len(files) > 1)
        found += runs
        skipped += others
    return found, skipped


async def _take_in(db: AsyncSession, user_id: UUID, one: ReadRun) -> ImportedRun:
    known = await same_run(db, user_id, one.done, one.activity.source, one.external_id)
    if known is not None:
        return ImportedRun(known, one.file_name, is_duplicate=True, done=one.done)
    activity = one.activity
    run = await write_run(
        db,
        user_id,
        one.samples,
        one.done,
        await distance_unit(db, user_id),
        source=activity.source,
        external_id=one.external_id,
        surface_type=activity.surface,
        run_type="intervals" if one.done.intervals else None,
        notes=activity.name[:MAX_NOTES] if activity.name else None,
    )
    return ImportedRun(run, one.file_name, is_duplicate=False, done=one.done)


def _read(name: str | None, file: BinaryIO, several: bool) -> tuple[list[ReadRun], list[Skipped]]:
    try:
        return _runs(name, read(file))
    except FileRefused as error:
        if not several:
            raise
        raise type(error)(f"{name or 'A file'}: {error}", error.field or "file") from None


def _runs(name: str | None, activities: Sequence[Activity]) -> tuple[list[ReadRun], list[Skipped]]:
    found: list[ReadRun] = []
    skipped: list[Skipped] = []
    for activity in activities:
        started_at = datetime.fromtimestamp(float(activity.samples.time[0]), UTC)
        if activity.is_run is False:
            skipped.append(Skipped(name, activity.sport, started_at, f"its sport is {activity.sport}"))
            continue
        _check_times(activity.samples)
        # As they will be kept, so that computing them anew gives the same.
        samples = joined([encoded(activity.samples)])
        try:
            done = process(samples, pauses=activity.pauses, laps=activity.laps, device=activity.device)
        except NoRunInPoints as error:
            skipped.append(Skipped(name, activity.sport, started_at, str(error)))
            continue
        if activity.is_run is None and (reason := _too_fast(done)):
            skipped.append(Skipped(name, activity.sport, started_at, reason))
            continue
        found.append(ReadRun(name, activity, samples, done, fingerprint(samples)))
    if not found and not any(one.reason.startswith("its sport") for one in skipped):
        reasons = "; ".join(dict.fromkeys(one.reason for one in skipped))
        raise FileRefused(f"There is no run in the file: {reasons}.")
    return found, skipped


def _check_times(samples: Samples) -> None:
    first, last = float(samples.time[0]), float(samples.time[-1])
    if first < EARLIEST.timestamp() or last > (datetime.now(UTC) + LATEST).timestamp():
        raise FileRefused("The times in the file cannot be right: they are before 1990 or in the future.")
    if last - first > LONGEST.total_seconds():
        raise FileRefused("The file has a run of more than a week in it, which cannot be right.")


def _too_fast(done: ProcessedRun) -> str | None:
    """Why a recording that does not say its sport cannot be a run."""
    if done.distance_meters < FAST_METERS or done.moving_seconds <= 0:
        return None
    if done.distance_meters / done.moving_seconds <= FASTEST_RUN:
        return None
    return "it names no sport, and is faster than anybody runs"


def fingerprint(samples: Samples) -> str:
    """What a recording is recognised by: its points, whatever it is called."""
    digest = hashlib.blake2b(digest_size=12)
    for name in COLUMNS:
        digest.update(np.nan_to_num(getattr(samples, name), nan=-1.0).tobytes())
    return digest.hexdigest()

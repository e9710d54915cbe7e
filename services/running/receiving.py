"""Points of a run that is on: kept once, whatever comes twice or late, and what they come to.

The state of a live run is its points in the database. Each server remembers the tracks that it counted last,
and reads what other servers have received since.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from core.errors import Conflict, Invalid
from db.models import Run, RunPoints
from services.running.aftermath import settle
from services.running.plans import planned
from services.running.points import add_samples, joined, kept_row, put_together, samples_of
from services.running.store import APP, RunnerSettings, compute_anew, pauses_of, run_with_settings
from services.running.track import LiveTotals, LiveTrack, Pause, ProcessedRun, Samples, TrackPoint

AHEAD = timedelta(minutes=10)
"""How far a device's clock may be ahead."""
BEFORE = timedelta(days=1)
MAX_POINTS = 250_000
MAX_TRACKS = 500
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)

NOTED = (
    *("distance_meters", "avg_pace_min_per_km", "avg_heart_rate", "max_heart_rate"),
    *("elevation_gain_meters", "auto_paused_at"),
)
"""What is kept of a run with each batch of its points."""
# Built once, and for a connection: these are in the way of every point, and need none of the session's care.
NEWER = (
    select(RunPoints.sequence, RunPoints.columns)
    .where(RunPoints.run_id == bindparam("run_id"), RunPoints.sequence >= bindparam("seen"))
    .order_by(RunPoints.sequence)
)


def _keep_statement() -> TextClause:
    points, runs = RunPoints.__table__.c, Run.__table__.c
    columns = ("user_id", "run_id", "first_at", "last_at", "count", "columns")
    statement = text(
        f"with kept as (insert into run_points ({', '.join(columns)}) "
        f"values ({', '.join(f':{name}' for name in columns)}) returning sequence) "
        f"update runs set {', '.join(f'{name} = :{name}' for name in NOTED)}, updated_at = now() "
        "where id = :run_id and user_id = :user_id "
        "returning (select sequence from kept) as sequence, updated_at"
    )
    typed = [(name, points[name].type) for name in columns] + [(name, runs[name].type) for name in NOTED]
    return statement.bindparams(*(bindparam(name, type_=kind) for name, kind in typed))


KEEP = _keep_statement()


@dataclass(frozen=True, slots=True)
class Counted:
    """A track as it was counted last, with the `sequence` of the last row that is in it.

    While the run's row was changed at no other time than `changed_at`, no other server has received points.
    """

    last: int
    track: LiveTrack
    changed_at: datetime | None = None


_tracks: OrderedDict[UUID, Counted] = OrderedDict()
"""The tracks that were counted last."""


class NotRecording(Conflict):
    """The run takes no points."""


@dataclass(frozen=True, slots=True)
class Received:
    """A run after some points, of which `new` were not known before."""

    run: Run
    new: int
    totals: LiveTotals
    settings: RunnerSettings


async def add_points(
    db: AsyncSession, user_id: UUID, run_id: UUID, points: Sequence[TrackPoint], now: datetime | None = None
) -> Received:
    """Takes in points of a run that is on, paused, or over. Points are known by their time: twice is once.

    A run that is over is computed anew. Raises `UnknownRun`, `NotRecording` for a run of a file, and
    `Invalid` for points of another day.
    """
    run, settings = await run_with_settings(db, user_id, run_id)
    if run.source != APP:
        raise NotRecording("This run came from a file: it takes no more points.")
    now = now or datetime.now(UTC)
    _check(run, points, now)
    track, last = await _track(db, run)
    new = track.add(points)
    if len(track) > MAX_POINTS:
        raise NotRecording(f"This run has more than {MAX_POINTS:,} points already.")
    totals = track.totals(_until(run, now))
    if new and run.status == "completed":
        last = await add_samples(db, run, Samples.of(new))
        await compute_anew(db, run)
        await settle(db, user_id)
        await db.flush()
    elif new:
        last = await _keep(db, run, Samples.of(new), _noted(run, totals, settings))
    if last is not None:
        _remember(run, last, track)
    return Received(run, len(new), totals, settings)


async def live_totals(db: AsyncSession, run: Run, now: datetime | None = None) -> LiveTotals:
    """A run so far, at `now`. Raises `PointsDamaged`."""
    track, last = await _track(db, run)
    if last is not None:
        _remember(run, last, track)
    return track.totals(_until(run, now or datetime.now(UTC)))


async def compute_finished(db: AsyncSession, run: Run) -> ProcessedRun | None:
    """What a run that has just been finished comes to, computed from all its points and written; None when it
    has none that make a run. Raises `PointsDamaged`."""
    _tracks.pop(run.id, None)
    samples = await samples_of(db, run.id)
    if not len(samples):
        return None
    await put_together(db, run, samples)
    return await compute_anew(db, run, samples)


def forget(run_id: UUID | None = None) -> None:
    """Forgets the track of a run, or all, that was counted: it is counted anew from the database."""
    if run_id is None:
        _tracks.clear()
    else:
        _tracks.pop(run_id, None)


def _check(run: Run, points: Sequence[TrackPoint], now: datetime) -> None:
    for number, point in enumerate(points, start=1):
        if point.time > now + AHEAD:
            raise Invalid(f"Point {number} is in the future. Is the clock of the device right?", "points")
        if point.time < run.start_time - BEFORE:
            raise Invalid(f"Point {number} is from long before the run began.", "points")


async def _track(db: AsyncSession, run: Run) -> tuple[LiveTrack, int | None]:
    """The track of a run with all that is in the database, and the last row of it."""
    # Taken out: should the transaction fail, what it added must not be remembered.
    known = _tracks.pop(run.id, None)
    seen, track = (known.last, known.track) if known is not None else (None, None)
    if known is not None and known.changed_at == run.updated_at and known.track.start == run.start_time:
        known.track.set_pauses(_pauses(run))
        return known.track, known.last
    connection = await db.connection()
    rows = (await connection.execute(NEWER, {"run_id": run.id, "seen": -1 if seen is None else seen})).all()
    if track is None or track.start != run.start_time or not rows or rows[0].sequence != seen:
        if seen is not None:
            return await _track(db, run)
        track = LiveTrack(run.start_time)
    else:
        rows = rows[1:]
    track.set_pauses(_pauses(run))
    if rows:
        await asyncio.to_thread(_catch_up, track, [row.columns for row in rows])
        seen = rows[-1].sequence
    return track, seen


def _catch_up(track: LiveTrack, rows: Sequence[str]) -> None:
    track.add(joined(rows))


def _remember(run: Run, last: int, track: LiveTrack) -> None:
    _tracks[run.id] = Counted(last, track, run.updated_at if run.status != "completed" else None)
    while len(_tracks) > MAX_TRACKS:
        _tracks.popitem(last=False)


def _pauses(run: Run) -> list[Pause]:
    on = [Pause(run.paused_at, _END_OF_TIME)] if run.paused_at is not None else []
    return [*pauses_of(run), *on]


def _until(run: Run, now: datetime) -> datetime:
    return run.end_time or now


async def _keep(db: AsyncSession, run: Run, samples: Samples, noted: dict[str, Any]) -> int:
    """Keeps points and what the run has come to, in one statement; returns the `sequence` of their row."""
    connection = await db.connection()
    row = {"run_id": run.id, "user_id": run.user_id, **kept_row(samples), **noted}
    sequence, changed_at = (await connection.execute(KEEP, row)).one()
    for name, value in {**noted, "updated_at": changed_at}.items():
        set_committed_value(run, name, value)
    return int(sequence)


def _noted(run: Run, totals: LiveTotals, settings: RunnerSettings) -> dict[str, Any]:
    """What a run has come to so far, as its columns."""
    average, highest = totals.average_heart_rate, totals.max_heart_rate
    return {
        "distance_meters": totals.distance_meters,
        "avg_pace_min_per_km": totals.average_pace_min_per_km,
        "avg_heart_rate": None if average is None else round(average),
        "max_heart_rate": None if highest is None else round(highest),
        "elevation_gain_meters": totals.elevation_gain_meters,
        "auto_paused_at": totals.stood_since if settings.auto_pause and _pauses_itself(run) else None,
    }


def _pauses_itself(run: Run) -> bool:
    """Whether a run pauses while the athlete stands: not in a pause of their own, nor between repeats."""
    plan = planned(run.planned_workout)
    return run.status == "active" and not (plan and plan.segments)

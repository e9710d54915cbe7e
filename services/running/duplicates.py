"""Whether a run is here already, by time and shape: one run comes from several devices and apps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Run
from services.running.track import ProcessedRun
from services.running.track.geodesy import distance

SAME_START = timedelta(seconds=15)
SAME_METERS = 0.05
"""How much two devices differ over one distance."""
MIN_OVERLAP = 0.5
"""The share of the shorter run in which both were on."""
SIMILAR_METERS = 0.15
APART_METERS = 150.0
COMPARED = 25


async def same_run(
    db: AsyncSession, user_id: UUID, done: ProcessedRun, source: str, external_id: str
) -> Run | None:
    """The run of the athlete that `done` is, or None: the same recording; one that began within seconds and
    was as long; or one at the same time along the same route."""
    around = Run.start_time.between(done.start - timedelta(days=7), done.end) & (
        (Run.end_time >= done.start) | (Run.start_time >= done.start - SAME_START)
    )
    is_same_file = (Run.source == source) & (Run.external_id == external_id)
    query = select(Run).where(Run.user_id == user_id, or_(around, is_same_file)).order_by(Run.start_time)
    for run in await db.scalars(query):
        if (run.source, run.external_id) == (source, external_id) or _is_same(run, done):
            return run
    return None


def _is_same(run: Run, done: ProcessedRun) -> bool:
    if abs(run.start_time - done.start) <= SAME_START and _is_as_long(run, done, SAME_METERS):
        return True
    if _overlap(run, done) < MIN_OVERLAP:
        return False
    apart = _apart(run.route_data or [], done)
    return apart <= APART_METERS if apart is not None else _is_as_long(run, done, SIMILAR_METERS)


def _is_as_long(run: Run, done: ProcessedRun, tolerance: float) -> bool:
    if run.distance_meters is None:
        return False
    return abs(run.distance_meters - done.distance_meters) <= tolerance * max(
        run.distance_meters, done.distance_meters, 1.0
    )


def _overlap(run: Run, done: ProcessedRun) -> float:
    """The share of the shorter of two runs in which both were on."""
    if run.end_time is None:
        return 0.0
    both = (min(run.end_time, done.end) - max(run.start_time, done.start)).total_seconds()
    shorter = min((run.end_time - run.start_time).total_seconds(), done.elapsed_seconds)
    return both / shorter if shorter > 0 else 0.0


def _apart(route: list[dict[str, Any]], done: ProcessedRun) -> float | None:
    """How far apart two runs were at the same moments, in the median; None when one has no route."""
    mine = np.array([[p.time.timestamp(), p.latitude, p.longitude] for p in done.route]).reshape(-1, 3)
    theirs = np.array(
        [[_seconds(p["timestamp"]), p["lat"], p["lng"]] for p in route], dtype=np.float64
    ).reshape(-1, 3)
    if len(mine) < 2 or len(theirs) < 2:
        return None
    moments = np.linspace(max(mine[0, 0], theirs[0, 0]), min(mine[-1, 0], theirs[-1, 0]), COMPARED)
    places = [
        [np.interp(moments, one[:, 0], one[:, 1]), np.interp(moments, one[:, 0], one[:, 2])]
        for one in (mine, theirs)
    ]
    return float(
        np.median([distance(*place) for place in np.stack([*places[0], *places[1]], axis=1).tolist()])
    )


def _seconds(said: str) -> float:
    at = datetime.fromisoformat(said)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()

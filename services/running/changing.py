"""Runs put right afterwards: the kind, the shoes, and how far and long those were that were told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict, Invalid
from db.models import Run, RunPoints
from services.images import Images
from services.running.aftermath import settle
from services.running.limits import check_run
from services.running.live import pace
from services.running.records import told_efforts
from services.running.shoes import get_shoes

MEASURED = frozenset({"distance_meters", "duration_seconds"})


class Recorded(Conflict):
    """The run's distance and time come of its points."""


async def change_run(
    db: AsyncSession, user_id: UUID, run: Run, changes: Mapping[str, Any], images: Images
) -> Run:
    """Changes `run_type`, `surface_type`, `shoe_id`, `notes`, and of a run without points `distance_meters`
    and `duration_seconds`. Records and shoes follow.

    Raises `Recorded`, `UnknownShoes`, and `Invalid` for what nobody runs.
    """
    if shoe_id := changes.get("shoe_id"):
        await get_shoes(db, user_id, shoe_id)
    images.before(
        run, *changes, "moving_seconds", "avg_pace_min_per_km", "best_efforts", "distance_meters", "shoe_id"
    )
    for name, value in changes.items():
        setattr(run, name, value)
    if MEASURED & changes.keys():
        await _measure(db, run)
    await db.flush()
    await settle(db, user_id)
    return run


async def _measure(db: AsyncSession, run: Run) -> None:
    has_points = await db.scalar(select(exists().where(RunPoints.run_id == run.id)))
    if run.status != "completed" or run.end_time is None or has_points:
        raise Recorded("How far and how long this run was is known from its points.")
    if problem := check_run(run.distance_meters, run.duration_seconds):
        raise Invalid(problem, "distance_meters")
    run.moving_seconds = run.duration_seconds
    run.avg_pace_min_per_km = pace(run.distance_meters, run.duration_seconds)
    run.best_efforts = told_efforts(run.distance_meters, run.duration_seconds, run.end_time)

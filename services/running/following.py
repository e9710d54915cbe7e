"""A run that is on, as those who accompany it see it: how far it has come, and what was planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.models import DistanceUnit, Run
from services.running.cues import Cues, Reached
from services.running.live import live_run, moving_seconds
from services.running.matching import matched
from services.running.plans import Plan, planned
from services.running.points import samples_of
from services.running.receiving import live_totals
from services.running.store import SPLIT_METERS, pauses_of
from services.running.track import LiveTotals


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A run that is on, and what it has come to."""

    run: Run
    plan: Plan | None
    totals: LiveTotals

    def reached(self, unit: DistanceUnit) -> Reached:
        """How far the run has come, as cues see it."""
        splits = self.totals.kilometers if unit == "km" else self.totals.miles
        pace = self.totals.average_pace_min_per_km
        return Reached(
            self.totals.distance_meters,
            moving_seconds(self.run, self.totals.at),
            [one.duration_seconds for one in splits],
            SPLIT_METERS[unit],
            60 * pace if pace is not None else None,
            None if self.run.status == "paused" else self.run.auto_paused_at is not None,
        )


async def look(db: AsyncSession, user_id: UUID, now: datetime | None = None) -> OnTheWay | None:
    """The run that is on, at `now`; None when none is."""
    run = await live_run(db, user_id)
    if run is None:
        return None
    totals = await live_totals(db, run, now or datetime.now(UTC))
    return OnTheWay(run, planned(run.planned_workout), totals)


async def cues_from_here(db: AsyncSession, found: OnTheWay, unit: DistanceUnit) -> Cues:
    """The cues of a run from now on: segments that are over are found in its points."""
    now = found.reached(unit)
    if found.plan is None or not found.plan.segments:
        return Cues(found.plan, now)
    run = found.run
    samples = await samples_of(db, run.id)
    stretches = matched(found.plan.segments, samples, pauses_of(run), run.start_time)
    if not stretches:
        return Cues(found.plan, now)
    last = stretches[-1]
    if last.is_whole:  # the last of all
        return Cues(found.plan, now, len(stretches))
    return Cues(found.plan, now, len(stretches) - 1, (last.meters, last.seconds))

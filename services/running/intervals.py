"""Intervals of a run that is over: what was planned beside what was run."""

from __future__ import annotations

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Run, RunInterval
from services.running.matching import matched, worth_keeping
from services.running.plans import Plan
from services.running.points import samples_of
from services.running.store import pauses_of

KILOMETER = 1000.0


async def write_intervals(db: AsyncSession, run: Run, plan: Plan) -> None:
    """Finds the planned segments in the points of a run, and writes them in place of what it had.

    Paces are minutes per kilometre, over the time on the clock without pauses.
    """
    samples = await samples_of(db, run.id)
    stretches = worth_keeping(matched(plan.segments, samples, pauses_of(run), run.start_time))
    await db.execute(delete(RunInterval).where(RunInterval.run_id == run.id))
    rows = []
    for number, one in enumerate(stretches, start=1):
        target = one.segment.target_pace
        rows.append(
            {
                "run_id": run.id,
                "interval_number": number,
                "interval_type": one.segment.type,
                "target_pace": target / 60 if target is not None else None,
                "actual_pace": one.ran_seconds / 60 / (one.ran_meters / KILOMETER)
                if one.ran_meters
                else None,
                "distance_meters": round(one.ran_meters, 1),
                "duration_seconds": round(one.ran_seconds),
                "avg_heart_rate": one.heart_rate,
            }
        )
    if rows:
        await db.execute(insert(RunInterval), rows)

"""Running records: the fastest time over each distance that records are kept of, when it was run.

They follow the best efforts of finished runs, in the order in which they were run: a run that is edited,
deleted or entered late changes what came after it. Times are whole seconds, on the wall's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import DistanceType, Run, RunningPr
from services.paging import PageRequest, Slice, Sort, fetch_slice
from services.running.track.result import METERS, BestEffort
from services.running.vdot import MIN_SECONDS, vdot

PRS = cast(Table, RunningPr.__table__)
SORTS = {
    "-achieved_at": Sort((RunningPr.achieved_at, RunningPr.id), descending=True),
    "achieved_at": Sort((RunningPr.achieved_at, RunningPr.id)),
}
LONGER = 1.01
"""A run without points counts for a distance if it is no more than a hundredth longer: all of its time."""


@dataclass(frozen=True, slots=True)
class Effort:
    """A time over a distance, in a run."""

    distance_type: DistanceType
    seconds: int
    at: datetime
    run_id: UUID


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that a run has set; `improvement_seconds` over the one before, if there was one."""

    distance_type: DistanceType
    seconds: int
    improvement_seconds: int | None


def kept_efforts(efforts: Iterable[BestEffort]) -> dict[str, Any] | None:
    """Best efforts as `runs.best_efforts` keeps them."""
    kept: dict[str, Any] = {
        one.distance_type: {"seconds": round(one.time_seconds, 1), "at": one.end.isoformat()}
        for one in efforts
    }
    return kept or None


def told_efforts(
    distance_meters: float | None, seconds: float | None, ended_at: datetime
) -> dict[str, Any] | None:
    """The effort of a run of which only distance and time are known, for the distance that it was."""
    if not distance_meters or not seconds:
        return None
    at = ended_at.isoformat()
    told: dict[str, Any] = {
        kind: {"seconds": seconds, "at": at}
        for kind, meters in METERS.items()
        if meters - 0.5 <= distance_meters <= LONGER * meters
    }
    return told or None


def efforts_of(run_id: UUID, kept: Mapping[str, Any] | None) -> list[Effort]:
    """The efforts that a run's row keeps."""
    return [
        Effort(kind, round(one["seconds"]), datetime.fromisoformat(one["at"]), run_id)
        for kind in METERS
        if (one := (kept or {}).get(kind)) is not None and one["seconds"] >= 1
    ]


async def follow(db: AsyncSession, user_id: UUID, run: Run) -> list[NewRecord]:
    """The records that a run which has just ended sets; they are kept.

    A run that is not the newest may change what came after it: then all are looked at again.
    """
    efforts = efforts_of(run.id, run.best_efforts)
    if not efforts:
        return []
    rows = (await db.execute(select(PRS).where(PRS.c.user_id == user_id))).mappings().all()
    if any(row["achieved_at"] >= one.at for row in rows for one in efforts):
        await recompute(db, user_id)
        return await _set_by(db, run.id)
    best: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if (
            row["distance_type"] not in best
            or row["time_seconds"] < best[row["distance_type"]]["time_seconds"]
        ):
            best[row["distance_type"]] = dict(row)
    new = [
        _row(user_id, one, best.get(one.distance_type))
        for one in efforts
        if one.distance_type not in best or one.seconds < best[one.distance_type]["time_seconds"]
    ]
    if new:
        await db.execute(insert(PRS), new)
    return [NewRecord(row["distance_type"], row["time_seconds"], row["improvement_seconds"]) for row in new]


async def recompute(db: AsyncSession, user_id: UUID) -> None:
    """Puts the records right after runs were changed, deleted, brought in or put back."""
    query = select(Run.id, Run.best_efforts).where(
        Run.user_id == user_id, Run.status == "completed", Run.best_efforts.is_not(None)
    )
    efforts = [effort for key, kept in await db.execute(query) for effort in efforts_of(key, kept)]
    rows = (await db.execute(select(PRS).where(PRS.c.user_id == user_id))).mappings().all()
    there = {(row["distance_type"], row["achieved_at"]): dict(row) for row in rows}
    wanted: list[dict[str, Any]] = []
    for kind in METERS:
        before: dict[str, Any] | None = None
        for one in sorted((e for e in efforts if e.distance_type == kind), key=lambda e: (e.at, e.seconds)):
            if before is not None and one.seconds >= before["time_seconds"]:
                continue
            if before is not None and one.at == before["achieved_at"]:
                continue  # the same moment told twice: the fastest of them came first
            before = _row(user_id, one, before, there.get((kind, one.at)))
            wanted.append(before)
    await _bring_to(db, there, wanted)


async def _bring_to(
    db: AsyncSession, there: Mapping[tuple[str, datetime], dict[str, Any]], wanted: list[dict[str, Any]]
) -> None:
    """Changes the rows that are `there` into those that are `wanted`, and leaves alone what is right."""
    kept = {row["id"] for row in wanted}
    gone = [row["id"] for row in there.values() if row["id"] not in kept]
    by_id = {row["id"]: row for row in there.values()}
    if gone:
        await db.execute(update(PRS).where(PRS.c.previous_pr_id.in_(gone)).values(previous_pr_id=None))
        await db.execute(delete(PRS).where(PRS.c.id.in_(gone)))
    for row in wanted:
        old = by_id.get(row["id"])
        if old is None:
            await db.execute(insert(PRS), [row])
        elif (
            any(old[name] != row[name] for name in row if name != "pace_min_per_km")
            or row["previous_pr_id"] in gone
        ):
            await db.execute(update(PRS).where(PRS.c.id == row["id"]).values(row))


def _row(
    user_id: UUID, one: Effort, before: Mapping[str, Any] | None, there: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "id": there["id"] if there else uuid4(),
        "user_id": user_id,
        "run_id": one.run_id,
        "distance_type": one.distance_type,
        "time_seconds": one.seconds,
        "pace_min_per_km": one.seconds / 60 / (METERS[one.distance_type] / 1000),
        "achieved_at": one.at,
        "previous_pr_id": before["id"] if before else None,
        "improvement_seconds": before["time_seconds"] - one.seconds if before else None,
    }


async def _set_by(db: AsyncSession, run_id: UUID) -> list[NewRecord]:
    rows = await db.scalars(select(RunningPr).where(RunningPr.run_id == run_id))
    return [NewRecord(row.distance_type, row.time_seconds, row.improvement_seconds) for row in rows]


async def standing(
    db: AsyncSession, user_id: UUID, distance_type: DistanceType | None = None
) -> list[RunningPr]:
    """The records that stand, shortest distance first."""
    query = select(RunningPr).where(RunningPr.user_id == user_id)
    if distance_type is not None:
        query = query.where(RunningPr.distance_type == distance_type)
    best: dict[str, RunningPr] = {}
    for row in await db.scalars(query.order_by(RunningPr.time_seconds)):
        best.setdefault(row.distance_type, row)
    return [best[kind] for kind in METERS if kind in best]


async def list_history(
    db: AsyncSession, user_id: UUID, distance_type: DistanceType | None, page: PageRequest
) -> Slice[tuple[RunningPr]]:
    """Every record when it was set. Raises `InvalidCursor`."""
    query = select(RunningPr).where(RunningPr.user_id == user_id)
    if distance_type is not None:
        query = query.where(RunningPr.distance_type == distance_type)
    return await fetch_slice(db, query, SORTS, page)


async def best_race(db: AsyncSession, user_id: UUID) -> tuple[float, int] | None:
    """The record with the highest VDOT, in metres and seconds; None without one of a mile or more."""
    rows = [row for row in await standing(db, user_id) if row.distance_type != "1k"]
    races = [(METERS[row.distance_type], row.time_seconds) for row in rows if row.time_seconds >= MIN_SECONDS]
    return max(races, key=lambda race: vdot(*race), default=None)

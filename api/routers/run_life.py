"""A run by the app: started, paused, gone on with, finished, logged, put right. The voice does the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from api.calls import ChangeCall, PostCall, Write
from api.models import Input, Moment, Note, not_given
from api.routing import api_router
from api.schemas.runs import RunItem
from core.errors import Conflict
from db.models import Run
from db.models.running import RunType, SurfaceType
from services.running import live
from services.running.changing import change_run
from services.running.limits import MAX_METERS, MAX_PACE, MAX_SECONDS, MIN_METERS, MIN_PACE, check_run
from services.running.live import RunIsOn
from services.running.plans import Intervals, Plan
from services.running.store import get_run
from services.workouts.sessions import check_time

router = api_router("/runs", "runs")

Distance = Annotated[float, Field(ge=MIN_METERS, le=MAX_METERS)]
Duration = Annotated[int, Field(ge=10, le=int(MAX_SECONDS))]


class NewRun(Input):
    """A run to start now, and what it is to be. `target_pace` is seconds a kilometre."""

    run_type: RunType | None = None
    surface_type: SurfaceType | None = None
    distance_meters: Distance | None = None
    duration_seconds: Duration | None = None
    target_pace: Annotated[float, Field(ge=MIN_PACE, le=MAX_PACE)] | None = None
    intervals: Intervals | None = None


class PastRun(Input):
    """A run that is over, and was not recorded. Left out, it ended just now."""

    distance_meters: Distance | None = None
    duration_seconds: Duration | None = None
    run_type: RunType | None = None
    surface_type: SurfaceType | None = None
    end_time: Moment | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.distance_meters is None and self.duration_seconds is None:
            raise ValueError("Say how far it was, or how long it took.")
        if problem := check_run(self.distance_meters, self.duration_seconds):
            raise ValueError(problem)
        return self


class RunChange(Input):
    """What to change of a run; what is left out stays. Distance and time only of runs without points."""

    run_type: RunType | None = None
    surface_type: SurfaceType | None = None
    shoe_id: Annotated[UUID | None, Field(strict=False)] = None
    notes: Note | None = None
    distance_meters: Distance = Field(default_factory=not_given)
    duration_seconds: Duration = Field(default_factory=not_given)


@router.post("", status_code=HTTPStatus.CREATED)
async def start_run(new: NewRun, call: PostCall) -> RunItem:
    """Starts a run; 409 when one is on already."""

    async def start(write: Write) -> RunItem:
        if await live.live_run(write.db, write.athlete_id) is not None:
            raise RunIsOn("A run is on already. Finish it first.")
        plan = Plan.of(new.distance_meters, new.duration_seconds, new.target_pace, new.intervals)
        kind = new.run_type or ("intervals" if new.intervals else None)
        run = await live.start_run(write.db, write.athlete_id, write.images, plan, kind, new.surface_type)
        return await _item(write.db, run)

    return await call.once("start_run", new, RunItem, start)


@router.post("/log", status_code=HTTPStatus.CREATED)
async def log_run(new: PastRun, call: PostCall) -> RunItem:
    """Enters a run that is over."""
    check_time("end_time", new.end_time)

    async def log(write: Write) -> RunItem:
        done = await live.log_run(
            write.db,
            write.athlete_id,
            write.images,
            ended_at=new.end_time,
            **new.model_dump(exclude={"end_time"}),
        )
        return await _item(write.db, done.run)

    return await call.once("log_run", new, RunItem, log)


@router.post("/{run_id}/pause")
async def pause_run(run_id: UUID, call: PostCall) -> RunItem:
    """Pauses a run; one that is paused stays so."""
    return await _change_live("pause_run", run_id, call, _paused)


@router.post("/{run_id}/resume")
async def resume_run(run_id: UUID, call: PostCall) -> RunItem:
    """Goes on with a run; one that is not paused goes on anyway."""
    return await _change_live("resume_run", run_id, call, _resumed)


@router.post("/{run_id}/finish")
async def finish_run(run_id: UUID, call: PostCall) -> RunItem:
    """Finishes a run: distance, splits, intervals and records are computed from all its points."""
    return await _change_live("finish_run", run_id, call, _finished)


@router.patch("/{run_id}")
async def change(run_id: UUID, change: RunChange, call: ChangeCall) -> RunItem:
    """Puts a run right."""

    async def apply(write: Write) -> RunItem:
        run = await get_run(write.db, write.athlete_id, run_id, lock=True)
        call.check_is(await _item(write.db, run))
        changes = {name: getattr(change, name) for name in change.model_fields_set}
        return await _item(write.db, await change_run(write.db, write.athlete_id, run, changes, write.images))

    return await call.once_changed("change_run", change, RunItem, apply)


async def _paused(write: Write, run: Run, now: datetime) -> None:
    await live.pause_run(write.db, run, write.images, now)


async def _resumed(write: Write, run: Run, now: datetime) -> None:
    await live.resume_run(write.db, run, write.images, now)


async def _finished(write: Write, run: Run, now: datetime) -> None:
    await live.finish_run(write.db, run, write.images, now)


async def _change_live(
    tool: str, run_id: UUID, call: PostCall, effect: Callable[[Write, Run, datetime], Awaitable[None]]
) -> RunItem:
    async def apply(write: Write) -> RunItem:
        run = await get_run(write.db, write.athlete_id, run_id, lock=True)
        if run.status == "completed":
            raise Conflict("This run is over.")
        await effect(write, run, datetime.now(UTC))
        return await _item(write.db, run)

    return await call.once(tool, None, RunItem, apply)


async def _item(db: AsyncSession, run: Run) -> RunItem:
    await db.flush()
    await db.refresh(run, list(RunItem.model_fields))
    return RunItem.of(run)

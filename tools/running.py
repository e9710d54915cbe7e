"""The running tools: a run's life by voice, and runs that are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from db.models import DistanceUnit, Run
from db.models.running import RunType, SurfaceType
from services.running import live
from services.running.following import OnTheWay, look
from services.running.limits import MAX_PACE, MIN_PACE, check_run
from services.running.live import Finished, NoRun
from services.running.plans import Intervals, Plan, planned
from tools.base import Arguments, NoArguments, Question, Read, Tool, ToolResult, Write
from tools.run_phrases import METERS, record_words, run_words, started_words, status_words, worn_words
from tools.views import OfferView, RunView

MAX_DAYS_AGO = 366
SOME = 50.0
"""Metres of a split from which on its pace means something."""


class StartRun(Arguments):
    run_type: RunType | None = None
    distance_meters: Annotated[float | None, Field(description="How far it is to be.")] = None
    duration_seconds: Annotated[float | None, Field(description="How long it is to be.")] = None
    target_pace: Annotated[float | None, Field(description="Seconds a kilometre.")] = None
    intervals: Intervals | None = None
    surface_type: SurfaceType | None = None


class LogRun(Arguments):
    distance_meters: float | None = None
    duration_seconds: float | None = None
    run_type: RunType | None = None
    surface_type: SurfaceType | None = None
    days_ago: Annotated[int, Field(ge=0, le=MAX_DAYS_AGO, description="1 for yesterday.")] = 0


async def start_run(write: Write, args: StartRun) -> ToolResult:
    if write.snapshot.run is not None:
        raise Question("A run is on already. Shall I finish it?", OfferView(tool="finish_run"))
    if question := check_run(args.distance_meters, args.duration_seconds):
        raise Question(question)
    if args.target_pace is not None and not MIN_PACE <= args.target_pace <= MAX_PACE:
        raise Question("That pace can't be right. What pace do you want to run?")
    plan = Plan.of(args.distance_meters, args.duration_seconds, args.target_pace, args.intervals)
    workout = write.snapshot.workout
    run = await live.start_run(
        write.db,
        write.athlete_id,
        write.images,
        plan,
        args.run_type or ("intervals" if args.intervals else None),
        args.surface_type,
        workout.id if workout else None,
    )
    words = started_words(plan, run.run_type, write.snapshot.distance_unit)
    return ToolResult(tool="start_run", say=words, run=view(run, run.start_time))


async def pause_run(write: Write, _: NoArguments) -> ToolResult:
    run = await _live(write)
    now = datetime.now(UTC)
    changed = await live.pause_run(write.db, run, write.images, now)
    return ToolResult(
        tool="pause_run", say="Paused." if changed else "The run is paused already.", run=view(run, now)
    )


async def resume_run(write: Write, _: NoArguments) -> ToolResult:
    run = await _live(write)
    now = datetime.now(UTC)
    changed = await live.resume_run(write.db, run, write.images, now)
    is_on = "It goes on when you move." if run.auto_paused_at else "The run is on already."
    return ToolResult(tool="resume_run", say="Going on." if changed else is_on, run=view(run, now))


async def finish_run(write: Write, _: NoArguments) -> ToolResult:
    run = await _live(write)
    done = await live.finish_run(write.db, run, write.images)
    words = run_words(run.distance_meters, run.moving_seconds, write.snapshot.distance_unit)
    return _over("finish_run", f"Done. {words}.", done, write)


async def log_run(write: Write, args: LogRun) -> ToolResult:
    if args.distance_meters is None and args.duration_seconds is None:
        raise Question("How far did you run, and how long did it take?")
    if question := check_run(args.distance_meters, args.duration_seconds):
        raise Question(question)
    now = datetime.now(UTC)
    done = await live.log_run(
        write.db,
        write.athlete_id,
        write.images,
        ended_at=now - timedelta(days=args.days_ago),
        **args.model_dump(exclude={"days_ago"}),
    )
    words = run_words(args.distance_meters, args.duration_seconds, write.snapshot.distance_unit)
    return _over("log_run", f"{words}.", done, write)


def _over(tool: str, words: str, done: Finished, write: Write) -> ToolResult:
    unit = write.snapshot.distance_unit
    said = " ".join(filter(None, (words, record_words(done.records), worn_words(done.shoes, unit))))
    return ToolResult(tool=tool, say=said, run=view(done.run, datetime.now(UTC)))


async def get_run_status(read: Read, _: NoArguments) -> ToolResult:
    unit = read.snapshot.distance_unit
    found = await look(read.db, read.athlete_id) if read.snapshot.run else None
    if found is None:
        return ToolResult(tool="get_run_status", say="No run is on.")
    now = on_the_way(found, unit)
    return ToolResult(tool="get_run_status", say=status_words(now, unit), run=now)


def on_the_way(found: OnTheWay, unit: DistanceUnit) -> RunView:
    """A run that is on, with its pace now and the split that is being run."""
    totals = found.totals
    splits = totals.kilometers if unit == "km" else totals.miles
    run = view(found.run, totals.at)
    if not totals.distance_meters:
        return run
    split_meters = totals.distance_meters - len(splits) * METERS[unit]
    split_seconds = totals.timer_seconds - sum(one.duration_seconds for one in splits)
    return run.model_copy(
        update={
            "distance_meters": round(totals.distance_meters, 1),
            "moving_seconds": round(totals.moving_seconds),
            "is_moving": totals.is_moving,
            "average_pace": _seconds(totals.average_pace_min_per_km),
            "current_pace": _seconds(totals.current_pace_min_per_km),
            "heart_rate": round(totals.heart_rate) if totals.heart_rate is not None else None,
            "split": len(splits) + 1,
            "split_pace": _seconds(live.pace(split_meters, split_seconds)) if split_meters > SOME else None,
        }
    )


def _seconds(minutes: float | None) -> float | None:
    return round(60 * minutes, 1) if minutes is not None else None


def view(run: Run, at: datetime) -> RunView:
    """The run as tools report it at `at`."""
    known = run.status != "completed" or run.duration_seconds is not None
    moving = live.moving_seconds(run, at) if run.status != "completed" else run.moving_seconds
    pace = live.pace(run.distance_meters, moving)
    return RunView(
        id=run.id,
        status=run.status,
        start_time=run.start_time,
        elapsed_seconds=round(live.elapsed_seconds(run, at)) if known else None,
        moving_seconds=round(moving) if moving is not None else None,
        auto_paused_at=run.auto_paused_at,
        distance_meters=run.distance_meters,
        average_pace=60 * pace if pace is not None else None,
        run_type=run.run_type,
        surface_type=run.surface_type,
        plan=planned(run.planned_workout),
    )


async def _live(write: Write) -> Run:
    if write.snapshot.run is None:
        raise NoRun
    return await live.the_live_run(write.db, write.athlete_id)


TOOLS: list[Tool[Any]] = [
    Tool(
        "start_run", "Start a run, planned by kind, distance, time, pace or intervals.", StartRun, start_run
    ),
    Tool("pause_run", "Pause the run.", NoArguments, pause_run),
    Tool("resume_run", "Go on with the run.", NoArguments, resume_run),
    Tool("finish_run", "Finish and save the run.", NoArguments, finish_run),
    Tool("get_run_status", "How the run goes: distance, time, pace.", NoArguments, read=get_run_status),
    Tool("log_run", "Log a run that is over.", LogRun, log_run),
]

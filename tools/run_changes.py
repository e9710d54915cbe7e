"""Runs put right, thrown away and given up, by voice. All of it can be taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from db.models import Run
from db.models.running import RunType, SurfaceType
from services import clock
from services.running import deleting, following, live
from services.running.changing import change_run
from services.running.limits import check_run
from services.running.live import NoRun
from services.running.store import get_run
from tools.base import Arguments, Question, Tool, ToolResult, Write
from tools.run_phrases import SURFACE_WORDS, TYPE_WORDS, distance_words, run_words, time_words
from tools.running import view
from tools.views import OfferView

SOME_METERS, SOME_SECONDS = 100.0, 120.0
"""Who has run so far, or so long, is asked before it is thrown away."""


class CorrectRun(Arguments):
    distance_meters: float | None = None
    duration_seconds: float | None = None
    run_type: RunType | None = None
    surface_type: SurfaceType | None = None


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class DeleteRun(Arguments):
    day: Annotated[
        Literal["today", "yesterday"] | Weekday | None,
        Field(description="When it was run, if they say so; a weekday is the last one that is over."),
    ] = None


class CancelRun(Arguments):
    confirmed: Annotated[bool, Field(description="They were asked, and said yes.")] = False


async def correct_run(write: Write, args: CorrectRun) -> ToolResult:
    changes: dict[str, Any] = args.model_dump(exclude_none=True)
    if not changes:
        raise Question("What should I change, the distance or the time?")
    if "duration_seconds" in changes:
        changes["duration_seconds"] = round(changes["duration_seconds"])
    run = await _last(write, "correct")
    meters = changes.get("distance_meters", run.distance_meters)
    if problem := check_run(meters, changes.get("duration_seconds", run.duration_seconds)):
        raise Question(problem)
    run = await change_run(write.db, write.athlete_id, run, changes, write.images)
    words = _words(write, run)
    kind = TYPE_WORDS.get(args.run_type or "") or SURFACE_WORDS.get(args.surface_type or "")
    if kind is not None:
        words = f"{words}, {kind.lower()}"
    return ToolResult(tool="correct_run", say=f"Changed to {words}.", run=view(run, datetime.now(UTC)))


async def delete_run(write: Write, args: DeleteRun) -> ToolResult:
    run = await (_only(write, args.day) if args.day else _last(write, "delete"))
    words = _words(write, run)
    seen = view(run, datetime.now(UTC))
    await deleting.delete_run(write.db, run, write.images)
    return ToolResult(tool="delete_run", say=f"Deleted {words}.", run=seen)


async def cancel_run(write: Write, args: CancelRun) -> ToolResult:
    now = datetime.now(UTC)
    found = await following.look(write.db, write.athlete_id, now)
    if found is None:
        last = await deleting.newest_run(write.db, write.athlete_id)
        if last is None:
            raise NoRun
        offer = OfferView(tool="delete_run")
        raise Question(f"No run is on. Shall I delete the last one, {_words(write, last)}?", offer)
    run = await get_run(write.db, write.athlete_id, found.run.id, lock=True)
    meters, seconds = found.totals.distance_meters, live.moving_seconds(run, now)
    if not args.confirmed and (meters >= SOME_METERS or seconds >= SOME_SECONDS):
        unit = write.snapshot.distance_unit
        done = distance_words(meters, unit) if meters >= SOME_METERS else f"{time_words(seconds)} of a run"
        offer = OfferView(tool="cancel_run", args={"confirmed": True})
        raise Question(f"Throw away {done}?", offer)
    seen = view(run, now)
    await deleting.delete_run(write.db, run, write.images)
    return ToolResult(tool="cancel_run", say="Run cancelled, nothing saved.", run=seen)


async def _last(write: Write, what: str) -> Run:
    """The run that the conversation is about, or the athlete's newest."""
    known = write.context.memory.run
    run = await deleting.newest_run(write.db, write.athlete_id, known.id if known else None)
    if run is None:
        raise Question(f"There is no run to {what}. How far did you run, and how long did it take?")
    return run


async def _only(write: Write, named: str) -> Run:
    """The one run of a day."""
    zone = await clock.athletes_zone(write.db, write.athlete_id)
    day = _day(named, clock.today_in(zone))
    runs = await deleting.runs_of_day(write.db, write.athlete_id, day, zone)
    when = named if named in ("today", "yesterday") else f"on {named.capitalize()}"
    if not runs:
        raise Question(f"There is no run {when}. Which one should I delete?")
    if len(runs) > 1:
        each = ", and ".join(_words(write, run) for run in runs)
        raise Question(f"You ran {len(runs)} times {when}: {each}. Which one? Delete it in the list of runs.")
    return runs[0]


def _day(named: str, today: date) -> date:
    """The date of "today", "yesterday", or of the last such weekday before today."""
    if named in ("today", "yesterday"):
        return today - timedelta(days=named == "yesterday")
    back = (today.weekday() - get_args(Weekday).index(named)) % 7
    return today - timedelta(days=back or 7)


def _words(write: Write, run: Run) -> str:
    seconds = run.moving_seconds or run.duration_seconds
    words = run_words(run.distance_meters, seconds, write.snapshot.distance_unit)
    return f"{words[:1].lower()}{words[1:]}"


TOOLS: list[Tool[Any]] = [
    Tool(
        "correct_run", "Change the distance, time or kind of the run that was logged last.", CorrectRun,
        correct_run,
    ),
    Tool("delete_run", "Delete the run that was logged last, or that of a day.", DeleteRun, delete_run),
    Tool("cancel_run", "End the run that is on without saving it.", CancelRun, cancel_run),
]  # fmt: skip

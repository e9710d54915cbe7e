"""The running tools that look something up: records, totals, predictions, training paces."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from db.models import DistanceType
from services import clock
from services.running import records, totals, vdot
from services.running.totals import Period
from services.running.track.result import METERS
from tools.base import Arguments, Question, Read, Tool, ToolResult
from tools.lookup_phrases import day_words
from tools.phrases import plural
from tools.run_phrases import DISTANCE_NAMES, KILOMETER, distance_words, pace_words, time_words, unit_of

PERIOD_WORDS: dict[Period, str] = {
    "today": "today", "week": "this week", "month": "this month", "year": "this year", "all": "in all",
}  # fmt: skip
Kind = Literal["easy", "marathon", "threshold", "interval", "repetition"]


class OfDistance(Arguments):
    distance: Annotated[DistanceType | None, Field(description="Left out, all of them.")] = None


class OfPeriod(Arguments):
    period: Period = "week"


class OfRace(Arguments):
    distance_meters: float


class OfKind(Arguments):
    kind: Annotated[Kind | None, Field(description="Left out, all of them.")] = None


async def get_running_records(read: Read, args: OfDistance) -> ToolResult:
    tool = "get_running_records"
    standing = await records.standing(read.db, read.athlete_id, args.distance)
    if not standing:
        what = f"a {DISTANCE_NAMES[args.distance]}" if args.distance else "a run over a record distance"
        return ToolResult(tool=tool, say=f"There is no time for {what} yet.")
    unit = read.snapshot.distance_unit
    if args.distance is None:
        words = ", ".join(
            f"{DISTANCE_NAMES[one.distance_type]} {time_words(one.time_seconds)}" for one in standing
        )
        return ToolResult(tool=tool, say=f"{words[:1].upper()}{words[1:]}.")
    zone = await clock.athletes_zone(read.db, read.athlete_id)
    best = standing[0]
    when = day_words(best.achieved_at.astimezone(zone).date(), clock.today_in(zone))
    pace = pace_words(best.time_seconds * KILOMETER / METERS[best.distance_type], unit)
    return ToolResult(tool=tool, say=f"{time_words(best.time_seconds)}, {pace}, {when}.")


async def get_running_totals(read: Read, args: OfPeriod) -> ToolResult:
    zone = await clock.athletes_zone(read.db, read.athlete_id)
    found = await totals.totals(read.db, read.athlete_id, args.period, clock.today_in(zone), zone)
    when = PERIOD_WORDS[args.period]
    if not found.runs:
        return ToolResult(tool="get_running_totals", say=f"No runs {when}.")
    unit = read.snapshot.distance_unit
    far = (
        distance_words(found.distance_meters, unit)
        if found.distance_meters
        else time_words(found.moving_seconds)
    )
    return ToolResult(tool="get_running_totals", say=f"{far} {when}, in {plural(found.runs, 'run')}.")


async def predict_race(read: Read, args: OfRace) -> ToolResult:
    if not vdot.MIN_METERS <= args.distance_meters <= vdot.MAX_METERS:
        raise Question("I can predict races of 800 meters to 100 kilometers. How far is it?")
    race = await records.best_race(read.db, read.athlete_id)
    if race is None:
        return ToolResult(tool="predict_race", say="Log a race or a fast mile first, then I can tell.")
    seconds = vdot.predict("vdot", *race, args.distance_meters)
    unit = unit_of(args.distance_meters, read.snapshot.distance_unit)
    pace = pace_words(seconds * KILOMETER / args.distance_meters, unit)
    return ToolResult(
        tool="predict_race", say=f"About {time_words(seconds)}, {pace}, going by {_basis(race)}."
    )


async def get_training_paces(read: Read, args: OfKind) -> ToolResult:
    race = await records.best_race(read.db, read.athlete_id)
    if race is None:
        return ToolResult(tool="get_training_paces", say="Log a race or a fast mile first, then I can tell.")
    paces = vdot.training_paces(vdot.vdot(*race))
    unit = read.snapshot.distance_unit

    def said(kind: Kind) -> str:
        if kind == "easy":
            slow = pace_words(paces.easy_slow, unit)
            return f"easy {pace_words(paces.easy_fast, unit).partition(' ')[0]} to {slow}"
        return f"{kind} {pace_words(getattr(paces, kind), unit)}"

    kinds: tuple[Kind, ...] = (args.kind,) if args.kind else ("easy", "threshold", "interval")
    words = ", ".join(said(kind) for kind in kinds)
    return ToolResult(
        tool="get_training_paces", say=f"{words[:1].upper()}{words[1:]}, going by {_basis(race)}."
    )


def _basis(race: tuple[float, int]) -> str:
    meters, seconds = race
    kind = next(one for one, length in METERS.items() if length == meters)
    return f"your {DISTANCE_NAMES[kind]} of {time_words(seconds)}"


TOOLS: list[Tool[Any]] = [
    Tool("get_running_records", "The athlete's fastest times.", OfDistance, read=get_running_records),
    Tool("get_running_totals", "How far the athlete has run in a while.", OfPeriod, read=get_running_totals),
    Tool("predict_race", "A race time to expect, by VDOT from the records.", OfRace, read=predict_race),
    Tool(
        "get_training_paces", "Paces to train at, by VDOT from the records.", OfKind, read=get_training_paces
    ),
]

"""The strength tools that work something out: an estimated maximum, the plates on a bar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from core.units import convert_weight, spoken_number
from services import records
from services.exercises.catalogue import Exercise
from services.limits import check_reps, check_weight
from services.strength import BARS, MAX_REPS, PLATES, BarLoad, estimate_one_rep_max, load_bar
from tools.base import Arguments, ExerciseWords, Question, Read, Tool, ToolResult, set_views
from tools.lookup_phrases import in_unit, no_maximum, plates_words
from tools.phrases import UNIT_WORDS, exercise_words, set_words
from tools.reading import asked_exercise, when
from tools.strength import Unit
from tools.views import EstimateView, LoadView, PlatesView

HEAVIEST_BAR = 150
"""In either unit: what is loaded by hand weighs less when it is empty."""


class EstimateOneRepMax(Arguments):
    exercise: ExerciseWords = None
    weight: Annotated[float | None, Field(description="With `reps`: the set to go by, done or not.")] = None
    reps: int | None = None
    unit: Unit = None


class CalculatePlates(Arguments):
    weight: Annotated[float, Field(description="Of the bar with all that is on it.")]
    unit: Unit = None
    bar_weight: Annotated[float | None, Field(description="Left out, 45 lb or 20 kg.")] = None


async def estimate_one_rep_max_of(read: Read, args: EstimateOneRepMax) -> ToolResult:
    exercise = asked_exercise(read, args.exercise)
    if args.weight is not None or args.reps is not None:
        return _estimate_from(read, args, exercise)
    if exercise is None:
        raise Question("For which exercise, or from what weight and reps?")
    tool = "estimate_one_rep_max"
    if exercise.measure != "weight_reps":
        return ToolResult(tool=tool, say=no_maximum(exercise))
    found = await records.estimated_maximum(read.db, read.athlete_id, exercise.id, datetime.now(UTC))
    if found is None:
        return ToolResult(
            tool=tool,
            say=f"No {exercise_words(exercise)} to go by yet. It takes a set of {MAX_REPS} reps or fewer.",
        )
    (view,) = set_views([found.row])
    unit = read.snapshot.unit
    estimate = convert_weight(found.estimate, view.unit, unit)
    day = await when(read, found.row.completed_at)
    words = set_words(in_unit(view, unit), unit)
    lifted = found.row.reps == 1 and found.estimate == found.row.weight
    said = f"a single {day}" if lifted else f"going by {words} {day}"
    return ToolResult(
        tool=tool,
        say=f"{spoken_number(round(estimate))}, {said}.",
        estimate=EstimateView(
            one_rep_max=round(estimate, 1),
            unit=unit,
            weight=found.row.weight or 0,
            reps=found.row.reps or 0,
            rpe=found.row.rpe,
            exercise=exercise.name,
            done_at=found.row.completed_at,
        ),
    )


def _estimate_from(read: Read, args: EstimateOneRepMax, exercise: Exercise | None) -> ToolResult:
    tool, unit = "estimate_one_rep_max", args.unit or read.snapshot.unit
    if args.weight is None or args.reps is None:
        raise Question("For how many reps?" if args.reps is None else "At what weight?")
    if problem := check_weight(args.weight, unit, machine=True) or check_reps(args.reps):
        raise Question(problem)
    if exercise is not None and args.exercise is not None and exercise.measure != "weight_reps":
        return ToolResult(tool=tool, say=no_maximum(exercise))
    estimate = estimate_one_rep_max(args.weight, args.reps)
    if estimate is None:
        return ToolResult(
            tool=tool,
            say=f"{args.reps} reps say little about a single. It takes a set of {MAX_REPS} or fewer.",
        )
    kind = f" {UNIT_WORDS[unit]}" if unit != read.snapshot.unit else ""
    said = f"{spoken_number(round(estimate))}{kind}, going by {spoken_number(args.weight)} for {args.reps}."
    return ToolResult(
        tool=tool,
        say=said,
        estimate=EstimateView(
            one_rep_max=round(estimate, 1),
            unit=unit,
            weight=args.weight,
            reps=args.reps,
            exercise=exercise.name if exercise and args.exercise else None,
        ),
    )


async def calculate_plates(read: Read, args: CalculatePlates) -> ToolResult:
    unit = args.unit or read.snapshot.unit
    bar = BARS[unit] if args.bar_weight is None else args.bar_weight
    if problem := check_weight(args.weight, unit):
        raise Question(problem)
    if not 0 < bar <= HEAVIEST_BAR:
        raise Question(f"A bar of {spoken_number(bar)} can't be right. What does it weigh?")
    choice = load_bar(args.weight, bar, PLATES[unit])
    other = unit if unit != read.snapshot.unit else None
    return ToolResult(
        tool="calculate_plates",
        say=plates_words(args.weight, choice, other),
        plates=PlatesView(
            weight=args.weight,
            unit=unit,
            bar=bar,
            exact=_load_view(choice.exact),
            below=_load_view(choice.below),
            above=_load_view(choice.above),
        ),
    )


def _load_view(load: BarLoad | None) -> LoadView | None:
    return LoadView(weight=load.weight, side=list(load.side)) if load else None


TOOLS: list[Tool[Any]] = [
    Tool(
        "estimate_one_rep_max",
        "The estimated maximum of an exercise, from what was done or from a weight and reps.",
        EstimateOneRepMax,
        read=estimate_one_rep_max_of,
    ),
    Tool(
        "calculate_plates", "Which plates go on each side of a bar.", CalculatePlates, read=calculate_plates
    ),
]

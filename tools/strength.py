"""The strength tools: workouts, sets and rests."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from core.units import WeightUnit, spoken_number
from db.models import SetType, WorkoutSet
from services import ledger, voice, workouts
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.limits import MAX_SETS
from services.workouts import Entry, SetView
from tools.base import (
    Arguments,
    ExerciseWords,
    NoArguments,
    Question,
    Tool,
    ToolResult,
    Write,
    set_views,
    workout_view,
)
from tools.naming import learned_from
from tools.phrases import duration_words, exercise_words, plural, set_words
from tools.reading import asked_exercise
from tools.record_words import record_news, record_view
from tools.timers import running_timer
from tools.undo_phrases import undone_words

Unit = Annotated[
    WeightUnit | None, Field(description="Only when it was said; left out, the athlete's preferred unit.")
]


class StartWorkout(Arguments):
    name: Annotated[str | None, Field(max_length=120, description='What it is called: "push day".')] = None


class LogSet(Arguments):
    exercise: ExerciseWords = None
    reps: int | None = None
    weight: Annotated[
        float | None,
        Field(description="The load: the whole bar, one dumbbell, or what is added to body weight."),
    ] = None
    unit: Unit = None
    sets: Annotated[int, Field(ge=1, le=MAX_SETS, description="How many sets alike.")] = 1
    rpe: float | None = None
    rir: int | None = None
    set_type: SetType | None = None
    duration_seconds: float | None = None
    distance_meters: float | None = None
    per_side: Annotated[bool, Field(description="Reps and weight are of each side.")] = False
    notes: Annotated[str | None, Field(max_length=2000, description="What was said about it besides.")] = None


class CorrectSet(Arguments):
    exercise: Annotated[str | None, Field(description="What the exercise really was.")] = None
    reps: int | None = None
    weight: float | None = None
    unit: Unit = None
    rpe: float | None = None
    rir: int | None = None
    set_type: SetType | None = None


class UndoLast(Arguments):
    scope: Annotated[
        Literal["call", "set"],
        Field(description='"set" deletes the newest set; "call" takes back whatever was done last.'),
    ] = "call"


class RepeatSet(Arguments):
    sets: Annotated[int, Field(ge=1, le=MAX_SETS)] = 1
    reps: int | None = None
    weight: float | None = None
    unit: Unit = None
    weight_change: Annotated[float | None, Field(description="Added to the last weight; may be below 0.")] = (
        None
    )
    rpe: float | None = None


async def start_workout(write: Write, args: StartWorkout) -> ToolResult:
    workout, new = await workouts.start_workout(write.db, write.athlete_id, args.name, write.images)
    name = workout.name or "Workout"
    said = (
        f"{name[:1].upper()}{name[1:]} started." if new else f"{name[:1].upper()}{name[1:]} is already going."
    )
    return ToolResult(tool="start_workout", say=said, workout=workout_view(workout))


async def finish_workout(write: Write, _: NoArguments) -> ToolResult:
    finished = await workouts.finish_workout(write.db, write.athlete_id, write.images)
    if finished is None:
        raise Question("No workout is open. Shall I start one?")
    workout, count = finished
    length = duration_words(max(60, 60 * round((workout.duration or 0) / 60)))
    return ToolResult(
        tool="finish_workout",
        say=f"Done. {plural(count, 'set')} in {length}.",
        workout=workout_view(workout),
    )


async def log_set(write: Write, args: LogSet) -> ToolResult:
    workouts.check_measured(**args.model_dump(include={"reps", "duration_seconds", "distance_meters"}))
    exercise = _exercise(write, args.exercise)
    entry = Entry(
        exercise=exercise,
        unit=args.unit or write.snapshot.unit,
        reps=args.reps,
        weight=args.weight,
        rpe=args.rpe,
        rir=args.rir,
        set_type=args.set_type or "working",
        duration_seconds=args.duration_seconds,
        distance_meters=args.distance_meters,
        is_per_side=args.per_side,
        notes=args.notes,
        transcript=write.context.transcript,
        voice_command_id=write.context.key.voice_command_id,
        tool_call_id=write.call_id,
        workout=write.snapshot.workout,
    )
    return await _log(write, "log_set", entry, args.sets)


async def repeat_set(write: Write, args: RepeatSet) -> ToolResult:
    last = _newest(write)
    _check_not_swapped(write, packaged_catalogue().by_id[last.exercise_id])
    weight, unit = _repeated_load(args, last.weight, last.weight_unit)
    entry = Entry(
        exercise=packaged_catalogue().by_id[last.exercise_id],
        unit=unit,
        reps=args.reps if args.reps is not None else last.reps,
        weight=weight,
        rpe=args.rpe,  # how hard the last set felt says nothing of this one
        set_type=last.set_type,
        duration_seconds=last.duration_seconds,
        distance_meters=last.distance_meters,
        is_per_side=last.is_per_side,
        transcript=write.context.transcript,
        voice_command_id=write.context.key.voice_command_id,
        tool_call_id=write.call_id,
        workout=write.snapshot.workout,
    )
    return await _log(write, "repeat_set", entry, args.sets)


async def correct_set(write: Write, args: CorrectSet) -> ToolResult:
    changes: dict[str, Any] = args.model_dump(exclude_none=True, exclude={"exercise", "unit"})
    if args.unit:  # otherwise the set keeps its unit: a bare number corrects the number alone
        changes["weight_unit"] = args.unit
    if not changes and not args.exercise:
        raise Question("What should I change, the weight or the reps?")
    exercise = _exercise(write, args.exercise) if args.exercise else None
    row = await workouts.change_set(write.db, _newest(write), changes, exercise, write.images)
    if row.voice_command_id is not None and row.voice_command_id != write.context.key.voice_command_id:
        corrected = args.model_dump(exclude_none=True)
        await voice.corrected(write.db, row.voice_command_id, corrected, _correction_type(args))
    (changed,) = set_views([row])
    words = set_words(changed, write.snapshot.unit)
    if exercise is None:
        return ToolResult(tool="correct_set", say=f"Changed to {words}.", sets=[changed])
    say, learned = (
        f"Changed to {words}, {exercise_words(exercise)}.",
        await learned_from(write, row, exercise),
    )
    return ToolResult(
        tool="correct_set",
        say=f"{say} I'll take {learned.words!r} for that from now on." if learned else say,
        sets=[changed],
        learned=learned,
        names_changed=learned is not None,
    )


async def undo_last(write: Write, args: UndoLast) -> ToolResult:
    if args.scope == "set":
        row = _newest(write)
        await workouts.delete_set(write.db, row, write.images)
        (gone,) = set_views([row])
        words = set_words(gone, write.snapshot.unit)
        return ToolResult(tool="undo_last", say=f"Deleted {words}.", removed=[gone.id])
    call = await ledger.undo_last(write.db, write.athlete_id)
    if call is None:
        raise Question("There is nothing to undo. What would you like to log?")
    was = ToolResult.model_validate(call.result)
    touched = [*(one.id for one in was.sets), *was.removed]
    present = {one.id: one for one in await workouts.open_sets(write.db, write.athlete_id, touched)}
    return ToolResult(
        tool="undo_last",
        say=undone_words(was, write.snapshot.unit),
        timer=await running_timer(write) if was.tool == "stop_rest_timer" else None,
        removed=[one.id for one in was.sets if one.id not in present],
        sets=[present[key] for key in touched if key in present],
        timer_cancelled=was.timer is not None,
        names_changed=was.names_changed,
    )


def _newest(write: Write) -> WorkoutSet:
    if (row := write.snapshot.newest) is None:
        raise workouts.NothingToChange
    return row


def _exercise(write: Write, words: str | None) -> Exercise:
    if (exercise := asked_exercise(write, words)) is None:
        raise Question("Which exercise?")
    return exercise


async def _log(write: Write, tool: str, entry: Entry, count: int) -> ToolResult:
    logged = await workouts.log_sets(write.db, write.athlete_id, entry, count, write.images)
    views: list[SetView] = set_views(logged.sets)
    words = set_words(views[0], write.snapshot.unit, count)
    if write.snapshot.exercise != entry.exercise.slug:
        words += f", {exercise_words(entry.exercise)}"
    news = record_news([record.slot.pr_type for record in logged.records])
    return ToolResult(
        tool=tool,
        say=" ".join(filter(None, (f"{words}.", news))),
        sets=views,
        workout=workout_view(logged.workout),
        records=[record_view(record) for record in logged.records],
    )


def _check_not_swapped(write: Write, exercise: Exercise) -> None:
    """After a swap "same again" would be a set of what is no longer done."""
    now = workouts.planned(write.snapshot.workout, exercise)
    if now != exercise:
        raise Question(
            f"The last set was {exercise_words(exercise)}. What did you do on {exercise_words(now)}?"
        )


def _repeated_load(
    args: RepeatSet, weight: float | None, unit: WeightUnit
) -> tuple[float | None, WeightUnit]:
    if args.weight is not None:
        return args.weight, args.unit or unit
    if args.weight_change is None:
        return weight, unit
    change = args.weight_change
    if args.unit and args.unit != unit and weight is not None:
        raise Question(f"The last set was in {unit}. What weight is it now?")
    total = (weight or 0) + change
    if total < 0:
        raise Question(f"{spoken_number(-change)} less than {spoken_number(weight or 0)}? What weight is it?")
    return total, args.unit or unit


def _correction_type(args: CorrectSet) -> str:
    said = {name for name in ("exercise", "reps", "weight") if getattr(args, name) is not None}
    if args.unit:
        said.add("weight")
    return said.pop() if len(said) == 1 else "full"


TOOLS: list[Tool[Any]] = [
    Tool("start_workout", "Start a training session.", StartWorkout, start_workout),
    Tool("finish_workout", "Finish the training session.", NoArguments, finish_workout),
    Tool(
        "log_set",
        "Log what was done: one row per set. Sets that differ are separate calls, in order.",
        LogSet,
        log_set,
    ),
    Tool("correct_set", "Change the last set.", CorrectSet, correct_set),
    Tool("undo_last", "Take back the last thing that was done, or delete the last set.", UndoLast, undo_last),
    Tool("repeat_set", "Log the last set again, as it was or with a difference.", RepeatSet, repeat_set),
]

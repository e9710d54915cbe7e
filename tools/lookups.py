"""The strength tools that look something up: last time, records, today, so far."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services import clock, records, workouts
from services.programs import PlannedDay, planned_for
from tools.base import Arguments, ExerciseWords, NoArguments, Question, Read, Tool, ToolResult, set_views
from tools.lookup_phrases import (
    day_name,
    habit_words,
    none_yet,
    performance_words,
    plan_words,
    planned_reps,
    summary_words,
)
from tools.phrases import exercise_words
from tools.reading import asked_exercise, when
from tools.record_words import all_records_words, record_row_view, records_words
from tools.views import (
    PerformanceView,
    PlannedExerciseView,
    PlanView,
    SummaryView,
)


class OfExercise(Arguments):
    exercise: ExerciseWords = None


async def get_last_performance(read: Read, args: OfExercise) -> ToolResult:
    exercise = asked_exercise(read, args.exercise)
    if exercise is None:
        raise Question("Of which exercise?")
    found = await workouts.last_performance(read.db, read.athlete_id, exercise.id)
    before = ""
    if found is None and read.snapshot.workout is not None:
        found = await workouts.performance_in(read.db, read.snapshot.workout, exercise.id)
        before = f"No {exercise_words(exercise)} before this workout. "
    if found is None:
        return ToolResult(tool="get_last_performance", say=none_yet(exercise))
    views = set_views(found.sets)
    words = performance_words(views, read.snapshot.unit, await when(read, found.at))
    return ToolResult(
        tool="get_last_performance",
        say=before + words,
        performance=PerformanceView(exercise=exercise.name, slug=exercise.slug, done_at=found.at, sets=views),
    )


async def get_personal_records(read: Read, args: OfExercise) -> ToolResult:
    exercise = asked_exercise(read, args.exercise)
    standing = await records.standing(read.db, read.athlete_id, exercise.id if exercise else None)
    if exercise is None:
        words = all_records_words(standing, read.snapshot.unit)
    elif not standing:
        words = none_yet(exercise)
    else:
        zone = await clock.athletes_zone(read.db, read.athlete_id)
        words = records_words(exercise, standing, read.snapshot.unit, clock.today_in(zone), zone)
    views = [record_row_view(one) for one in standing]
    return ToolResult(tool="get_personal_records", say=words, records=views)


async def get_todays_workout(read: Read, _: NoArguments) -> ToolResult:
    tool = "get_todays_workout"
    zone = await clock.athletes_zone(read.db, read.athlete_id)
    today = clock.today_in(zone)
    plan = await planned_for(read.db, read.athlete_id, today, zone)
    if plan.planned is not None:
        done = {"completed": " Done already.", "skipped": " You skipped it."}.get(plan.planned.status, "")
        words = plan_words(plan.planned) + done
        return ToolResult(tool=tool, say=words, plan=_plan_view(plan.program, plan.planned))
    if plan.following is not None:
        words = f"Nothing today. {day_name(plan.following)} is next, on {plan.following.day:%A}."
        return ToolResult(tool=tool, say=words)
    habit = await workouts.usual_on(read.db, read.athlete_id, today, zone)
    usual = f" {habit_words(habit, f'{today:%A}')}" if habit else ""
    return ToolResult(tool=tool, say=f"Nothing is planned for today.{usual}")


async def get_workout_summary(read: Read, _: NoArguments) -> ToolResult:
    tool, unit, now = "get_workout_summary", read.snapshot.unit, datetime.now(UTC)
    workout = read.snapshot.workout
    last = await workouts.last_workout(read.db, read.athlete_id) if workout is None else None
    of = workout or last
    if of is None:
        return ToolResult(tool=tool, say="No workout yet.")
    summary = await workouts.summarize(read.db, of, unit, now)
    words = summary_words(summary)
    if workout is None:
        words = f"No workout is open. The last one: {words}, {await when(read, of.started_at)}"
    return ToolResult(
        tool=tool,
        say=f"{words}.",
        summary=SummaryView(
            workout_id=of.id,
            sets=summary.sets,
            warmups=summary.warmups,
            exercises=[one.name for one in summary.exercises],
            volume=round(summary.volume, 1),
            unit=unit,
            seconds=summary.seconds,
        ),
    )


def _plan_view(program: str | None, day: PlannedDay) -> PlanView:
    return PlanView(
        program=program,
        name=day_name(day),
        day=day.day,
        status=day.status,
        exercises=[
            PlannedExerciseView(
                exercise=one.exercise.name,
                slug=one.exercise.slug,
                sets=one.sets,
                reps=planned_reps(one),
                rpe=one.rpe,
                percent_of_max=one.percent_of_max,
            )
            for one in day.exercises
        ],
    )


TOOLS: list[Tool[Any]] = [
    Tool(
        "get_last_performance",
        "What was done of an exercise the last time.",
        OfExercise,
        read=get_last_performance,
    ),
    Tool(
        "get_personal_records",
        "The athlete's records, of an exercise or of all.",
        OfExercise,
        read=get_personal_records,
    ),
    Tool("get_todays_workout", "What is planned for today.", NoArguments, read=get_todays_workout),
    Tool(
        "get_workout_summary", "What the workout has come to so far.", NoArguments, read=get_workout_summary
    ),
]

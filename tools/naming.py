"""An athlete's own names for exercises, as a tool."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from core.errors import Invalid
from db.models import WorkoutSet
from services.exercises.catalogue import Exercise
from services.exercises.own_names import learn_from_correction, learn_name
from tools.base import Arguments, ExerciseWords, Question, Tool, ToolResult, Write
from tools.phrases import exercise_words
from tools.reading import named_exercise
from tools.views import NameView


class NameExercise(Arguments):
    words: Annotated[str, Field(max_length=120, description="What the athlete calls it.")]
    exercise: ExerciseWords = None


async def name_exercise(write: Write, args: NameExercise) -> ToolResult:
    meant = args.exercise or write.snapshot.exercise
    if meant is None:
        raise Question("Which exercise do you mean by it?")
    by_slug = write.context.matcher.catalogue.by_slug
    exercise = by_slug[meant] if meant in by_slug else named_exercise(write, meant)
    try:
        row = await learn_name(write.db, write.athlete_id, args.words, exercise, "said", write.images)
    except Invalid as impossible:
        raise Question(str(impossible)) from None
    return ToolResult(
        tool="name_exercise",
        say=f"Okay, {row.words} is {exercise_words(exercise)} from now on.",
        learned=NameView(words=row.words, exercise=exercise.name, slug=exercise.slug),
        names_changed=True,
    )


async def learned_from(write: Write, row: WorkoutSet, exercise: Exercise) -> NameView | None:
    """What was learned by correcting the set `row` to `exercise`, if the same was corrected before."""
    if row.voice_command_id is None:
        return None
    words = await learn_from_correction(
        write.db, write.athlete_id, row.voice_command_id, exercise, write.images
    )
    return NameView(words=words, exercise=exercise.name, slug=exercise.slug) if words else None


TOOLS: list[Tool[Any]] = [
    Tool(
        "name_exercise",
        'Remember what the athlete calls an exercise: "when I say press I mean overhead press".',
        NameExercise,
        name_exercise,
    )
]

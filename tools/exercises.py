"""The exercise tools: what to do instead, going on with it, and how an exercise is done."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from db.models import BodyPart, CueType, SubstitutionReason
from services import workouts
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.exercises.cues import next_cues
from services.exercises.gear import gear_named
from services.exercises.red_flags import advice
from services.exercises.substitutes import Direction, Wish
from services.exercises.suggesting import suggest
from tools.base import (
    Arguments,
    ExerciseWords,
    Question,
    Read,
    Tool,
    ToolResult,
    Write,
    workout_view,
)
from tools.exercise_phrases import cue_words, suggestion_words
from tools.phrases import exercise_words
from tools.reading import asked_exercise, named_exercise
from tools.views import CueView, SuggestionView, SwapView

Gear = Annotated[str | None, Field(max_length=40, description='A kind of equipment: "dumbbell", "cable".')]


class SuggestSubstitution(Arguments):
    exercise: ExerciseWords = None
    reason: SubstitutionReason
    body_part: Annotated[BodyPart | None, Field(description="What hurts.")] = None
    equipment: Annotated[Gear, Field(description="All that there is to train with.")] = None
    missing: Annotated[Gear, Field(description="What is taken, broken or not there.")] = None
    direction: Annotated[Direction | None, Field(description="For difficulty: which way.")] = None


class SwapExercise(Arguments):
    substitute: Annotated[
        str, Field(description="What to do instead; of suggestions, the name of the one that was chosen.")
    ]
    exercise: ExerciseWords = None


class GetCues(Arguments):
    exercise: ExerciseWords = None
    cue_type: CueType | None = None


async def suggest_exercise_substitution(read: Read, args: SuggestSubstitution) -> ToolResult:
    tool = "suggest_exercise_substitution"
    if warning := advice(read.context.transcript):
        return ToolResult(tool=tool, say=warning)
    exercise = asked_exercise(read, args.exercise)
    if exercise is None:
        raise Question("Instead of which exercise?")
    part = args.body_part
    if args.reason == "injury" and part is None:
        if not read.snapshot.injuries:
            raise Question("Where does it hurt?")
        part = read.snapshot.injuries[0]
    wish = Wish(args.reason, part, _gear(args.equipment), _gear(args.missing), args.direction)
    found = await suggest(read.db, read.athlete_id, exercise, wish)
    workout = read.snapshot.workout
    return ToolResult(
        tool=tool,
        say=suggestion_words(exercise, wish, [one.exercise for one in found]),
        suggestions=[SuggestionView(slug=s.exercise.slug, name=s.exercise.name, why=s.why) for s in found],
        instead_of=exercise.slug,
        workout=workout_view(workout) if workout else None,
    )


async def swap_exercise(write: Write, args: SwapExercise) -> ToolResult:
    substitute = named_exercise(write, args.substitute)
    original = named_exercise(write, args.exercise) if args.exercise else _suggested_for(write, substitute)
    workout, swapped = await workouts.swap(write.db, write.athlete_id, original, substitute, write.images)
    words = f"instead of {exercise_words(swapped)}" if swapped else ""
    return ToolResult(
        tool="swap_exercise",
        say=" ".join(filter(None, (f"Okay, {exercise_words(substitute)}", words))) + ".",
        swap=SwapView(
            exercise=swapped.name if swapped else None, substitute=substitute.name, slug=substitute.slug
        ),
        workout=workout_view(workout),
    )


async def get_exercise_cues(read: Read, args: GetCues) -> ToolResult:
    exercise = asked_exercise(read, args.exercise)
    if exercise is None:
        raise Question("For which exercise?")
    # Between sets there is room for one thing to think of.
    count = 2 if read.snapshot.workout is None else 1
    found = await next_cues(read.db, exercise, args.cue_type, count, read.context.memory.cues)
    if found is None:
        return ToolResult(
            tool="get_exercise_cues", say=f"I have nothing written down on {exercise_words(exercise)}."
        )
    return ToolResult(
        tool="get_exercise_cues",
        say=cue_words(exercise, found),
        cues=[
            CueView(id=cue.id, slug=found.exercise.slug, cue_type=cue.cue_type, text=cue.cue_text)
            for cue in found.cues
        ],
    )


def _suggested_for(write: Write, substitute: Exercise) -> Exercise | None:
    """What `substitute` was suggested in place of in this conversation."""
    memory = write.context.memory
    if substitute.slug not in memory.suggestions or memory.instead_of == substitute.slug:
        return None
    return packaged_catalogue().by_slug.get(memory.instead_of or "")


def _gear(words: str | None) -> str | None:
    if words is None:
        return None
    if (gear := gear_named(words)) is None:
        raise Question(f"I don't know {words!r}. What equipment do you have?")
    return gear


TOOLS: list[Tool[Any]] = [
    Tool(
        "suggest_exercise_substitution",
        "What to do instead of an exercise that hurts, is too hard or easy, or whose equipment is taken.",
        SuggestSubstitution,
        read=suggest_exercise_substitution,
    ),
    Tool("swap_exercise", "Go on with another exercise in place of one.", SwapExercise, swap_exercise),
    Tool("get_exercise_cues", "How an exercise is done: a cue or two.", GetCues, read=get_exercise_cues),
]

"""From a set's slots to the arguments of a call, or to the question that has to be asked first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.router.context import Clause
from agent.router.cursor import Load
from agent.router.drafts import SetDraft
from agent.router.plates import BAR_WEIGHT, PLATE_WEIGHT
from agent.router.understanding import NameMatch
from core.units import WeightUnit, spoken_number
from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseSpan
from services.limits import Bearing, bearing, check_set, check_spoken_weight

ASK_EXERCISE = "Which exercise was that?"
ASK_PLATES = "I can't count plates on this one. How much weight is that in total?"
_ADJECTIVES = frozenset({"incline", "decline", "machine", "cable", "barbell", "dumbbell", "kettlebell"})
"""Family words that name no kind of exercise by themselves."""
_BARS = frozenset({"barbell", "trap_bar", "smith_machine"})
_HUNG = frozenset({"bodyweight", "rings"})


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and which argument the answer fills (empty: any full sentence)."""

    text: str
    missing: str = ""
    about: str = ""
    choices: tuple[str, ...] = ()
    known: dict[str, Any] | None = None
    """The arguments that hold whatever the answer, if they are not all those of the call."""


def tidy(value: float) -> float | int:
    """A whole number as an int, so that 8.0 is said and compared as 8."""
    return int(value) if value == int(value) else round(value, 3)


def ask_which(clause: Clause, span: ExerciseSpan) -> Question:
    """The question for a family word such as "press", naming the likeliest."""
    members = clause.matcher.family(span.family or "", 3)
    names = [e.name for e in members]
    if not names:
        return Question(ASK_EXERCISE, "exercise")
    choices = ", ".join(names[:-1]) + f", or {names[-1]}" if len(names) > 1 else names[0]
    slugs = tuple(e.slug for e in members)
    which = "one" if span.family in _ADJECTIVES else span.words
    return Question(f"Which {which} was that: {choices}?", "exercise", span.family or "", slugs)


def resolve(clause: Clause, draft: SetDraft) -> Exercise | Question | None:
    """The exercise of a set: the one named, or the family's if the workout is on one of it."""
    span = draft.exercise
    if span is None:
        return clause.current
    if span.exercise is not None:
        return span.exercise
    if span.family == "row" and (draft.has("distance_meters") or draft.has("duration_seconds")):
        return clause.matcher.catalogue.by_slug.get("row-erg") or ask_which(clause, span)
    current = clause.current
    if current is not None and span.family and span.family in current.name.lower().split():
        return current
    return ask_which(clause, span)


def load_weight(load: Load, exercise: Exercise | None, unit: str) -> float | None:
    """The weight that plates come to on `exercise`, or None where that cannot be known."""
    key = "kg" if unit == "kg" else "lbs"
    equipment = set(exercise.equipment) if exercise else {"barbell"}
    if equipment & _BARS:
        return BAR_WEIGHT[key] + 2 * load.per_side  # type: ignore[index]
    if equipment & _HUNG and load.plates:
        return load.plates * PLATE_WEIGHT[key]  # type: ignore[index]
    return None


def set_args(clause: Clause, draft: SetDraft, exercise: Exercise | None) -> dict[str, Any] | Question:
    """The quantities of a call, checked; without the exercise."""
    args: dict[str, Any] = {}
    for name in ("sets", "reps", "weight", "rpe", "rir", "duration_seconds", "distance_meters"):
        value = draft.slots.get(name)  #
        if isinstance(value, Load):
            weight = load_weight(value, exercise, clause.state.unit)
            if weight is None:
                return Question(ASK_PLATES, "weight")
            value = weight
        if value is not None:
            args[name] = tidy(float(value))
    unit = draft.unit or clause.state.unit
    equipment = exercise.equipment if exercise is not None else ()
    if draft.unit and "weight" in args:
        args["unit"] = draft.unit
    kind = draft.slots.get("set_type")
    if kind and kind != "plain":
        args["set_type"] = kind
    return _impossible(args, unit, bearing(equipment)) or args


def _impossible(args: dict[str, Any], unit: WeightUnit, borne_by: Bearing) -> Question | None:
    """The question about what no human does, and which argument it is about if just one is."""

    def problem(given: dict[str, Any]) -> str | None:
        said = {name: value for name, value in given.items() if name not in ("unit", "set_type")}
        too_little = check_spoken_weight(said["weight"], unit) if "weight" in said else None
        return too_little or check_set(unit=unit, **borne_by, **said)

    found = problem(args)
    if not found:
        return None
    for name in ("reps", "weight", "duration_seconds"):
        rest = {key: value for key, value in args.items() if key != name}
        if name in args and rest and not problem(rest):
            return Question(found, name, known=rest)
    return Question(found)


def needs_weight(exercise: Exercise | None) -> bool:
    """Whether a set of `exercise` says too little without a weight."""
    if exercise is None or exercise.measure != "weight_reps":
        return False
    return not {"bodyweight", "box", "band", "rings", "suspension", "ab_wheel"} & set(exercise.equipment)


def on_bar(exercise: Exercise | None) -> bool:
    """Whether plates go on both sides of a bar."""
    return exercise is not None and bool(_BARS & set(exercise.equipment))


def name_match(span: ExerciseSpan, score: float = 1.0) -> NameMatch | None:
    """The record of an exercise that was named."""
    if span.exercise is None:
        return None
    kind = "alias" if score == 1.0 else "fuzzy"
    return NameMatch(span.exercise.slug, span.exercise.name, score, kind, span.words)  # type: ignore[arg-type]


def confirm_text(args: dict[str, Any]) -> str:
    """ "225 for 8" out of a call's arguments."""
    weight = spoken_number(args["weight"]) if "weight" in args else ""
    reps = f"{args['reps']}" if "reps" in args else ""
    return f"{weight} for {reps}" if weight and reps else weight or f"{reps} reps"

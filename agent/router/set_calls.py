"""From described sets to the calls that log them, or to the question that has to be asked first."""

from __future__ import annotations

from typing import Any

from agent.router.compose import ASK_EXERCISE, Question, needs_weight, resolve, set_args
from agent.router.context import Clause, Reading
from agent.router.drafts import Description, SetDraft
from agent.router.understanding import Call, Pending
from core.units import spoken_number
from services.exercises.catalogue import Exercise

OTHER_TOOLS = frozenset({"running", "treadmill-run", "sprint", "shuttle-run"})
"""Exercises whose log is a run, not a set."""


def calls_or_question(
    clause: Clause, description: Description, *, explicit: bool = True
) -> tuple[Call, ...] | Reading | None:
    """The calls that log what is described, or the question to ask first; None when it is no set.

    With `explicit` off the calls are given whatever they lack.
    """
    calls: list[Call] = []
    question: Question | None = None
    for draft in description.drafts:
        made = _call(clause, draft)
        if made is None:
            return None
        call, problem = made
        calls.append(call)
        question = question or problem
    if question is None or not explicit:
        return tuple(calls)
    return Reading(
        "ask", "log_set", reply=question.text, pending=held(tuple(calls), question), confidence=0.9
    )


def held(calls: object, question: Question) -> Pending | None:
    """The calls that wait for the answer to `question`, if it is one that an answer fills."""
    if not question.missing or not isinstance(calls, tuple):
        return None
    return Pending(calls, question.missing, question.text, question.about, question.choices)


def _call(clause: Clause, draft: SetDraft) -> tuple[Call, Question | None] | None:
    exercise = resolve(clause, draft)
    question = exercise if isinstance(exercise, Question) else None
    known: Exercise | None = exercise if isinstance(exercise, Exercise) else None
    if known is not None and known.slug in OTHER_TOOLS:
        return None
    if known is not None and known.measure == "calories" and draft.has("reps"):
        return None
    if (
        known is not None
        and known.measure in ("weight_reps", "reps")
        and set(draft.slots) <= {"duration_seconds", "sets"}
    ):
        return None  # "two minutes" while benching: a rest, a remark, but no set
    args = set_args(clause, draft, known)
    if isinstance(args, Question):
        known_args = dict(args.known or {})
        if draft.exercise is not None and known is not None:
            known_args = {"exercise": known.name, **known_args}
        return Call("log_set", known_args), args
    if draft.exercise is not None and known is not None:
        args = {"exercise": known.name, **args}
    call = Call("log_set", args)
    if known is None and question is None:
        question = Question(ASK_EXERCISE, "exercise")
    return call, question or _missing(args, known, draft.unloaded)


def _missing(args: dict[str, Any], exercise: Exercise | None, unloaded: bool) -> Question | None:
    done = "reps" in args or "duration_seconds" in args or "distance_meters" in args
    if not done and exercise is not None and exercise.measure == "duration":
        return Question("How long did you hold it?", "duration_seconds")
    if not done and "weight" in args:
        return Question(f"{spoken_number(args['weight'])} for how many reps?", "reps")
    if not done:
        return Question("How many reps?", "reps")
    if "weight" not in args and "reps" in args and needs_weight(exercise) and not unloaded:
        return Question(f"{args['reps']} reps at what weight?", "weight")
    return None

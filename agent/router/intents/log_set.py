"""`log_set`: a set, or several, in any order of words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.router.attempts import outcomes, without_pauses
from agent.router.compose import (
    ASK_EXERCISE,
    Question,
    confirm_text,
    name_match,
    needs_weight,
    on_bar,
    resolve,
    set_args,
    tidy,
)
from agent.router.context import Clause, Reading
from agent.router.drafts import Description, SetDraft
from agent.router.lexer import VOCATIVES, Token
from agent.router.lexicon import Tag
from agent.router.misheard import with_fuzzy_names, with_joined_names
from agent.router.numbers import Number
from agent.router.one_by_one import one_by_one
from agent.router.quantities import Reader
from agent.router.self_correction import settle
from agent.router.sets import MAX_LISTED_REPS, Solver
from agent.router.understanding import Call, NameMatch, Pending
from core.units import spoken_number
from services.exercises.catalogue import Exercise

DIALECT: tuple[Tag, ...] = (
    "comma", "rpe", "rir", "empty_tank", "type", "then", "side", "rep", "repword", "set", "unit",
    "time", "distance", "plate", "quarter", "bar", "bodyweight", "gear", "no", "plus", "and", "or",
    "for", "at", "with", "by", "of", "in", "on", "only", "label", "did", "article", "this_time", "ordinal",
    "unsure", "hard", "filler", "attempt", "fell_short", "spare", "remark",
)  # fmt: skip
OTHER_TOOLS = frozenset({"running", "treadmill-run", "sprint", "shuttle-run"})
"""Exercises whose log is a run, not a set."""
_EVIDENCE = frozenset({"reps", "weight", "sets", "duration_seconds", "distance_meters"})


def parse(clause: Clause) -> Reading | None:
    """The sets described, a question about what is missing, or None when this is no set."""
    clause = with_joined_names(clause)
    if not _has_quantity(clause):
        return _exercise_alone(clause)
    clause, matches, unknown = with_fuzzy_names(clause, DIALECT)
    tokens = clause.tokens(DIALECT)
    if all(t.tag in ("number", "filler", "comma") for t in tokens):
        return _number_alone(clause, tokens)
    description = describe(clause, tokens)
    if description is None:
        return None
    if description.words and not unknown:
        return None
    if _marvels(clause, description):
        return None
    if not any(_EVIDENCE & set(d.slots) for d in description.drafts) and not description.ambiguous:
        return None
    return _reading(clause, description, matches, unknown)


def _marvels(clause: Clause, description: Description) -> bool:
    """ "dude, that's four plates": a load pointed out to somebody."""
    words = set(clause.words)
    only_load = all(set(d.slots) <= {"weight"} and d.exercise is None for d in description.drafts)
    return only_load and "thats" in words and bool(VOCATIVES & words)


def _exercise_alone(clause: Clause) -> Reading | None:
    """ "bench": what was done on it?"""
    tokens = clause.tokens(DIALECT)
    named = [t.exercise for t in tokens if t.tag == "exercise"]
    if len(named) != 1 or any(
        t.tag not in ("exercise", "filler", "did", "article", "on", "then") for t in tokens
    ):
        return None
    if named[0] is None or named[0].exercise is None or named[0].exercise.slug in OTHER_TOOLS:
        return None
    name = named[0].exercise.name
    question = f"{name}: what did you do?"
    return Reading(
        "ask",
        "log_set",
        reply=question,
        pending=Pending((Call("log_set", {"exercise": name}),), "set", question),
    )


def _number_alone(clause: Clause, tokens: list[Token]) -> Reading | None:
    """A number or two with nothing beside them: asked about, never written."""
    numbers = [t.number for t in tokens if t.number is not None]
    exercise = clause.current
    if exercise is None and len(numbers) == 1:
        return None
    description = describe(clause, tokens)
    if description is None:
        return None
    if len(numbers) > 1:
        return _reading(clause, description, (), None)
    value = tidy(numbers[0].value)
    if needs_weight(exercise) and value > MAX_LISTED_REPS:
        question, call = f"{value} for how many reps?", Call("log_set", {"weight": value})
        return Reading("ask", "log_set", reply=question, pending=Pending((call,), "reps", question))
    if needs_weight(exercise) or value != int(value):
        return Reading("ask", "log_set", reply="What weight, and how many reps?", confidence=0.6)
    question = f"{value} reps?"
    pending = Pending((Call("log_set", {"reps": value}),), "confirm", question)
    return Reading("ask", "log_set", reply=question, pending=pending, confidence=0.6)


def _has_quantity(clause: Clause) -> bool:
    numbers = clause.sentence.numbers
    if any(clause.start <= i < clause.end for i in numbers):
        return True
    words = set(clause.words)
    return bool(
        words
        & {"plate", "bar", "single", "double", "triple", "minute", "mile", "kilometer", "kilometre", "hour"}
    )


def describe(clause: Clause, tokens: list[Token]) -> Description | None:
    """The sets said, after what the speaker took back in mid-sentence; None when words stay unexplained."""
    named = [t.exercise.exercise for t in tokens if t.exercise is not None]
    exercise = named[-1] if named else clause.current
    items = Reader(tokens, clause.state.unit, barbell=on_bar(exercise)).items()
    settled = settle(without_pauses(one_by_one(outcomes(items))), clause.current)
    if settled is None:
        return None
    return Solver(settled, clause.current).solve()


def _reading(
    clause: Clause, description: Description, matches: tuple[NameMatch, ...], unknown: str | None
) -> Reading | None:
    confidence = min((m.score for m in matches), default=1.0)
    if unknown:
        if not all(d.complete or d.has("weight") for d in description.drafts):
            return None
        calls = _calls_or_question(clause, description, explicit=False)
        asked = Question(ASK_EXERCISE, "exercise", about=unknown)
        pending = _pending(calls, asked) if isinstance(calls, tuple) else None
        question = f'I don\'t know "{unknown}". Which exercise was that?'
        return Reading("ask", "log_set", reply=question, pending=pending, confidence=0.6)
    if description.unsure:
        return _ask_exact(clause, description)
    if description.ambiguous:
        return _ask_numbers(clause, description)
    result = _calls_or_question(clause, description)
    if result is None:
        return None
    if isinstance(result, Reading):
        return replace(result, matches=matches)
    return Reading("calls", "log_set", result, confidence=confidence, matches=matches)


def _ask_exact(clause: Clause, description: Description) -> Reading:
    """ "225 for about 8": call it eight? "225 for nine or ten": which?"""
    has_reps = any(d.has("reps") for d in description.drafts)
    question = "Which was it exactly: what weight, and how many reps?" if has_reps else "What was it exactly?"
    pending: Pending | None = None
    result = _calls_or_question(clause, replace(description, unsure=False)) if has_reps else None
    if isinstance(result, tuple) and len(result) == 1 and not description.ambiguous:
        args, said = result[0].args, {n.value for n in _numbers(clause)}
        if len(said) == len({"reps", "weight"} & set(args)) and "or" not in clause.words:
            question = f"Call it {confirm_text(args)}?"
            pending = Pending(result, "confirm", question)
    either = _either(clause)
    if either is not None and isinstance(result, (tuple, Reading)):
        question, pending = either
    return Reading("ask", "log_set", reply=question, pending=pending, confidence=0.7)


def _numbers(clause: Clause) -> list[Number]:
    return [n for i, n in sorted(clause.sentence.numbers.items()) if clause.start <= i < clause.end]


def _either(clause: Clause) -> tuple[str, Pending] | None:
    """The question for "225 for nine or ten": the weight is known, the reps are one of two."""
    numbers, words = _numbers(clause), clause.sentence.words
    if len(numbers) != 3:
        return None
    load, one, two = numbers
    if words[one.end : two.start] != ("or",) or not load.value > max(one.value, two.value) <= MAX_LISTED_REPS:
        return None
    named = [s for i, s in clause.sentence.exercises.items() if clause.start <= i < clause.end]
    args: dict[str, Any] = {"weight": tidy(load.value)}
    if named and named[0].exercise is not None:
        args = {"exercise": named[0].exercise.name, **args}
    question = f"{tidy(one.value)} or {tidy(two.value)}?"
    return question, Pending((Call("log_set", args),), "reps", question)


def _ask_numbers(clause: Clause, description: Description) -> Reading | None:
    if description.pair is not None:
        weight, reps = (tidy(v) for v in description.pair)
        draft = SetDraft({"weight": weight, "reps": reps}, exercise=description.drafts[-1].exercise)
        result = _calls_or_question(clause, Description([draft]))
        if isinstance(result, tuple):
            question = f"Was that {confirm_text(result[0].args)}?"
            pending = Pending(result, "confirm", question)
            return Reading("ask", "log_set", reply=question, pending=pending, confidence=0.6)
    slots = {name for d in description.drafts for name in d.slots}
    numbers = [n for i, n in clause.sentence.numbers.items() if clause.start <= i < clause.end]
    if not slots and len(numbers) == 1:
        if "thats" in clause.words or not needs_weight(clause.current) or numbers[0].value > MAX_LISTED_REPS:
            return None
        reps = tidy(numbers[0].value)
        question = f"{reps} reps at what weight?"
        return Reading(
            "ask",
            "log_set",
            reply=question,
            pending=Pending((Call("log_set", {"reps": reps}),), "weight", question),
        )
    return Reading("ask", "log_set", reply="Which number is the weight, and which the reps?", confidence=0.6)


def _calls_or_question(
    clause: Clause, description: Description, *, explicit: bool = True
) -> tuple[Call, ...] | Reading | None:
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
        "ask", "log_set", reply=question.text, pending=_pending(tuple(calls), question), confidence=0.9
    )


def _pending(calls: object, question: Question) -> Pending | None:
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
        held = dict(args.known or {})
        if draft.exercise is not None and known is not None:
            held = {"exercise": known.name, **held}
        return Call("log_set", held), args
    if draft.exercise is not None and known is not None:
        args = {"exercise": known.name, **args}
    call = Call("log_set", args)
    if known is None and question is None:
        question = Question(ASK_EXERCISE, "exercise")
    return call, question or _missing(args, known)


def _missing(args: dict[str, Any], exercise: Exercise | None) -> Question | None:
    done = "reps" in args or "duration_seconds" in args or "distance_meters" in args
    if not done and exercise is not None and exercise.measure == "duration":
        return Question("How long did you hold it?", "duration_seconds")
    if not done and "weight" in args:
        return Question(f"{spoken_number(args['weight'])} for how many reps?", "reps")
    if not done:
        return Question("How many reps?", "reps")
    if "weight" not in args and "reps" in args and needs_weight(exercise):
        return Question(f"{args['reps']} reps at what weight?", "weight")
    return None


def name_matches(clause: Clause) -> tuple[NameMatch, ...]:
    """The exercises that were named exactly."""
    found = (name_match(s) for i, s in clause.sentence.exercises.items() if clause.start <= i < clause.end)
    return tuple(m for m in found if m is not None)

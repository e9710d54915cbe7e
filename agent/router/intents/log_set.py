"""`log_set`: a set, or several, in any order of words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.router.attempts import outcomes, without_pauses
from agent.router.compose import (
    ASK_EXERCISE,
    Question,
    confirm_text,
    needs_weight,
    on_bar,
    tidy,
)
from agent.router.context import Clause, Reading
from agent.router.drafts import Description, SetDraft
from agent.router.in_a_row import apart
from agent.router.lexer import VOCATIVES, Token
from agent.router.lexicon import Tag
from agent.router.misheard import with_fuzzy_names, with_joined_names
from agent.router.numbers import Number
from agent.router.one_by_one import one_by_one
from agent.router.quantities import Reader
from agent.router.self_correction import settle
from agent.router.set_calls import OTHER_TOOLS, calls_or_question, held
from agent.router.sets import MAX_LISTED_REPS, Solver
from agent.router.understanding import Call, NameMatch, Pending

DIALECT: tuple[Tag, ...] = (
    "comma", "rpe", "rir", "empty_tank", "type", "then", "side", "rep", "repword", "set", "unit",
    "time", "distance", "plate", "quarter", "bar", "bodyweight", "gear", "no", "plus", "and", "or",
    "for", "at", "with", "by", "of", "in", "on", "only", "label", "did", "article", "this_time", "ordinal",
    "unsure", "hard", "filler", "attempt", "fell_short", "spare", "remark",
)  # fmt: skip
_LAST_WAS = frozenset(
    {("last", "set", "was"), ("last", "one", "was"), ("on", "that", "one"), ("on", "that", "set")}
)
_HERE_GOES = frozenset({("here", "we", "go"), ("here", "i", "go"), ("here", "it", "goes")})
_TO_COME = frozenset({("i", "got", "this"), ("ive", "got", "this"), ("working", "up", "to")})
_FEWEST_MORE = 4
"""Fewer reps than these "more" are what a spotter calls for."""
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
    if [t.text for t in tokens if t.tag not in ("number", "filler", "comma", "rep")] == ["more"]:
        return _so_many_more(clause, tokens)
    description = describe(clause, tokens)
    if description is None:
        return None
    if description.words and not unknown:
        return None
    if _marvels(clause, description) or _announces(clause.words):
        return None
    if not any(_EVIDENCE & set(d.slots) for d in description.drafts) and not description.ambiguous:
        return None
    reading = _reading(clause, description, matches, unknown)
    return _another(clause, reading) if reading is not None else None


def _another(clause: Clause, reading: Reading) -> Reading:
    """ "that last set was 185 for nine" after 185 for eight: another set, or that one put right?"""
    last, said = clause.state.last_set, clause.words
    pointed = any(said[i : i + 3] in _LAST_WAS for i in range(len(said)))
    if not pointed or last is None or len(reading.calls) != 1 or reading.calls[0].tool != "log_set":
        return reading
    args = reading.calls[0].args
    if "exercise" in args or "sets" in args or (args.get("weight"), args.get("reps")) == (None, None):
        return reading
    agree = (args.get("weight") == last.weight) + (args.get("reps") == last.reps)
    if not agree or (agree == 1 and "set_type" in args):
        return reading
    question = f"Shall I log {confirm_text(args)} as another set?"
    pending = Pending(reading.calls, "confirm", question)
    return Reading("ask", "log_set", reply=question, pending=pending, confidence=0.7)


def _marvels(clause: Clause, description: Description) -> bool:
    """ "dude, that's four plates": a load pointed out to somebody."""
    words = set(clause.words)
    only_load = all(set(d.slots) <= {"weight"} and d.exercise is None for d in description.drafts)
    return only_load and "thats" in words and bool(VOCATIVES & words)


def _announces(words: tuple[str, ...]) -> bool:
    """ "225 for five, here we go", "I got this, 225 for five", "working up to 225": what is to come."""
    triples = {words[i : i + 3] for i in range(len(words))}
    return words[-3:] in _HERE_GOES or bool(triples & _TO_COME)


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
    if not numbers or (exercise is None and len(numbers) == 1):
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


def _so_many_more(clause: Clause, tokens: list[Token]) -> Reading | None:
    """ "ten more" on pull-ups: done, or still to do?"""
    numbers = [t.number.value for t in tokens if t.number is not None]
    if len(numbers) != 1 or clause.current is None or clause.current.measure != "reps":
        return None
    if not _FEWEST_MORE <= numbers[0] <= MAX_LISTED_REPS:
        return None
    return _number_alone(clause, [t for t in tokens if t.number is not None])


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
    items = apart(one_by_one(outcomes(items)), clause.words, clause.state.last_set, clause.state.unit)
    settled = settle(without_pauses(items), clause.current)
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
        calls = calls_or_question(clause, description, explicit=False)
        asked = Question(ASK_EXERCISE, "exercise", about=unknown)
        pending = held(calls, asked) if isinstance(calls, tuple) else None
        question = f'I don\'t know "{unknown}". Which exercise was that?'
        return Reading("ask", "log_set", reply=question, pending=pending, confidence=0.6)
    if description.unsure:
        return _ask_exact(clause, description)
    if description.ambiguous:
        return _ask_numbers(clause, description)
    result = calls_or_question(clause, description)
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
    result = calls_or_question(clause, replace(description, unsure=False)) if has_reps else None
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
        result = calls_or_question(clause, Description([draft]))
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

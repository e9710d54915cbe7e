"""Answers to a question that was asked: the missing exercise, reps, weight, time, or a yes."""

from __future__ import annotations

from dataclasses import replace

from agent.router.compose import Question, needs_weight, set_args, tidy
from agent.router.context import Clause, Reading
from agent.router.drafts import SetDraft
from agent.router.intents import correct_set, log_set
from agent.router.intents.start_rest_timer import rest_seconds
from agent.router.lexer import Sentence
from agent.router.lone_number import closest
from agent.router.misheard import MAX_NAME_WORDS
from agent.router.numbers import Number
from agent.router.ordinals import ORDINALS
from agent.router.running import corrections, described
from agent.router.templates import Templates
from agent.router.understanding import Call, Pending, PerformedSet
from agent.router.vocabulary import ANSWER_FILLER, NO, YES
from services.exercises.catalogue import Exercise
from services.limits import check_reps

_TAKEN_BACK = NO | {
    *("actually", "sorry", "wait", "was", "mean", "meant", "i", "make", "that", "its", "thats", ","),
}
"""Words before what takes the place of what was asked about."""


_GO_AHEAD = Templates(
    ("[yes|yeah|yep|ok|sure|please] (go ahead|go for it|do it|do that|please do|yes please|lets do it|do)",)
)


_AFTER_NO = frozenset({"now", "thanks", "thank", "you", "please"})


def answer(clause: Clause, pending: Pending) -> Reading | None:
    """The held calls with the answer in its place, or None when the words do not answer."""
    words = [w for w in clause.words if w != ","]
    if not words:
        return None
    if pending.missing == "confirm":
        if all(w in YES for w in words) or _agrees(words, pending.question):
            return Reading("calls", "answer", pending.calls, confidence=0.95)
        return _declined(words) or _amended(clause, pending)
    if all(w in NO for w in words):
        return _declined(words)
    if pending.missing == "change":
        return _change(clause)
    if pending.missing == "set":
        return _set(clause, pending)
    if pending.missing == described.MISSING:
        return described.answer(clause, pending)
    if pending.missing == corrections.MISSING:
        return corrections.answer(clause)
    if pending.missing == "exercise":
        return _exercise(clause, pending)
    if pending.missing == "seconds":
        return _seconds(clause, pending)
    if pending.missing in ("reps", "weight", "duration_seconds"):
        return _quantity(clause, pending)
    return None


def _agrees(words: list[str], question: str) -> bool:
    """ "go ahead"; "yes, start one" and "start one" to "Shall I start one?"."""
    if _GO_AHEAD.match(" ".join(words)) is not None:
        return True
    _, shall, asked = question.lower().rpartition("shall i ")
    offered = asked.rstrip("?").replace(",", "").split()
    said = words[1:] if words[0] in YES else words
    begins = bool(shall) and bool(offered) and said[:1] == offered[:1]
    return begins and set(said) <= {*offered, "it", "one", "the", "run", "that", "a", "please"}


def _declined(words: list[str]) -> Reading | None:
    said = [w for w in words if w not in _AFTER_NO]
    if not said or not all(w in NO for w in said):
        return None
    return Reading("chat", "declined", reply="Okay.", confidence=0.9)


def _amended(clause: Clause, pending: Pending) -> Reading | None:
    """ "no, 235" to "was that 225 for 8?": the set that was asked about, put right."""
    held = pending.calls[-1]
    if held.tool != "log_set":
        return None
    start = clause.start
    while start < clause.end and clause.sentence.words[start] in _TAKEN_BACK:
        start += 1
    rest = replace(clause, start=start)
    numbers = _numbers(rest)
    if len(numbers) == 1 and start > clause.start:
        return _one_put_right(rest, pending, numbers[0])
    reading = log_set.parse(rest) if len(numbers) > 1 else None
    if reading is None or "exercise" not in held.args:
        return reading
    catalogue = clause.matcher.catalogue
    exercise = catalogue.by_name[str(held.args["exercise"]).casefold()]
    return replace(reading, calls=tuple(_on(call, exercise) for call in reading.calls))


def _one_put_right(clause: Clause, pending: Pending, number: Number) -> Reading | None:
    held = pending.calls[-1]
    tags = {t.tag for t in clause.tokens(log_set.DIALECT)}
    if not tags <= {"number", "rep", "unit", "comma", "filler", "article", "for", "at"}:
        return None
    said = PerformedSet("", held.args.get("reps"), held.args.get("weight"), clause.state.unit)
    role = "reps" if "rep" in tags or "for" in tags else closest(number.value, said, clause.state.unit)
    if role is None:
        question = f"{tidy(number.value)} what: the weight, or the reps?"
        return Reading("ask", "answer", reply=question, pending=pending)
    args = set_args(clause, SetDraft({role: number.value}), clause.current)  # type: ignore[dict-item]
    if isinstance(args, Question):
        return Reading("ask", "answer", reply=args.text, pending=pending)
    calls = (*pending.calls[:-1], replace(held, args={**held.args, **args}))
    return Reading("calls", "answer", calls, confidence=0.95)


def _change(clause: Clause) -> Reading | None:
    """What the last set is to be changed to: read as if "make that" came before it."""
    words = ("make", "that", *clause.words)
    sentence = Sentence.of(words, clause.matcher.find_in(words))
    return correct_set.parse(replace(clause, sentence=sentence, start=0, end=len(words)))


def _set(clause: Clause, pending: Pending) -> Reading | None:
    """A description of the set whose exercise was named the turn before."""
    held = pending.calls[0].args.get("exercise")
    exercise = clause.matcher.catalogue.by_name.get(str(held).casefold()) if held else None
    if exercise is None:
        return None
    state = replace(clause.state, exercise=exercise.slug)
    reading = log_set.parse(replace(clause, state=state))
    if reading is None:
        return None
    calls = tuple(_on(c, exercise) for c in reading.calls)
    waiting = reading.pending
    if waiting is not None:
        waiting = replace(waiting, calls=tuple(_on(c, exercise) for c in waiting.calls))
    return replace(reading, calls=calls, pending=waiting)


def _numbers(clause: Clause) -> list[Number]:
    return [n for i, n in clause.sentence.numbers.items() if clause.start <= i < clause.end]


def _exercise(clause: Clause, pending: Pending) -> Reading | None:
    """ "squat", "it was the overhead press", or a misheard name alone."""
    spans = [s for i, s in clause.sentence.exercises.items() if clause.start <= i < clause.end]
    inside = {i for s in spans for i in range(s.start, s.end)}
    rest = [w for i, w in enumerate(clause.words, clause.start) if i not in inside and w != ","]
    exercise: Exercise | None = None
    if pending.about and (completed := _completed(clause, pending)) is not None:
        exercise = completed
    elif len(spans) == 1 and all(w in ANSWER_FILLER for w in rest):
        exercise = spans[0].exercise
        if exercise is None:
            return None
    elif not _numbers(clause) and (not spans or len(clause.words) <= MAX_NAME_WORDS):
        ranked = clause.matcher.match(
            [w for w in clause.words if w not in ANSWER_FILLER and w != ","], limit=2
        )
        if (
            ranked
            and ranked[0].score >= 0.8
            and (len(ranked) == 1 or ranked[0].score - ranked[1].score > 0.05)
        ):
            exercise = ranked[0].exercise
    exercise = exercise or _completed(clause, pending) or _listed(clause, pending)
    if exercise is None:
        return None
    calls = tuple(_on(call, exercise) for call in pending.calls)
    for call in calls:
        if (
            call.tool == "log_set"
            and "reps" in call.args
            and "weight" not in call.args
            and needs_weight(exercise)
        ):
            question = f"{call.args['reps']} reps at what weight?"
            return Reading("ask", "answer", reply=question, pending=Pending(calls, "weight", question))
        if call.tool == "log_set" and not {"reps", "duration_seconds", "distance_meters"} & set(call.args):
            question = "How many reps?"
            return Reading("ask", "answer", reply=question, pending=Pending(calls, "reps", question))
    return Reading("calls", "answer", calls, confidence=0.95)


def _completed(clause: Clause, pending: Pending) -> Exercise | None:
    """ "cable" to "which row?", "barbell" to "incline?": the answer and what was not clear make a name."""
    said = [w for w in clause.words if w not in ANSWER_FILLER and w not in ("one", "ones", ",")]
    about = pending.about.split()
    if not said or not about or len(said) > MAX_NAME_WORDS:
        return None
    for words in ([*said, *about], [*about, *said]):
        match clause.matcher.find_in(words):
            case [span] if span.exercise is not None and span.end - span.start == len(words):
                return span.exercise
    members = clause.matcher.family(pending.about, limit=100)
    named = [e for e in members if set(said) <= set(e.name.lower().replace("-", " ").split())]
    return named[0] if len(named) == 1 else None


def _listed(clause: Clause, pending: Pending) -> Exercise | None:
    """ "the second one": a place in the list that the question named."""
    places = [ORDINALS[w] for w in clause.words if w in ORDINALS]
    others = [
        w for w in clause.words if w not in ORDINALS and w not in ANSWER_FILLER and w not in ("one", ",")
    ]
    if len(places) != 1 or others or not -len(pending.choices) <= places[0] < len(pending.choices):
        return None
    return clause.matcher.catalogue.by_slug[pending.choices[places[0]]]


def _on(call: Call, exercise: Exercise) -> Call:
    if call.tool != "log_set" or "exercise" in call.args:
        return call
    return replace(call, args={"exercise": exercise.name, **call.args})


def _seconds(clause: Clause, pending: Pending) -> Reading | None:
    words = clause.text.split()
    values = [w for w in words if w[0] in "~#"]
    if len(values) != 1 or any(
        w not in ANSWER_FILLER and w not in ("rest", "about", ",") and w[0] not in "~#" for w in words
    ):
        return None
    value = float(values[0][1:])
    seconds: float | None = value
    if values[0][0] == "#":
        number = next(n for i, n in clause.sentence.numbers.items() if clause.start <= i < clause.end)
        seconds = rest_seconds(value, number.clock, number.written_clock)
    if seconds is None:
        return None
    args = {"seconds": tidy(seconds)}
    return Reading(
        "calls", "answer", tuple(replace(c, args={**c.args, **args}) for c in pending.calls), confidence=0.95
    )


def _quantity(clause: Clause, pending: Pending) -> Reading | None:
    """One number for the slot that was asked for: "eight", "eight reps", "sixty kilos"."""
    tokens = clause.tokens(log_set.DIALECT)
    description = log_set.describe(clause, tokens)
    numbers = _numbers(clause)
    if (
        description is None
        or description.words
        or description.unsure
        or len(numbers) != 1
        or len(description.drafts) != 1
    ):
        return None
    draft = description.drafts[0]
    said = {str(name): value for name, value in draft.slots.items()}
    if draft.exercise is not None or not set(said) <= {"reps", "weight", "duration_seconds"}:
        return None
    explicit = any(t.tag in ("rep", "unit", "time") or (t.number and t.number.plural) for t in tokens)
    if explicit and pending.missing not in said:
        return None
    value = said.get(pending.missing, numbers[0].value)
    answered = SetDraft({pending.missing: value}, unit=draft.unit)  # type: ignore[dict-item]
    name = next((str(c.args["exercise"]) for c in pending.calls if "exercise" in c.args), "")
    exercise = clause.matcher.catalogue.by_name.get(name.casefold()) or clause.current
    args = set_args(clause, answered, exercise)
    if isinstance(args, Question):
        return Reading("ask", "answer", reply=args.text, pending=pending)
    if "reps" in args and any("weight" in c.args for c in pending.calls):
        impossible = check_reps(args["reps"])
        if impossible:
            return Reading("ask", "answer", reply=impossible, pending=pending)
    calls = tuple(
        replace(c, args={**c.args, **args}) if pending.missing not in c.args else c for c in pending.calls
    )
    return Reading("calls", "answer", calls, confidence=0.95)

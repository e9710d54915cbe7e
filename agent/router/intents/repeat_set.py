"""`repeat_set`: "same again", "same thing, five pounds more", "same weight for six"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from agent.router.compose import Question, set_args, tidy
from agent.router.context import Clause, Reading
from agent.router.cursor import Item, SlotName
from agent.router.drafts import SetDraft
from agent.router.lexer import Token
from agent.router.lexicon import Tag
from agent.router.lone_number import closest
from agent.router.numbers import MOST_SETS
from agent.router.quantities import Reader
from agent.router.sets import MAX_LISTED_REPS, Solver
from agent.router.understanding import Call, Pending, PerformedSet
from agent.router.vocabulary import POLITE
from agent.router.weight_change import WeightChange, read_reps_change, read_weight_change
from core.units import WeightUnit, convert_weight
from services.limits import check_set, check_weight

DIALECT: tuple[Tag, ...] = (
    "comma", "same", "again", "this_time", "rpe", "rir", "empty_tank", "rep", "repword", "more",
    "less", "set", "unit", "side", "gear", "plus", "and", "for", "at", "with", "of", "on", "only",
    "that", "be", "did", "article", "filler",
)  # fmt: skip
NOTHING_YET = "There's no set to repeat yet. What did you do?"
_MAY_BE_MEANT = frozenset(
    {"another one", "another set", "one more set", "one more", "another", "another round", "once more"}
) | {"one more time"}
"""Words that may announce a set as well as report one."""
_POINTERS = frozenset({"that", "those", "it", "them", "these", "this", "that one", "that set", "the same"})
_AROUND_TIMES = frozenset({"that", "did", "filler", "comma", "only"})
_USUAL_REPS = 12
_SAY_AGAIN = frozenset((one, "you", "repeat", what) for one in ("can", "could") for what in ("that", "it"))
"""May ask for what was said to be said again."""
ASK_SAME = "The same set again?"


def parse(clause: Clause) -> Reading | None:
    """The last set again, perhaps changed; a question when there is none; None when this is no repeat."""
    if _refuses(clause):
        return None
    sets, span = _times(clause)
    if sets > MOST_SETS:
        return None  # "did two hundred five times"
    tokens = [t for t in clause.tokens(DIALECT) if not (span and span[0] <= t.start < span[1])]
    if any(t.tag in ("word", "exercise") for t in tokens):
        return None
    tokens = _pointing(tokens)
    tags = {t.tag for t in tokens}
    if sum(t.tag == "again" and t.text.endswith("again") for t in tokens) > 1:
        return None  # "again and again"
    if _tells_whole_set(tokens):
        return None
    if tuple(w for w in clause.words if w not in POLITE) in _SAY_AGAIN and clause.state.last_set is not None:
        pending = Pending((Call("repeat_set"),), "confirm", ASK_SAME)
        return Reading("ask", "repeat_set", reply=ASK_SAME, pending=pending)
    tokens = _more_of_last(clause, tokens)
    more_reps, tokens = read_reps_change(tokens) if tags & {"same", "again"} else (0, tokens)
    change, tokens = read_weight_change(tokens)
    if change == "unclear":
        again = bool(tags & {"same", "again"})
        return Reading("ask", "repeat_set", reply="How much more: weight, or reps?") if again else None
    times = span is not None and bool(tags & {"that", "did"}) and tags <= _AROUND_TIMES
    if not (tags & {"same", "again", "this_time"} or times or (change is not None and change.reports)):
        return None
    tokens = _more_is_reps(tokens)
    counted, tokens = _counted_sets(tokens)
    if sets and counted:
        return None
    if more_reps:
        return _more_reps(clause, tokens, sets or counted, change, more_reps)
    return _reading(clause, tokens, sets or counted, change)


def _tells_whole_set(tokens: list[Token]) -> bool:
    """ "185 for eight again": all of it is told, and nothing is left to be the same."""
    again = [t for t in tokens if t.tag in ("same", "again", "this_time")]
    linked = any(t.tag in ("for", "rep") for t in tokens)
    return [t.text for t in again] == ["again"] and linked and sum(t.tag == "number" for t in tokens) == 2


def _refuses(clause: Clause) -> bool:
    """Whether it is never to be done again, anywhere in the sentence; "never mind" is something else."""
    words = clause.sentence.words
    return any(w == "never" and words[i + 1 : i + 2] != ("mind",) for i, w in enumerate(words))


def _more_reps(
    clause: Clause, tokens: list[Token], sets: int, change: WeightChange | None, more: int
) -> Reading | None:
    """ "same weight, one rep less": as many reps as the last set had, and so many more."""
    last = clause.state.last_set
    if last is None or last.reps is None:
        return Reading("ask", "repeat_set", reply=NOTHING_YET if last is None else "How many reps was that?")
    reading = _reading(clause, tokens, sets, change)
    if reading is None or reading.kind != "calls" or "reps" in reading.calls[0].args:
        return reading if reading is not None and reading.kind == "ask" else None
    if last.reps + more < 1:
        return Reading("ask", "repeat_set", reply="That leaves no reps. How many were there?")
    call = Call("repeat_set", {**reading.calls[0].args, "reps": last.reps + more})
    return replace(reading, calls=(call,))


def _pointing(tokens: list[Token]) -> list[Token]:
    """ "three more sets of that": what the sets are of is the set before."""
    out = list(tokens)
    for i, (before, token) in enumerate(pairwise(tokens), 1):
        if before.tag == "set" and before.text.endswith("of") and token.text in _POINTERS:
            out[i] = replace(token, tag="same", value=None)
    return out


def _times(clause: Clause) -> tuple[int, tuple[int, int] | None]:
    """ "twice", "two more times", "three times": how many sets, and where it says so."""
    words = clause.words
    for i, word in enumerate(words):
        at = clause.start + i
        if word in ("twice", "thrice"):
            more = words[i + 1 : i + 2] == ("more",)
            return (2 if word == "twice" else 3), (at, at + 1 + more)
        number = clause.sentence.numbers.get(at)
        if number is None:
            continue
        j = number.end - clause.start
        if words[j : j + 2] == ("more", "times") or words[j : j + 2] == ("times", "more"):
            return int(number.value), (at, number.end + 2)
        if words[j : j + 1] == ("times",) and j + 1 == len(words):
            return int(number.value), (at, number.end + 1)
    return 0, None


def _more_of_last(clause: Clause, tokens: list[Token]) -> list[Token]:
    """ "same weight eight more": as many as before or more are reps, fewer may be added to those."""
    last = clause.state.last_set
    said = next((t.number.value for t in tokens if t.number is not None), 0.0)
    return _more_is_reps(tokens) if last is not None and last.reps and said >= last.reps else tokens


def _more_is_reps(tokens: list[Token]) -> list[Token]:
    """ "eight more at the same weight": reps, where only the weight is the same and no sets are counted."""
    if not any(t.tag == "same" and t.value == "weight" for t in tokens) or any(
        t.tag == "set" for t in tokens
    ):
        return tokens
    return [
        replace(t, tag="filler") if t.tag == "more" and i and tokens[i - 1].tag == "number" else t
        for i, t in enumerate(tokens)
    ]


def _counted_sets(tokens: list[Token]) -> tuple[int, list[Token]]:
    """How many sets: "two more sets the same", "another two sets of that"."""
    for i, token in enumerate(tokens):
        if token.tag != "number" or token.number is None or token.number.plural:
            continue
        j = i + 1
        if j < len(tokens) and tokens[j].tag == "more":
            j += 1
        if j < len(tokens) and tokens[j].tag == "set":
            j += 1
        before = tokens[i - 1] if i else None
        of_same = j < len(tokens) and tokens[j].tag == "same" and tokens[j].value is None
        another = before is not None and before.text.split()[:1] == ["another"]
        told = tokens[: i - 1] if another else []
        ends = j == len(tokens) and any(
            t.tag == "again" or (t.tag == "same" and t.value is None) for t in told
        )
        if j > i + 1 or (of_same and i == 0) or (another and (of_same or ends)):
            return int(token.number.value), tokens[:i] + tokens[j:]
    return 0, tokens


def _reading(clause: Clause, tokens: list[Token], sets: int, change: WeightChange | None) -> Reading | None:
    last = clause.state.last_set
    kept: set[SlotName] = {
        "weight" if t.value == "weight" else "reps" for t in tokens if t.tag == "same" and t.value
    }
    whole = any((t.tag == "same" and t.value is None) or t.tag == "again" for t in tokens)
    known: tuple[SlotName, ...] = ("reps", "weight") if whole and not kept else tuple(kept)
    args = _changes(clause, tokens, known)
    if isinstance(args, Question):
        return Reading("ask", "repeat_set", reply=args.text)
    if args is None:
        return None
    impossible = check_set(sets=sets or None)
    if impossible:
        return Reading("ask", "repeat_set", reply=impossible)
    if sets > 1:
        args = {"sets": sets, **args}
    if change is not None:
        args["weight_change"] = tidy(change.amount)
        if change.unit is not None:
            args["unit"] = change.unit
    if not args and not _clear(tokens):
        pending = Pending((Call("repeat_set"),), "confirm", ASK_SAME)
        return Reading(
            "ask", "repeat_set", reply=ASK_SAME if last else NOTHING_YET, pending=pending if last else None
        )
    if last is None:
        return Reading("ask", "repeat_set", reply=NOTHING_YET)
    if change is not None and not _possible(change, last, clause.state.unit):
        return Reading("ask", "repeat_set", reply="That leaves no weight I can believe. What was it?")
    return Reading("calls", "repeat_set", (Call("repeat_set", args),), confidence=0.95)


def _clear(tokens: list[Token]) -> bool:
    """Whether it says plainly that the set was done: "another one" may only be meant."""
    return any(t.tag == "same" or (t.tag == "again" and t.text not in _MAY_BE_MEANT) for t in tokens) or any(
        t.tag == "did" for t in tokens
    )


def _changes(
    clause: Clause, tokens: list[Token], known: tuple[SlotName, ...]
) -> dict[str, Any] | Question | None:
    """What differs from the last set."""
    quantities = [
        t
        if t.tag not in ("same", "again", "this_time", "that", "be", "more", "less")
        else replace(t, tag="filler")
        for t in tokens
    ]
    items = Reader(quantities, clause.state.unit).items()
    values = [x for x in items if x.tag in ("slot", "bare")]
    if not values:
        return {}
    draft = _draft(clause, tokens, items, values, known)
    if draft is None:
        return Question("What was different: the weight, or the reps?")
    exercise = clause.last_exercise or clause.current
    args = set_args(clause, draft, exercise)
    if isinstance(args, dict) and not set(args) <= {"reps", "weight", "unit", "rpe"}:
        return None
    return args


def _draft(
    clause: Clause, tokens: list[Token], items: list[Item], values: list[Item], known: tuple[SlotName, ...]
) -> SetDraft | None:
    if len(values) == 1 and values[0].tag == "bare" and values[0].number is not None:
        number = values[0].number
        role = _role(clause, tokens, items, values[0], known)
        if role is None and clause.state.last_set is not None:
            role = closest(number.value, clause.state.last_set, clause.state.unit)
        if role is None and clause.state.last_set is None:
            role = "reps"
        return SetDraft({role: number.value}) if role else None  # type: ignore[dict-item]
    description = Solver(items, clause.last_exercise or clause.current, known).solve()
    if description.ambiguous or description.unsure or description.words or len(description.drafts) != 1:
        return None
    return description.drafts[0]


def _role(
    clause: Clause, tokens: list[Token], items: list[Item], bare: Item, known: tuple[SlotName, ...]
) -> str | None:
    """The role of the one bare number: what is not said to be the same."""
    if bare.token is None or bare.number is None:
        return None
    before = [t for t in tokens if t.end <= bare.token.start]
    previous = before[-1] if before else None
    if (
        previous is not None
        and (previous.tag == "article" or previous.text.endswith((" a", " an")))
        and bare.number.value <= 10
        and any(t.tag in ("be", "that") for t in before)
    ):
        return "rpe"
    link = next((x.name for x in reversed(items[: items.index(bare)]) if x.tag == "link" and x.name), "")
    if link == "for":
        return "weight" if known == ("reps",) else "reps"
    if link in ("at", "with"):
        if "weight" in known and bare.number.value <= 10:
            return "rpe"
        return "weight"
    if known == ("weight",):
        return "reps"
    if known == ("reps",):
        return "weight"
    if any(t.tag == "this_time" for t in tokens) and bare.number.value <= MAX_LISTED_REPS:
        usual = clause.state.last_set.reps if clause.state.last_set else None
        return "reps" if bare.number.value <= 2 * (usual or _USUAL_REPS) else None
    return None


def _possible(change: WeightChange, last: PerformedSet, unit: WeightUnit) -> bool:
    """Whether the last set's weight can be changed so."""
    said: WeightUnit = unit if change.unit is None else ("kg" if change.unit == "kg" else "lbs")
    weight = (last.weight or 0.0) + convert_weight(change.amount, said, last.unit)
    return check_weight(weight, last.unit, machine=True) is None

"""`correct_set`: "no, make that ten reps", "kilos not pounds", "that was a warm up"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.router.compose import Question, set_args
from agent.router.context import Clause, Reading
from agent.router.correction_cues import broken_off, has_cue, is_strong, mid_sentence, of_no_set_done
from agent.router.cursor import Item, SlotName
from agent.router.drafts import SetDraft
from agent.router.lexer import Sentence, Token
from agent.router.lexicon import Tag
from agent.router.lone_number import article_role, closest, denied_role, linked_role
from agent.router.misheard import with_fuzzy_names
from agent.router.quantities import Reader
from agent.router.sets import Solver
from agent.router.understanding import Call, Pending, PerformedSet
from agent.router.variants import says_only_changes, variant

DIALECT: tuple[Tag, ...] = (
    "comma", "rpe", "rir", "empty_tank", "type", "slot", "no", "not", "change", "that", "be",
    "only", "rep", "repword", "unit", "plate", "quarter", "bar", "side", "time", "distance", "gear",
    "bodyweight", "set", "plus", "and", "for", "at", "with", "by", "of", "in", "on", "did",
    "article", "ordinal", "this_time", "filler",
)  # fmt: skip
_GLUE = frozenset({"no", "not", "change", "that", "be", "only", "slot", "did", "then"})
_AROUND_KIND = frozenset(
    {
        "that",
        "it",
        "those",
        "no",
        "i",
        "meant",
        "sorry",
        "actually",
        "was",
        "were",
        "on",
        "with",
        "the",
        "a",
        "an",
    }
) | {"not", ",", "set", "one", "oh", "wait", "last", "bench"}
NOTHING_YET = "There's no set to change yet. What did you do?"
ASK_WHAT = "What should I change it to?"
_TAKES_OFF = ("undo ", "delete ", "cancel ", "scrap ", "forget ", "erase ", "remove ")
_ASK_SLOT = {"weight": "What was the weight?", "reps": "How many reps was it?", "rpe": "What was the RPE?"}


def parse(clause: Clause) -> Reading | None:
    """The change to the last set, a question, or None when this corrects nothing."""
    clause = _said_before(clause)
    other = _other_kind(clause)
    if other is not None:
        return other
    tokens = clause.tokens(DIALECT)
    if not has_cue(tokens) or mid_sentence(tokens) or broken_off(tokens):
        return None
    if of_no_set_done(tokens, clause.words):
        return None
    clause, matches, unknown = with_fuzzy_names(clause, DIALECT)
    tokens = clause.tokens(DIALECT)
    if unknown or any(t.tag == "word" for t in tokens):
        return None
    kept, denied = _split_denied(tokens)
    forced = next((str(t.value) for t in kept if t.tag == "slot"), None)
    if forced is None and sum(t.tag == "number" for t in kept) == 1:
        forced = next((t.tag for t in kept if t.tag in ("rpe", "rir")), None)
    items = Reader(_quantities(kept), clause.state.unit).items()
    if any(x.name == "sets" for x in items):
        return None
    last = clause.state.last_set
    reading = _change(clause, kept, items, forced, denied, last)
    return replace(reading, matches=matches) if reading else None


def _other_kind(clause: Clause) -> Reading | None:
    """ "that was incline, not flat", "I meant dumbbells": the exercise of the last set with that changed."""
    last, said = clause.state.last_set, set(clause.words)
    if last is None or clause.words[0] in ("was", "were") or not said & {"was", "were", "meant"}:
        return None
    if not says_only_changes(clause.words, _AROUND_KIND):
        return None
    exercise = variant(replace(clause, state=replace(clause.state, exercise=last.exercise)))
    return _with_set(clause, {"exercise": exercise.name}, last) if exercise is not None else None


def _said_before(clause: Clause) -> Clause:
    """ "did I say 270, I meant 290", "I said four, it was five": read as "not 270, 290"."""
    words = clause.words
    for i in range(len(words) - 1):
        if (
            words[i : i + 2] in (("i", "say"), ("i", "said"))
            and clause.start + i + 2 in clause.sentence.numbers
        ):
            said = clause.sentence.numbers[clause.start + i + 2]
            rest = clause.sentence.words[said.end : clause.end]
            if rest[:1] != ("not",) and any(said.end <= n < clause.end for n in clause.sentence.numbers):
                before = words[: i - 1] if i and words[i - 1] == "did" else words[:i]
                after = clause.sentence.words[said.start : said.end]
                changed = (*before, "not", *after, ",", *rest)
                sentence = Sentence.of(changed, clause.matcher.find_in(changed))
                return replace(clause, sentence=sentence, start=0, end=len(changed))
    return clause


def _split_denied(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """The tokens that hold, and those after "not" (to the next pause) that do not."""
    kept: list[Token] = []
    denied: list[Token] = []
    denying = counted = False
    for token in tokens:
        if token.tag == "not":
            denying, counted = True, False
        elif token.tag == "comma":
            if denying and denied:
                denying = False
            kept.append(token)
        elif denying and token.tag == "that" and denied:
            denying = False
        elif denying and counted and token.number is not None and denied[-1].number is not None:
            denying = False  # "not eight nine"
            kept.append(token)
        elif denying:
            counted = counted or token.number is not None
            denied.append(token)
        else:
            kept.append(token)
    return kept, denied


def _quantities(tokens: list[Token]) -> list[Token]:
    """The tokens that may carry a value, an article kept only where it tells a time from a number."""
    return [t if t.tag not in _GLUE else replace(t, tag="filler") for t in tokens]


def _change(
    clause: Clause,
    tokens: list[Token],
    items: list[Item],
    forced: str | None,
    denied: list[Token],
    last: PerformedSet | None,
) -> Reading | None:
    values = [x for x in items if x.tag in ("slot", "bare")]
    unit = next((t.value for t in tokens if t.tag == "unit"), None)
    if not values and unit is None:
        return _nothing_said(clause, tokens, forced, last)
    if not values:
        return _with_set(clause, {"unit": unit}, last)
    args = _single(values, items, tokens, forced, denied, clause, last)
    if args is None:
        args = _described(clause, items, tokens, last)
    if isinstance(args, Question):
        return Reading("ask", "correct_set", reply=args.text)
    if args is None:
        return None
    if tokens[0].tag == "no" and tokens[0].text.startswith(_TAKES_OFF) and not {"reps", "weight"} & set(args):
        return None  # "delete that, it was a warm up"
    if "exercise" in args and len(args) == 1 and not _names_set(tokens):
        return None
    if last is None and {"reps", "weight"} <= set(args):
        return None
    return _with_set(clause, args, last)


def _names_set(tokens: list[Token]) -> bool:
    return (
        any(t.tag in ("that", "be", "not") for t in tokens)
        or any(t.tag == "change" and " " in t.text for t in tokens)
        or any(
            t.text in ("i meant", "i mean", "sorry i meant", "no i meant", "i said", "no i said")
            for t in tokens
        )
    )


def _nothing_said(
    clause: Clause, tokens: list[Token], forced: str | None, last: PerformedSet | None
) -> Reading | None:
    """ "change the weight", "fix the last set": to what?"""
    if not any(t.tag == "change" and t.text in _BARE_CHANGE for t in tokens):
        return None
    if not forced and not any(t.tag == "that" for t in tokens):
        return None
    if any(t.tag not in _BARE_TAGS for t in tokens):
        return None
    if last is None:
        return Reading("ask", "correct_set", reply=NOTHING_YET)
    question = _ASK_SLOT.get(forced or "", ASK_WHAT)
    missing = forced if forced in ("weight", "reps") else "change"
    return Reading(
        "ask", "correct_set", reply=question, pending=Pending((Call("correct_set"),), missing, question)
    )


_BARE_CHANGE = frozenset(
    phrase + tail
    for phrase in ("", "can you ", "could you ")
    for tail in ("change", "fix", "correct", "update", "edit", "adjust", "amend")
) | {"change it", "change that"}
_BARE_TAGS = frozenset(
    {"change", "slot", "that", "no", "filler", "article", "comma", "of", "on", "for", "ordinal", "set", "did"}
)


def _with_set(clause: Clause, args: dict[str, Any], last: PerformedSet | None) -> Reading:
    if last is None:
        return Reading("ask", "correct_set", reply=NOTHING_YET)
    return Reading("calls", "correct_set", (Call("correct_set", args),), confidence=0.95)


def _single(
    values: list[Item],
    items: list[Item],
    tokens: list[Token],
    forced: str | None,
    denied: list[Token],
    clause: Clause,
    last: PerformedSet | None,
) -> dict[str, Any] | Question | None:
    """A correction that is one bare number: reps, weight or effort, whichever it is close to."""
    bare = [x for x in values if x.tag == "bare"]
    if len(values) == 2 and len(bare) == 1 and bare[0] is values[0] and values[1].name == "reps":
        said = bare[0].number  # "thirty not thirteen, thirty reps"
        return _checked(clause, {"reps": said.value}) if said and said.value == values[1].value else None
    if len(values) != 1 or not bare or bare[0].number is None:
        return None
    value = bare[0].number.value
    if last is None:
        return {"reps": value}
    role = (
        forced
        or denied_role(denied, last)
        or linked_role(items, bare[0])
        or article_role(tokens, bare[0], last)
        or closest(value, last, clause.state.unit)
    )
    if role is None:
        return Question(f"{value:g} what: the weight, or the reps?")
    return _checked(clause, {role: value})


def _checked(clause: Clause, args: Mapping[str, float]) -> dict[str, Any] | Question:
    draft = SetDraft(dict(args))  # type: ignore[arg-type]
    return set_args(clause, draft, clause.last_exercise or clause.current)


def _described(
    clause: Clause, items: list[Item], tokens: list[Token], last: PerformedSet | None
) -> dict[str, Any] | Question | None:
    """A correction that describes the set in several slots."""
    known: list[SlotName] = []
    description = Solver(items, clause.last_exercise or clause.current, known).solve()
    if description.words or description.unsure:
        return None
    if description.ambiguous or len(description.drafts) != 1:
        if not is_strong(tokens) and sum(t.tag == "number" for t in tokens) > 1:
            return None  # "that was 205, I got five" reports
        return Question("What should the set be: what weight, and how many reps?")
    draft = description.drafts[0]
    if draft.has("sets"):
        return None
    if draft.exercise is not None and draft.exercise.exercise is None:
        return None
    if {"reps", "weight"} <= set(draft.slots) and not is_strong(tokens):
        return None
    exercise = draft.exercise.exercise if draft.exercise else (clause.last_exercise or clause.current)
    args = set_args(clause, draft, exercise)
    if isinstance(args, Question):
        return args
    if "duration_seconds" in args or "distance_meters" in args:
        return None
    if draft.exercise is not None and exercise is not None:
        args = {"exercise": exercise.name, **args}
    return args or None

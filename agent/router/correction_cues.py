"""What tells a correction from a report: the words that speak of a set that is there already."""

from __future__ import annotations

from itertools import pairwise

from agent.router.lexer import Token

_RATING = (
    "that was",
    "it was",
    "call that",
    "id call that",
    "id say that",
    "rpe was",
    "the rpe was",
    "rate ",
    "score ",
    "grade ",
)
_SHOULD = ("should", "was actually", "was really", "was supposed", "was meant", "needs", "ought")
_WEAK = frozenset(
    [
        "to",
        "as",
        "put",
        "add",
        "as a",
        "to a",
        "mark",
        "set",
        "log that as",
        "log it as",
        "count that as",
        "count it as",
        "put that down as",
        "put it down as",
        "put that as",
        "call it",
        "call that",
    ]
)
"""Words of change that also begin a plain report: "log that as 215 for 5"."""
_POINTERS = frozenset({"that", "slot", "rpe", "rir", "type"})
"""With one of these, a weak word of change speaks of the last set: "add rpe eight"."""
_TO_COME = frozenset(("next", what) for what in ("set", "one", "time", "round", "week"))
_NO_MARK = frozenset({("wait", "for"), ("no", "to"), ("said", "no")})
_STANDS = frozenset({"its", "it is", "thats", "that is", "theyre", "is"})
"""Words of what something is, and not of what it was."""
_AROUND_EFFORT = frozenset(
    {
        "rpe",
        "rir",
        "empty_tank",
        "number",
        "filler",
        "article",
        "comma",
        "did",
        "rep",
        "in",
        "only",
        "be",
        "and",
    }
)


def has_cue(tokens: list[Token]) -> bool:
    """Whether anything says that an earlier set is meant."""
    tags = {t.tag for t in tokens}
    if tags & {"no", "not"} or tags >= {"slot", "be"} or tags >= {"that", "be"}:
        return True
    if _effort_alone(tokens):
        return True
    if "change" in tags and (
        tags & _POINTERS or any(t.tag == "change" and t.text not in _WEAK for t in tokens)
    ):
        return True
    return any(
        (t.tag == "that" and " " in t.text and not t.text.startswith("i "))
        or (t.tag in ("rpe", "type") and t.text.startswith(_RATING))
        or (t.tag == "be" and t.text.startswith(_SHOULD))
        for t in tokens
    )


def _effort_alone(tokens: list[Token]) -> bool:
    """ "RPE 8", "two in the tank", "felt like a nine": nothing but how hard the last set was."""
    efforts = [t for t in tokens if t.tag in ("rpe", "rir", "empty_tank")]
    if len(efforts) != 1 or not {t.tag for t in tokens} <= _AROUND_EFFORT:
        return False
    if efforts[0].tag == "rir" and efforts[0].text.split()[-1] == "left":
        return any(t.tag == "did" for t in tokens)  # "two left" may be a spotter's count
    return sum(t.tag == "number" for t in tokens) == (efforts[0].tag != "empty_tank")


def of_no_set_done(tokens: list[Token], words: tuple[str, ...]) -> bool:
    """What sounds like a correction and is about something else.

    Which set it is ("that was set three"), how a machine is set ("it's set to 140"), the set to come ("make
    it 200 next set"), how long to wait ("wait for five").
    """
    pairs = list(pairwise(words))
    if any(pair in _TO_COME or pair in _NO_MARK for pair in pairs):
        return True
    return any(
        (one.text == "set" and two.number is not None)
        or (one.text in _STANDS and two.tag == "change" and two.text.startswith("set"))
        for one, two in pairwise(tokens)
    )


def mid_sentence(tokens: list[Token]) -> bool:
    """Whether a mark of correction stands between two values: then the sentence corrects itself."""
    marks = [i for i, t in enumerate(tokens) if t.tag == "no" and not _closes(tokens, i)]
    values = [i for i, t in enumerate(tokens) if t.tag in ("number", "exercise", "plate", "bar", "repword")]
    return any(values[:1] < [m] < values[-1:] for m in marks) and bool(values)


def broken_off(tokens: list[Token]) -> bool:
    """ "225 for, no": nothing yet takes the place of what was taken back."""
    return len(tokens) > 1 and tokens[-1].tag == "no" and tokens[-2].tag in ("for", "at", "with", "by")


def _closes(tokens: list[Token], i: int) -> bool:
    """Whether the mark at `i` only ends what was said: "that was twelve actually, not fifteen"."""
    after = [t for t in tokens[i + 1 :] if t.tag != "comma"]
    return tokens[i].text == "actually" and (not after or after[0].tag == "not")


def is_strong(tokens: list[Token]) -> bool:
    """Whether it cannot be a plain report of a new set."""
    return any(t.tag in ("no", "not") or (t.tag == "change" and t.text not in _WEAK) for t in tokens) or any(
        (t.tag == "be" and t.text.startswith(_SHOULD)) or (t.tag == "that" and "should" in t.text)
        for t in tokens
    )

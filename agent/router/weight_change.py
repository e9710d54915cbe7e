"""How much more or less than the last set: "five pounds more", "up ten", "plus two and a half"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.router.lexer import Token

_SIGN = {"more": 1.0, "plus": 1.0, "less": -1.0}
_REPS_SIGN = {"more": 1, "extra": 1, "plus": 1, "additional": 1, "less": -1, "fewer": -1, "minus": -1}
_OF_REPS = frozenset(_REPS_SIGN) | {"rep", "reps", "a", "an", "one", "another"}
_NOT_BEFORE = frozenset({"more", "less", "off"})
"""Words of change that follow an amount and do not lead one."""
_ORDERS = frozenset(
    {
        "plus",
        "extra",
        "more",
        "down",
        "up",
        "off",
        "minus",
        "less",
        "add",
        "increase",
        "drop",
        "lower",
        "higher",
    }
)
"""Words of change that may as well announce a set as report one."""


@dataclass(frozen=True, slots=True)
class WeightChange:
    """The signed amount; its unit, where one was said; whether the words report a set by themselves."""

    amount: float
    unit: str | None
    reports: bool


def read_weight_change(
    tokens: list[Token],
) -> tuple[WeightChange | Literal["unclear"] | None, list[Token]]:
    """The change in `tokens` and the other tokens. "two more" alone is unclear: weight or reps?"""
    for i, token in enumerate(tokens):
        if token.tag != "number" or token.number is None:
            continue
        value = token.number.value
        tags = [t.tag for t in tokens[i + 1 : i + 3]]
        if tags[1:] == ["unit"] and tags[0] in _SIGN:  # "ten more pounds"
            unit = str(tokens[i + 2].value)
            return WeightChange(_SIGN[tags[0]] * value, unit, True), tokens[:i] + tokens[i + 3 :]
        said = str(tokens[i + 1].value) if tags[:1] == ["unit"] else None
        after = i + 1 if said is None else i + 2
        word = tokens[after] if after < len(tokens) else None
        if word is not None and word.tag in ("more", "less"):
            if word.text == "more" and said is None:
                if _counts_sets(tokens[after + 1 :]):
                    continue
                return "unclear", tokens
            reports = said is not None or word.text in ("heavier", "lighter")
            return WeightChange(_SIGN[word.tag] * value, said, reports), tokens[:i] + tokens[after + 1 :]
        lead = _lead(tokens, i)
        if lead is not None:
            reports = said is not None and tokens[lead].text not in _ORDERS
            change = WeightChange(_SIGN[tokens[lead].tag] * value, said, reports)
            return change, tokens[:lead] + tokens[after:]
    return None, tokens


def read_reps_change(tokens: list[Token]) -> tuple[int, list[Token]]:
    """How many reps more (or, negative, less) the tokens say, and the other tokens; 0 when they say none.

    "one rep less", "two more reps", "three fewer", "an extra rep", "plus two reps".
    """
    for start in range(len(tokens)):
        for length in (3, 2):
            stretch = tokens[start : start + length]
            change = _reps_change(stretch) if len(stretch) == length else 0
            if change:
                return change, tokens[:start] + tokens[start + length :]
    return 0, tokens


def _reps_change(stretch: list[Token]) -> int:
    """The change that exactly these tokens say, or 0."""
    words = " ".join(t.text for t in stretch if t.number is None).split()
    numbers = [t.number.value for t in stretch if t.number is not None]
    one = stretch[0].tag in ("article", "again", "plus", "more") and not numbers
    counted = one or (len(numbers) == 1 and stretch[0].tag != "rep")
    if not counted or not ({"rep", "reps", "fewer"} & set(words)) or not set(words) <= _OF_REPS:
        return 0
    signs = {_REPS_SIGN[w] for w in words if w in _REPS_SIGN}
    value = 1.0 if one else numbers[0]
    return int(signs.pop() * value) if len(signs) == 1 and value == int(value) else 0


def _lead(tokens: list[Token], i: int) -> int | None:
    """Where the word of change stands that leads the amount at `i` ("up ten", "dropped another ten")."""
    j = i - 1
    while j >= 0 and tokens[j].tag in ("article", "filler", "for"):
        j -= 1
    return j if j >= 0 and tokens[j].tag in _SIGN and tokens[j].text not in _NOT_BEFORE else None


def _counts_sets(following: list[Token]) -> bool:
    """Whether "two more" goes on as a number of sets: "like that", "sets the same"."""
    return any(t.tag in ("same", "set", "again") for t in following)

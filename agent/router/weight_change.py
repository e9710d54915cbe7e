"""How much more or less than the last set: "five pounds more", "up ten", "plus two and a half"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.router.lexer import Token

_SIGN = {"more": 1.0, "plus": 1.0, "less": -1.0}
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


def _lead(tokens: list[Token], i: int) -> int | None:
    """Where the word of change stands that leads the amount at `i` ("up ten", "dropped another ten")."""
    j = i - 1
    while j >= 0 and tokens[j].tag in ("article", "filler", "for"):
        j -= 1
    return j if j >= 0 and tokens[j].tag in _SIGN and tokens[j].text not in _NOT_BEFORE else None


def _counts_sets(following: list[Token]) -> bool:
    """Whether "two more" goes on as a number of sets: "like that", "sets the same"."""
    return any(t.tag in ("same", "set", "again") for t in following)

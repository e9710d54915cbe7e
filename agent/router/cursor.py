"""The steps of a set description, and a cursor that reads tokens into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.router.lexer import Token
from agent.router.numbers import Number
from core.units import WeightUnit

SlotName = Literal[
    "reps", "weight", "sets", "rpe", "rir", "set_type", "duration_seconds", "distance_meters", "exercise"
]
ItemTag = Literal["slot", "bare", "link", "break", "word", "unsure"]


@dataclass(frozen=True, slots=True)
class Load:
    """A load told by its plates: what hangs on each side, and whether a bar carries it."""

    per_side: float
    plates: float | None = None
    """Full plates a side, when that is all that was said."""


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a set description: a slot with its value, a bare number, a link word or a break."""

    tag: ItemTag
    name: str = ""
    value: float | str | Load | None = None
    unit: WeightUnit | None = None
    token: Token | None = None
    number: Number | None = None


class Cursor:
    """A place among tokens; offsets count from there, negative ones backwards."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.i = 0

    def tag(self, offset: int = 0) -> str:
        """The tag there, or nothing beyond the ends."""
        i = self.i + offset
        return self.tokens[i].tag if 0 <= i < len(self.tokens) else ""

    def at(self, offset: int = 0) -> Token:
        """The token there."""
        return self.tokens[self.i + offset]

    def number(self, offset: int = 0) -> Number | None:
        """The number there, if it is one."""
        i = self.i + offset
        return self.tokens[i].number if 0 <= i < len(self.tokens) else None

    @property
    def done(self) -> bool:
        """Whether all tokens are read."""
        return self.i >= len(self.tokens)

    def skip(self, count: int, item: Item) -> Item:
        """`item`, and the cursor moved on by `count` tokens."""
        self.i += count
        return item

    def take(
        self, count: int, name: SlotName, value: float | str | Load, unit: WeightUnit | None = None
    ) -> Item:
        """A slot made of the next `count` tokens."""
        token = self.at()
        number = next((t.number for t in self.tokens[self.i : self.i + count] if t.number), None)
        return self.skip(count, Item("slot", name, value, unit, token, number))

"""A repair rule: what is heard, in which context, and what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

NUMBER = (
    r"(?:\d+(?:\.\d+)?s?|(?:twen|thir|for|four|fif|six|seven|eigh|nine)t(?:y|ies)|hundred|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|one|two|three|four|five|six|seven|eight|nine|oh)"
)

TWO_DIGITS = (
    r"(?:(?:twen|thir|for|four|fif|six|seven|eigh|nine)ty\b"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen\b|ten\b)"
)


@dataclass(frozen=True, slots=True)
class Repair:
    """One mishearing: what is heard (a regular expression), what was said, and why that is safe."""

    heard: str
    said: str
    why: str


class Repairs:
    """Rules compiled once and applied in their order."""

    def __init__(self, rules: Iterable[Repair]) -> None:
        self._rules = tuple((re.compile(r.heard, re.IGNORECASE), r.said) for r in rules)

    def mend(self, text: str) -> str:
        """`text` after every rule; the same text where no rule applies."""
        for pattern, said in self._rules:
            text = pattern.sub(said, text)
        return text

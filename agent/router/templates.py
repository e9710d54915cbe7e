"""Sentence templates: the fixed phrases of an intent as data.

`a [b] (c|d) <rule>` reads: "a", perhaps "b", then "c" or "d", then what the rule of that name says. A
duration in the sentence is `{seconds}`, a bare number `{number}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_PART = re.compile(r"\[|\]|\(|\)|\||<\w+>|\{\w+\}|[^\s\[\]()|<>{}]+")
_SLOTS = {
    "{seconds}": r"~(?P<seconds>[\d.]+) ",
    "{number}": r"#(?P<number>[\d.]+) ",
    "{clock}": r"#(?P<clock>[\d.]+:[\d.]+) ",
}


def _regex(template: str, rules: Mapping[str, str]) -> str:
    out: list[str] = []
    for part in _PART.findall(template):
        if part == "[":
            out.append("(?:")
        elif part == "]":
            out.append(")?")
        elif part == "(":
            out.append("(?:")
        elif part in (")", "|"):
            out.append(part)
        elif part.startswith("<"):
            out.append(f"(?:{_regex(rules[part[1:-1]], rules)})")
        elif part.startswith("{"):
            out.append(_SLOTS[part])
        else:
            out.append(re.escape(part) + " ")
    return "".join(out)


class Templates:
    """A compiled set of templates. `rules` are shared pieces, named in templates as `<name>`."""

    def __init__(self, templates: Sequence[str], rules: Mapping[str, str] | None = None) -> None:
        alternatives = []
        for n, template in enumerate(templates):
            pattern = _regex(template, rules or {})
            for name in ("seconds", "number", "clock"):
                pattern = pattern.replace(f"(?P<{name}>", f"(?P<{name}_{n}>")
            alternatives.append(f"(?:{pattern})")
        self._pattern = re.compile("|".join(alternatives))

    def match(self, text: str) -> dict[str, str] | None:
        """The slots when all of `text` (words with single spaces) is one of the sentences, else None."""
        found = self._pattern.fullmatch(text + " " if text else "")
        if found is None:
            return None
        return {k.rsplit("_", 1)[0]: v for k, v in found.groupdict().items() if v is not None}

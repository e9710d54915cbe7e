"""What clients sent and what they were told: the memory that the database is compared with."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from eval.storm.plan import Planned
from tools import TOOLS

TRACE = 40
WRITING = frozenset(name for name, tool in TOOLS.items() if tool.writes)


@dataclass
class Told:
    """What an athlete's clients know."""

    acknowledged: dict[str, Planned] = field(default_factory=dict)
    """Turns that were answered, by their ids."""
    abandoned: dict[str, Planned] = field(default_factory=dict)
    """Turns that were sent and neither answered nor sent again."""
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What calls that write came to, by the text of it: each was told as done."""
    spoken: int = 0
    conversations: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)


class Journal:
    """Everything that clients know. `violations` are what must not happen, in words."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.told: dict[str, Told] = defaultdict(Told)
        self.counts: Counter[str] = Counter()
        self.violations: list[str] = []
        self.misunderstood: list[str] = []

    def note(self, athlete: str, line: str) -> None:
        """A line of the athlete's trace."""
        self.told[athlete].lines.append(f"{time.monotonic() - self._began:9.3f} {line}")

    def acknowledge(self, athlete: str, turn: Planned, how: str) -> None:
        """The client was told that the turn is done."""
        self.told[athlete].acknowledged[turn.item_id] = turn
        self.counts["acknowledged"] += 1
        self.note(athlete, f"{turn.item_id} acknowledged: {how[:100]}")

    def abandon(self, athlete: str, turn: Planned) -> None:
        """The client does not know what became of the turn, and will not ask."""
        self.told[athlete].abandoned[turn.item_id] = turn
        self.counts["abandoned"] += 1
        self.note(athlete, f"{turn.item_id} abandoned")

    def see(self, athlete: str, output: dict[str, Any]) -> None:
        """The client was told what a call came to."""
        if output.get("ok") and output.get("tool") in WRITING:
            self.told[athlete].outputs[json.dumps(output, sort_keys=True)] = output

    def violate(self, athlete: str, what: str, item_id: str | None = None) -> None:
        """Something that must not happen has happened. The trace of its turn, or of the end, follows."""
        lines = self.told[athlete].lines
        mine = [line for line in lines if item_id is not None and item_id in line] or lines[-TRACE:]
        self.violations.append("\n    ".join([f"{athlete}: {what}", *mine[-TRACE:]]))

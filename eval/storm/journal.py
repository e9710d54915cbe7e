"""What clients sent and what they were told: the memory that the database is compared with."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from eval.storm.plan import Planned
from tools import TOOLS

TRACE = 40
WRITING = frozenset(name for name, tool in TOOLS.items() if tool.writes)


@dataclass(frozen=True, slots=True)
class Done:
    """A call that a client was told of as done: what it came to, and its turn with the number of the call in
    the turn, `item_id:0`. `call` is None where the client cannot know: of what was spoken."""

    output: dict[str, Any]
    call: str | None


@dataclass
class Told:
    """What an athlete's clients know."""

    acknowledged: dict[str, Planned] = field(default_factory=dict)
    """Turns that were answered, by their ids."""
    abandoned: dict[str, Planned] = field(default_factory=dict)
    """Turns that were sent and neither answered nor sent again."""
    done: list[Done] = field(default_factory=list)
    """What calls that write came to, as it was told: the same call perhaps several times."""
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

    def see(self, athlete: str, output: dict[str, Any], call: str | None) -> None:
        """The client was told what a call came to; see `Done`."""
        if output.get("ok") and output.get("tool") in WRITING:
            self.told[athlete].done.append(Done(output, call))

    def violate(self, athlete: str, what: str, item_id: str | None = None) -> None:
        """Something that must not happen has happened. The trace of its turn, or of the end, follows."""
        lines = self.told[athlete].lines
        mine = [line for line in lines if item_id is not None and item_id in line] or lines[-TRACE:]
        self.violations.append("\n    ".join([f"{athlete}: {what}", *mine[-TRACE:]]))

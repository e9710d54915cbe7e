"""What a turn came to when it was played, and the protocol of what plays it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from eval.scenario import Scenario

TurnTaking = Literal["right", "cut_off", "missed_end", "interrupted", "ignored", "answered"]
"""Of a spoken turn: it was taken for several, its end was not noticed, or the answer was broken off though
the athlete said nothing. Of what another said: it was ignored, as it had to be, or answered."""


@dataclass(frozen=True, slots=True)
class OverReply:
    """What came of a turn that was said over the reply to the one before."""

    during: bool
    """The voice was still speaking when the turn began: else it came too late to be an interruption."""

    silenced: bool = False
    """The voice stopped before it had finished."""

    latency_ms: float | None = None
    """From the turn's first sound until the client was told to be silent."""

    kept_true: bool | None = None
    """Of an interrupted reply: the history keeps as much of it as was heard."""


@dataclass(frozen=True, slots=True)
class ObservedCall:
    """A tool call that was made."""

    tool: str
    args: Mapping[str, Any] = field(default_factory=dict)

    wrote: bool = False
    """It committed a change: rows inserted, changed or deleted. An undo that undid something wrote."""

    failed: bool = False
    """It raised an error or refused, with a question or without, and did nothing. So it did not happen: it
    meets no expectation."""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What one turn came to, once everything that it set going was over."""

    calls: tuple[ObservedCall, ...] = ()
    """In the order they were made."""

    reply: str = ""
    """All that was said to the athlete; empty: nothing was."""

    latency_ms: float | None = None
    """From the final transcript to the commit of the last call's effect; None when no call was made."""

    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by stage, from the server's own records."""

    row_counts: tuple[int | None, ...] = ()
    """For each of the turn's `after`, in order: how many of the athlete's rows match its `where` when the
    turn is over (numbers to 0.01). None: this build has no such table or column."""

    transcript: str | None = None
    """What was recognised, for a turn with audio."""

    confidence: float | None = None
    """How surely it was recognised, 0-1; None when that is not known."""

    turn_taking: TurnTaking | None = None
    """For a turn spoken through a door."""

    over_reply: OverReply | None = None
    """For a turn spoken through a door, over a reply."""

    cost_usd: float | None = None
    """What paid models cost; None when none was used."""

    end_state: tuple[str, ...] | None = None
    """On the last turn of a scenario: how what the athlete has differs from what the expected calls come to
    (`eval.endstate`); empty when it does not, None when it was not looked at."""

    error: str | None = None
    """The turn broke: it is not exact, whatever else it did."""


class Player(Protocol):
    """Plays scenarios against VoiceFit, each in a clean state of its own; several at once if asked to."""

    @property
    def tools(self) -> frozenset[str]:
        """The names of the tools that this build has."""
        ...

    async def play(self, scenario: Scenario) -> list[TurnOutcome]:
        """Sets up `scenario.given` for a new athlete and plays the turns; one outcome a turn, in order."""
        ...

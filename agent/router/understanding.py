"""What the router is given and what it gives back: plain values, no database, no transport."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from core.units import WeightUnit

SetType = Literal["working", "warmup", "drop", "failure", "amrap"]
Kind = Literal["calls", "ask", "chat", "ignore", "hand_over"]


@dataclass(frozen=True, slots=True)
class PerformedSet:
    """A set as it was logged. `exercise` is a catalogue slug; weight is in `unit`."""

    exercise: str
    reps: int | None = None
    weight: float | None = None
    unit: WeightUnit = "lbs"
    rpe: float | None = None
    rir: int | None = None
    set_type: SetType = "working"
    duration_seconds: float | None = None
    distance_meters: float | None = None


@dataclass(frozen=True, slots=True)
class ToldRun:
    """A run that is over, as it was logged last."""

    distance_meters: float | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class WorkoutState:
    """What the athlete is in the middle of, read before each turn.

    `exercise` is the slug that the workout is on; `last_set` the newest set of the open workout;
    `suggestions` the slugs last offered as substitutes, in order; `run` the state of a live run; `last_run`
    one that is over, if nothing was logged since. A `newcomer` has neither trained nor been set up.
    """

    unit: WeightUnit = "lbs"
    workout_open: bool = False
    exercise: str | None = None
    last_set: PerformedSet | None = None
    suggestions: tuple[str, ...] = ()
    run: Literal["active", "paused"] | None = None
    injuries: tuple[str, ...] = ()
    newcomer: bool = False
    distance_unit: Literal["mi", "km"] = "mi"
    last_run: ToldRun | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function tool, with the contract's names. `exercise` is a catalogue name."""

    tool: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that was asked: the calls it holds up, and the one thing that is `missing`.

    The next turn may answer it ("squat", "ninety seconds"), or be about something else, which drops it.
    `about` are the words that were not clear ("row"), which an answer may complete ("cable"); `choices` the
    slugs that the question names, in order.
    """

    calls: tuple[Call, ...]
    missing: str
    question: str
    about: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameMatch:
    """An exercise that words may mean. `score` is 0-1; `match_type` says how it was found."""

    slug: str
    name: str
    score: float
    match_type: Literal["alias", "fuzzy", "prefix", "context"]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one utterance comes to.

    `calls`: do these, in order. `ask`: say `reply`, a question, and write nothing. `chat`: say `reply`,
    short. `ignore`: not for the agent, say nothing. `hand_over`: the grammar is not sure; a language model
    decides
    (until one is configured, the session says that it did not understand).
    `confidence` is 0-1; `reason` names the rule that decided, for the turn's record.
    """

    kind: Kind
    calls: tuple[Call, ...] = ()
    reply: str | None = None
    confidence: float = 1.0
    reason: str = ""
    pending: Pending | None = None
    matches: tuple[NameMatch, ...] = ()

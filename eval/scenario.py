"""A scenario of an evaluation set: a state, then what the athlete says and what must come of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from core.units import WeightUnit
from db.models import BodyPart
from eval.arguments import MAX_SETS, valid_weights
from eval.names import find_exercise

SetType = Literal["working", "warmup", "drop", "failure", "amrap"]


def _catalogue_name(name: str) -> str:
    exercise = find_exercise(name)
    if exercise is None:
        raise ValueError(f"no exercise of the catalogue is called {name!r}")
    return exercise.name


NonEmpty = Annotated[str, Field(min_length=1, pattern=r"\S")]
ExerciseName = Annotated[str, AfterValidator(_catalogue_name)]


class Strict(BaseModel):
    """Unknown keys are refused, so that a misspelt expectation cannot pass unnoticed; null means left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, value: object) -> object:
        return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


class GivenSet(Strict):
    """A set that was logged before the first turn. `weight` is in `unit`, or in the athlete's own."""

    exercise: ExerciseName
    reps: int | None = None
    weight: float | None = None
    unit: WeightUnit | None = None
    rpe: float | None = None
    rir: int | None = None
    set_type: SetType = "working"
    duration_seconds: float | None = None
    distance_meters: float | None = None


class GivenWorkout(Strict):
    """The open workout: the exercise it is on, and its sets, oldest first."""

    exercise: ExerciseName | None = None
    sets: tuple[GivenSet, ...] = ()

    @field_validator("sets", mode="before")
    @classmethod
    def _one_row_a_set(cls, value: object) -> object:
        """`"sets": 3` in a given set means three rows alike."""
        if not isinstance(value, list):
            return value
        rows: list[object] = []
        for row in value:
            times = row.get("sets", 1) if isinstance(row, dict) else 1
            if not isinstance(times, int) or not 1 <= times <= MAX_SETS:
                raise ValueError(f"sets must be a whole number from 1 to {MAX_SETS}")
            bare = {k: v for k, v in row.items() if k != "sets"} if isinstance(row, dict) else row
            rows.extend([bare] * times)
        return rows

    @property
    def current_exercise(self) -> str | None:
        """The exercise the workout is on: the one named, else that of the newest set."""
        if self.exercise is not None:
            return self.exercise
        return self.sets[-1].exercise if self.sets else None


class Given(Strict):
    """The state before the first turn. `workout` None: no workout is open."""

    unit: WeightUnit = "lbs"
    workout: GivenWorkout | None = None
    run: Literal["active", "paused"] | None = None
    injuries: tuple[BodyPart, ...] = ()
    suggestions: tuple[ExerciseName, ...] = ()


class ExpectedCall(Strict):
    """A tool call that must happen, with the tool contract's names."""

    tool: NonEmpty
    args: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _arguments_make_sense(self) -> Self:
        sets = self.args.get("sets", 1)
        if not isinstance(sets, int) or not 1 <= sets <= MAX_SETS:
            raise ValueError(f"sets must be a whole number from 1 to {MAX_SETS}")
        if not valid_weights(self.args):
            raise ValueError("weights must be numbers, and unit lbs or kg")
        for key in ("exercise", "substitute"):
            if isinstance(name := self.args.get(key), str):
                _catalogue_name(name)
        return self


class ReplyCheck(Strict):
    """What the reply must be like. Text is compared without case."""

    contains_any: tuple[NonEmpty, ...] = ()
    contains_all: tuple[NonEmpty, ...] = ()
    not_contains: tuple[NonEmpty, ...] = ()
    max_words: Annotated[int, Field(ge=0)] | None = None


class RowCheck(Strict):
    """Rows of the athlete's that must exist (`count` of them, else at least one), or must not."""

    table: NonEmpty
    where: dict[str, Any] = Field(min_length=1)
    count: Annotated[int, Field(ge=0)] | None = None
    absent: bool = False

    @model_validator(mode="after")
    def _count_or_absent(self) -> Self:
        if self.absent and self.count is not None:
            raise ValueError("absent and count exclude each other")
        return self


class Pause(Strict):
    """The speaker stops for `ms` after so many words of `say`; a `filler` such as "um" is said first."""

    after_words: Annotated[int, Field(ge=1)]
    ms: Annotated[float, Field(ge=0, le=10_000)]
    filler: NonEmpty | None = None


class Overlap(Strict):
    """Somebody else who talks meanwhile, from `at_ms` after the turn's first sound; `db` louder than the
    turn (below zero: quieter)."""

    say: NonEmpty
    at_ms: Annotated[float, Field(ge=0, le=60_000)] = 0
    db: Annotated[float, Field(ge=-60, le=20)] = -10


class Sounding(Strict):
    """How a turn sounds when it is said aloud; in text it makes no difference.

    `over_reply_ms`: it is said over the reply to the turn before, so long after the first sound of that.
    `by` another it is not for the agent: the voice is to go on, and nothing to be answered. `db`: how much
    louder than usual.
    """

    by: Literal["athlete", "other"] = "athlete"
    db: Annotated[float, Field(ge=-60, le=20)] = 0
    over_reply_ms: Annotated[float, Field(ge=0, le=60_000)] | None = None
    pauses: tuple[Pause, ...] = ()
    overlaps: tuple[Overlap, ...] = ()


PLAIN = Sounding()


class Turn(Strict):
    """One thing said. `audio` is a WAV that says `say`; relative in the file, absolute once loaded.

    `voicefit` is our own addition to the format.
    """

    say: NonEmpty
    audio: Path | None = None
    calls: tuple[ExpectedCall, ...]
    ask: bool = False
    reply: ReplyCheck | None = None
    after: tuple[RowCheck, ...] = ()
    voicefit: Sounding | None = None

    @property
    def aloud(self) -> Sounding:
        """How it is said."""
        return self.voicefit or PLAIN

    @model_validator(mode="after")
    def _ask_writes_nothing(self) -> Self:
        if self.ask and self.calls:
            raise ValueError("a turn that must ask cannot expect calls")
        return self

    @model_validator(mode="after")
    def _sounds_sensible(self) -> Self:
        if self.aloud.by == "other" and (self.calls or self.ask):
            raise ValueError("what another says expects neither calls nor a question")
        if self.aloud.pauses and self.audio is not None:
            raise ValueError("pauses are for turns without a recording")
        places = [pause.after_words for pause in self.aloud.pauses]
        if places != sorted(set(places)) or any(place >= len(self.say.split()) for place in places):
            raise ValueError("pauses must come one after another, between words of what is said")
        return self


class Scenario(Strict):
    """One line of an evaluation set. `source` is where it came from, as `file:line`."""

    id: NonEmpty
    tags: tuple[NonEmpty, ...] = ()
    given: Given = Field(default_factory=Given)
    turns: tuple[Turn, ...] = Field(min_length=1)
    source: str = Field(default="", exclude=True)

    @model_validator(mode="after")
    def _begins_with_no_reply(self) -> Self:
        if self.turns[0].aloud.over_reply_ms is not None:
            raise ValueError("the first turn cannot be said over a reply: there is none yet")
        return self

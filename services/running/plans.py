"""What a run is meant to be: its kind, how far, how long, how fast, and the segments of intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from db.models.running import IntervalType
from services.running.limits import MAX_METERS, MAX_PACE, MAX_REPEATS, MAX_SECONDS, MIN_METERS, MIN_PACE

Meters = Annotated[float, Field(ge=10, le=MAX_METERS)]
Seconds = Annotated[float, Field(ge=5, le=MAX_SECONDS)]


class Intervals(BaseModel):
    """A repeated effort and the recovery after it, each over a distance or a time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repeats: Annotated[int, Field(ge=1, le=MAX_REPEATS)]
    work_meters: Meters | None = None
    work_seconds: Seconds | None = None
    recovery_seconds: Seconds | None = None
    recovery_meters: Meters | None = None

    @model_validator(mode="after")
    def _one_measure_each(self) -> Self:
        if (self.work_meters is None) == (self.work_seconds is None):
            raise ValueError("An effort has either a distance or a time.")
        if self.recovery_meters is not None and self.recovery_seconds is not None:
            raise ValueError("A recovery has either a distance or a time.")
        return self


class Segment(BaseModel):
    """A part of a planned run: over `distance_meters` or for `duration_seconds`. `target_pace` is seconds a
    kilometre."""

    model_config = ConfigDict(frozen=True)

    type: IntervalType
    distance_meters: float | None = None
    duration_seconds: float | None = None
    target_pace: float | None = None


class Plan(BaseModel):
    """What a run is meant to be; kept as `runs.planned_workout`. Metres, seconds, seconds a kilometre."""

    model_config = ConfigDict(frozen=True)

    type: Literal["free", "distance", "duration", "intervals"] = "free"
    distance_meters: Annotated[float, Field(ge=MIN_METERS, le=MAX_METERS)] | None = None
    duration_seconds: Annotated[float, Field(ge=10, le=MAX_SECONDS)] | None = None
    target_pace: Annotated[float, Field(ge=MIN_PACE, le=MAX_PACE)] | None = None
    intervals: Intervals | None = None
    segments: tuple[Segment, ...] = ()

    @classmethod
    def of(
        cls,
        distance_meters: float | None,
        duration_seconds: float | None,
        target_pace: float | None,
        intervals: Intervals | None,
    ) -> Plan:
        """The plan of a run, with the segments spelt out."""
        kind: Literal["free", "distance", "duration", "intervals"] = "free"
        if intervals is not None:
            kind = "intervals"
        elif distance_meters is not None:
            kind = "distance"
        elif duration_seconds is not None:
            kind = "duration"
        return cls(
            type=kind,
            distance_meters=distance_meters,
            duration_seconds=duration_seconds,
            target_pace=target_pace,
            intervals=intervals,
            segments=tuple(segments(intervals, target_pace)) if intervals else (),
        )

    def kept(self) -> dict[str, Any] | None:
        """The plan as a run's row keeps it; None when nothing was planned."""
        found = self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        return {"type": self.type, **found} if found else None


def planned(kept: dict[str, Any] | None) -> Plan | None:
    """The plan out of a run's row; None where there is none, or one that is not ours."""
    try:
        return Plan.model_validate(kept) if kept else None
    except ValueError:
        return None


def segments(intervals: Intervals, target_pace: float | None) -> Iterator[Segment]:
    """Efforts and recoveries in order. None follows the last effort."""
    recovers = intervals.recovery_meters is not None or intervals.recovery_seconds is not None
    for number in range(intervals.repeats):
        yield Segment(
            type="work",
            distance_meters=intervals.work_meters,
            duration_seconds=intervals.work_seconds,
            target_pace=target_pace,
        )
        if recovers and number < intervals.repeats - 1:
            yield Segment(
                type="recovery",
                distance_meters=intervals.recovery_meters,
                duration_seconds=intervals.recovery_seconds,
            )

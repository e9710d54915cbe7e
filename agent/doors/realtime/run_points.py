"""An extension of the protocol: a client on the move sends the points of the run that is on, and is told how
it goes. Points have the names that they have over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.running.track import TrackPoint

MAX_BATCH = 1000


class RunPoint(BaseModel):
    """A moment of the run, as the device knew it: a place, or on a treadmill a speed or distance."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    time: AwareDatetime
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lng: Annotated[float, Field(ge=-180, le=180)] | None = None
    elevation: Annotated[float, Field(ge=-500, le=9000)] | None = None
    accuracy: Annotated[float, Field(ge=0, le=100_000)] | None = None
    hr: Annotated[float, Field(ge=0, le=300)] | None = None
    cadence: Annotated[float, Field(ge=0, le=400)] | None = None
    power: Annotated[float, Field(ge=0, le=3000)] | None = None
    speed: Annotated[float, Field(ge=0, le=40)] | None = None
    distance: Annotated[float, Field(ge=0, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _has_place(self) -> Self:
        if (self.lat is None) != (self.lng is None):
            raise ValueError("A place needs `lat` and `lng`.")
        return self

    def point(self) -> TrackPoint:
        """The point."""
        return TrackPoint(
            time=self.time,
            latitude=self.lat,
            longitude=self.lng,
            altitude_meters=self.elevation,
            heart_rate=self.hr,
            cadence=self.cadence,
            power_watts=self.power,
            speed=self.speed,
            distance_meters=self.distance,
            accuracy_meters=self.accuracy,
        )


class RunPoints(BaseModel):
    """Points of the run that is on, in any order; what was sent before is known by its time."""

    model_config = ConfigDict(extra="ignore")

    event_id: Annotated[str, Field(max_length=512)] | None = None
    type: Literal["voicefit.run.points"]
    points: Annotated[list[RunPoint], Field(min_length=1, max_length=MAX_BATCH)]


class RunPointsSaved(BaseModel):
    """The points are in the database. `saved_event_id` is the client's event, `new_points` were not known."""

    event_id: str
    type: Literal["voicefit.run.points.saved"]
    saved_event_id: str | None
    run_id: UUID
    new_points: int


class RunProgress(BaseModel):
    """How the run goes, as the `run` of `get_run_status` has it."""

    event_id: str
    type: Literal["voicefit.run.progress"]
    run: dict[str, Any]

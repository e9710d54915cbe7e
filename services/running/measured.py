"""A moment of a live run as devices send it, over HTTP and beside the voice: the same names and bounds."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from services.running.track import TrackPoint


class MeasuredPoint(BaseModel):
    """A place (`lat` and `lng`), or a speed or distance where there is none, on a treadmill.

    Cadence is steps a minute of both feet.
    """

    time: AwareDatetime
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lng: Annotated[float, Field(ge=-180, le=180)] | None = None
    elevation: Annotated[float, Field(ge=-500, le=9000, description="In metres.")] | None = None
    accuracy: Annotated[float, Field(ge=0, le=100_000, description="Of the place, in metres.")] | None = None
    hr: Annotated[float, Field(ge=0, le=300)] | None = None
    cadence: Annotated[float, Field(ge=0, le=400)] | None = None
    power: Annotated[float, Field(ge=0, le=3000, description="In watts.")] | None = None
    speed: Annotated[float, Field(ge=0, le=40, description="In metres a second.")] | None = None
    distance: (
        Annotated[
            float,
            Field(ge=0, le=1_000_000, description="What the device has counted since the start, in metres."),
        ]
        | None
    ) = None

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

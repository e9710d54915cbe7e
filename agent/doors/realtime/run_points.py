"""An extension of the protocol: a client on the move sends the points of the run that is on, and is told how
it goes. Points have the names that they have over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.running.measured import MeasuredPoint

MAX_BATCH = 1000


class RunPoint(MeasuredPoint):
    """A moment of the run, as the device knew it: a place, or on a treadmill a speed or distance."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


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

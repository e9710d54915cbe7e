"""Runs as they are sent and answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from api.models import Input, Moment, Output, Page, PageQuery, Query
from db.models import IntervalType, Run, RunInterval, RunSplit
from db.models.running import RunStatus, RunType, SurfaceType
from db.models.users import DistanceUnit
from services.running.files import Form
from services.running.importing import ImportedRun, ImportedRuns, Skipped
from services.running.measured import MeasuredPoint
from services.running.receiving import Received
from services.running.store import split_columns

MAX_BATCH = 3600
"""An hour of a point a second, for a phone that was without a network."""
Meters = Annotated[float, Field(ge=0, le=1_000_000)]


class RunItem(Output):
    """A run in a list. Paces are minutes per kilometre; `moving_seconds` is without pauses and standing.

    One that is `active` and has `auto_paused_at` pauses by itself since then: it goes on when the athlete
    moves. One that the athlete paused is `paused`, and goes on when they say so.
    """

    id: UUID
    workout_id: UUID | None
    status: RunStatus
    start_time: datetime
    end_time: datetime | None
    paused_at: datetime | None
    auto_paused_at: datetime | None
    duration_seconds: int | None
    moving_seconds: int | None
    distance_meters: float | None
    avg_pace_min_per_km: float | None
    best_pace_min_per_km: float | None
    grade_adjusted_pace_min_per_km: float | None
    avg_heart_rate: int | None
    max_heart_rate: int | None
    elevation_gain_meters: float | None
    elevation_loss_meters: float | None
    avg_cadence: int | None
    avg_power_watts: float | None
    start_location: dict[str, Any] | None
    end_location: dict[str, Any] | None
    run_type: RunType | None
    planned_workout: dict[str, Any] | None
    weather: dict[str, Any] | None
    surface_type: SurfaceType | None
    shoe_id: UUID | None
    notes: str | None
    timezone: str | None
    source: str
    external_id: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Run, **more: Any) -> Self:
        """The run `row`."""
        names = cls.model_fields.keys() - more.keys()
        return cls(**{name: getattr(row, name) for name in names}, **more)


class RunPage(Page[RunItem]):
    """Runs, a page of them."""


class RunQuery(PageQuery):
    """Which runs, in which order."""

    sort: Literal["-start_time", "start_time"] = Field("-start_time", description="`-` is newest first.")
    status: RunStatus | None = None
    started_from: Moment | None = Field(None, description="Started then or later.")
    started_before: Moment | None = Field(None, description="Started earlier.")


class SplitOut(Output):
    """A kilometre or mile of a run; the last may be shorter. Pauses do not count."""

    split_number: int
    distance_meters: float
    duration_seconds: int
    pace_min_per_km: float | None
    avg_heart_rate: int | None
    elevation_change_meters: float | None
    avg_cadence: int | None
    avg_power_watts: float | None

    @classmethod
    def of(cls, row: RunSplit) -> SplitOut:
        """The split `row`."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class IntervalOut(Output):
    """A segment of an interval workout. Paces are minutes per kilometre."""

    interval_number: int
    interval_type: IntervalType
    target_pace: float | None
    actual_pace: float | None
    distance_meters: float | None
    duration_seconds: int | None
    avg_heart_rate: int | None

    @classmethod
    def of(cls, row: RunInterval) -> IntervalOut:
        """The interval `row`."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class RunOut(RunItem):
    """A run with its route, splits and intervals.

    `pauses` are those that the athlete or the device made; null when nobody said. The route is simplified for
    drawing: to within 3 m of where it went.
    """

    pauses: list[dict[str, Any]] | None
    route_data: list[dict[str, Any]] | None
    splits: list[SplitOut]
    intervals: list[IntervalOut]


class RunPartsQuery(Query):
    """In which pieces."""

    unit: DistanceUnit | None = Field(
        None, description="What splits are counted in; left out, the athlete's unit when it was run."
    )


class ImportedRunOut(RunOut):
    """A run of a file. A `duplicate` was here already, and nothing was written."""

    duplicate: bool
    file_name: str | None


class SkippedOut(Output):
    """An activity of a file that is no run, and why."""

    file_name: str | None
    sport: str | None
    started_at: datetime
    reason: str

    @classmethod
    def of(cls, one: Skipped) -> SkippedOut:
        """What was skipped."""
        return cls(file_name=one.file_name, sport=one.sport, started_at=one.started_at, reason=one.reason)


class ImportedRunsOut(Output):
    """What came of the files."""

    runs: list[ImportedRunOut]
    skipped: list[SkippedOut]


class NewPoint(MeasuredPoint, Input):
    """A moment of a live run, as the device knew it.

    Needs a place (`lat` and `lng`), or a speed or distance where there is none, on a treadmill. Cadence is
    steps a minute of both feet.
    """

    time: Moment


class NewPoints(Input):
    """Points of a live run, in any order; those that were sent before are known by their time."""

    points: list[NewPoint] = Field(min_length=1, max_length=MAX_BATCH)


class ProgressOut(Output):
    """A live run as it is after some points. `new_points` were not known before.

    `current_pace_min_per_km` is that of the last 20 seconds or so; null for who stands. While they do, the
    run pauses by itself since `auto_paused_at`, and is still `active`.
    """

    run_id: UUID
    status: RunStatus
    new_points: int
    distance_meters: float
    elapsed_seconds: float
    moving_seconds: float
    current_pace_min_per_km: float | None
    avg_pace_min_per_km: float | None
    is_moving: bool
    auto_paused_at: datetime | None
    heart_rate: float | None
    elevation_gain_meters: float | None
    splits: list[SplitOut] = Field(description="Those that are complete, in the athlete's unit.")

    @classmethod
    def of(cls, got: Received) -> ProgressOut:
        """A run after points were received."""
        totals = got.totals
        splits = totals.kilometers if got.settings.distance_unit == "km" else totals.miles
        return cls(
            run_id=got.run.id,
            status=got.run.status,
            new_points=got.new,
            distance_meters=totals.distance_meters,
            elapsed_seconds=totals.elapsed_seconds,
            moving_seconds=totals.moving_seconds,
            current_pace_min_per_km=totals.current_pace_min_per_km,
            avg_pace_min_per_km=totals.average_pace_min_per_km,
            is_moving=totals.is_moving,
            auto_paused_at=got.run.auto_paused_at,
            heart_rate=totals.heart_rate,
            elevation_gain_meters=totals.elevation_gain_meters,
            splits=[SplitOut(**split_columns(one)) for one in splits],
        )


class ExportQuery(Query):
    """As what."""

    format: Form = Field("gpx", description="What kind of file.")


def imported(found: ImportedRuns, runs: list[RunOut]) -> ImportedRunsOut:
    """What came of files; `runs` are the runs as they are now."""
    return ImportedRunsOut(
        runs=[_imported(one, run) for one, run in zip(found.runs, runs, strict=True)],
        skipped=[SkippedOut.of(one) for one in found.skipped],
    )


def _imported(one: ImportedRun, run: RunOut) -> ImportedRunOut:
    return ImportedRunOut(**dict(run), duplicate=one.is_duplicate, file_name=one.file_name)

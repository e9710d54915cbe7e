"""Running records, and what they say of other distances: predictions, training paces, zones."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Query as Parameters
from pydantic import Field, model_validator

from api.calls import AthleteCall, Etags
from api.models import Output, Page, PageQuery, Query
from api.routing import api_router
from db.models import DistanceType, RunningPr
from services.running import records, vdot, zones
from services.running.track.result import METERS

router = api_router("", "running")

Meters = Annotated[float, Field(ge=vdot.MIN_METERS, le=vdot.MAX_METERS)]


class RunningPrOut(Output):
    """A record over a distance, when it was run, and the one that it beat. Pace is minutes per kilometre."""

    id: UUID
    run_id: UUID | None
    distance_type: DistanceType
    time_seconds: int
    pace_min_per_km: float | None
    achieved_at: datetime
    previous_pr_id: UUID | None
    improvement_seconds: int | None

    @classmethod
    def of(cls, row: RunningPr) -> RunningPrOut:
        """The record `row`."""
        return cls.model_validate(row, from_attributes=True)


class RunningPrPage(Page[RunningPrOut]):
    """Running records in the order in which they were set, a page of them."""


class RunningPrs(Output):
    """The records that stand, shortest distance first."""

    items: list[RunningPrOut]


class RunningPrQuery(PageQuery):
    """Which records, in which order."""

    sort: Literal["-achieved_at", "achieved_at"] = Field("-achieved_at", description="`-` is newest first.")
    distance_type: DistanceType | None = Field(None, description="Only over this distance.")


class RaceQuery(Query):
    """A race to go by; left out, the athlete's own records tell."""

    distance_meters: Meters | None = None
    time_seconds: Annotated[float | None, Field(ge=vdot.MIN_SECONDS, le=48 * 3600)] = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.distance_meters is None) != (self.time_seconds is None):
            raise ValueError("Say both the distance and the time of the race, or neither.")
        return self


class Prediction(Output):
    """A predicted time over a distance, by each method. Pace is seconds a kilometre, by VDOT."""

    distance_type: DistanceType
    distance_meters: float
    vdot_seconds: int
    riegel_seconds: int
    pace_seconds_per_km: float


class PacesOut(Output):
    """Paces to train at, seconds a kilometre. Easy is a wide band."""

    easy_slow: float
    easy_fast: float
    marathon: float
    threshold: float
    interval: float
    repetition: float


class Predictions(Output):
    """What a race says of other distances. `basis` is the race; `methods` say by whom."""

    basis_distance_meters: float
    basis_time_seconds: float
    vdot: float
    predictions: list[Prediction]
    training_paces: PacesOut
    methods: dict[str, str]


class NoPredictions(Output):
    """There is no race to go by yet."""

    reason: str


class ZoneQuery(Query):
    """What zones are made of. `method` says how."""

    method: zones.HeartRateMethod | Literal["power"]
    max_heart_rate: float | None = None
    resting_heart_rate: float | None = None
    threshold_heart_rate: float | None = None
    critical_power: float | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        self.made()
        return self

    def made(self) -> list[zones.Zone]:
        """The zones. Raises `ValueError`."""
        if self.method != "power":
            return zones.heart_rate_zones(
                self.method,
                maximum=self.max_heart_rate,
                resting=self.resting_heart_rate,
                threshold=self.threshold_heart_rate,
            )
        if self.critical_power is None:
            raise ValueError("Power zones need the critical power.")
        return zones.power_zones(self.critical_power)


class ZoneOut(Output):
    """A zone from `low` to below `high`: beats a minute, or watts."""

    number: int
    name: str
    low: int
    high: int


class Zones(Output):
    """Zones and the method that they are made by."""

    method: str
    zones: list[ZoneOut]


@router.get("/running-prs/history")
async def list_running_prs(
    call: AthleteCall, query: Annotated[RunningPrQuery, Parameters()], etags: Etags
) -> RunningPrPage:
    """Every running record when it was set, also those that have been beaten since."""
    async with call.transaction() as db:
        found = await records.list_history(db, call.athlete_id, query.distance_type, query.page())
    return etags.of(RunningPrPage.of(found, lambda row: RunningPrOut.of(row[0])))


@router.get("/running-prs")
async def standing_running_prs(call: AthleteCall, etags: Etags) -> RunningPrs:
    """The running records that stand."""
    async with call.transaction() as db:
        rows = await records.standing(db, call.athlete_id)
    return etags.of(RunningPrs(items=[RunningPrOut.of(row) for row in rows]))


@router.get("/running/predictions")
async def predict_races(
    call: AthleteCall, query: Annotated[RaceQuery, Parameters()]
) -> Predictions | NoPredictions:
    """Predicted race times and training paces, out of a race or the best of the athlete's records."""
    basis = None
    if query.distance_meters is not None and query.time_seconds is not None:
        basis = (query.distance_meters, query.time_seconds)
    else:
        async with call.transaction() as db:
            basis = await records.best_race(db, call.athlete_id)
    if basis is None:
        return NoPredictions(reason="There is no record over a mile or more yet.")
    meters, seconds = basis
    value = vdot.vdot(meters, seconds)
    return Predictions(
        basis_distance_meters=meters,
        basis_time_seconds=seconds,
        vdot=round(value, 2),
        predictions=[_prediction(kind, value, meters, seconds) for kind in METERS if kind != "1k"],
        training_paces=PacesOut.model_validate(vdot.training_paces(value), from_attributes=True),
        methods={"vdot": "Daniels and Gilbert 1979", "riegel": "Riegel 1981, exponent 1.06"},
    )


@router.get("/running/zones")
async def running_zones(call: AthleteCall, query: Annotated[ZoneQuery, Parameters()]) -> Zones:
    """Heart-rate or power zones by a named method."""
    found = [ZoneOut.model_validate(one, from_attributes=True) for one in query.made()]
    return Zones(method=query.method, zones=found)


def _prediction(kind: DistanceType, value: float, meters: float, seconds: float) -> Prediction:
    to_meters = METERS[kind]
    by_vdot = vdot.time_at(value, to_meters)
    return Prediction(
        distance_type=kind,
        distance_meters=to_meters,
        vdot_seconds=round(by_vdot),
        riegel_seconds=round(vdot.riegel(meters, seconds, to_meters)),
        pace_seconds_per_km=round(by_vdot / to_meters * 1000, 1),
    )

"""Weather over the wire, from a stand-in that answers as the service documents it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.settings import Settings
from db.models import Run
from db.session import Database
from integrations.weather import OpenWeather, WeatherUnavailable
from services.jobs import Registry, working
from services.running.weather import LookForWeather, weather
from tests.db.fixtures import new_athlete
from tests.jobs.conftest import emptied, put

KEY = "0123456789abcdef0123456789abcdef"
WHEN = datetime(2026, 5, 1, 7, 40, tzinfo=UTC)


@dataclass
class StandIn:
    """The service: keeps what it was asked, and may be told to answer otherwise."""

    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    answer: Response | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def timemachine(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.asked.append(query)
        if self.answer is not None:
            return self.answer
        if query["appid"] != KEY:
            return JSONResponse({"cod": 401, "message": "Invalid API key."}, 401)
        now: dict[str, Any] = {
            "dt": int(query["dt"]), "sunrise": 1, "temp": 11.4, "feels_like": 10.2, "pressure": 1013,
            "humidity": 71, "dew_point": 6.2, "clouds": 20, "wind_speed": 4.1, "wind_deg": 230,
            "weather": [{"id": 801, "main": "Clouds", "description": "few clouds", "icon": "02d"}],
        }  # fmt: skip
        return JSONResponse(
            {"lat": float(query["lat"]), "lon": float(query["lon"]), "timezone": "Europe/Berlin",
             "timezone_offset": 7200, "data": [now]}
        )  # fmt: skip


@asynccontextmanager
async def serving(service: StandIn) -> AsyncIterator[StandIn]:
    app = Starlette(routes=[Route("/data/3.0/onecall/timemachine", service.timemachine)])
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    for _ in range(500):
        if server.started:
            break
        await asyncio.sleep(0.01)
    service.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def service() -> AsyncIterator[StandIn]:
    async with serving(StandIn()) as one:
        yield one


async def test_weather_in_metric_units(service: StandIn) -> None:
    async with OpenWeather(KEY, service.url) as client:
        found = await client.at(52.5, 13.4, WHEN)
    assert (found.temp, found.humidity, found.wind_speed, found.conditions) == (11.4, 71, 4.1, "few clouds")
    assert service.asked[0]["units"] == "metric"
    assert int(service.asked[0]["dt"]) == WHEN.timestamp()


async def test_what_is_no_weather_is_said_without_the_key(service: StandIn) -> None:
    async with OpenWeather("wrong", service.url) as client:
        with pytest.raises(WeatherUnavailable, match="401: Invalid API key"):
            await client.at(52.5, 13.4, WHEN)
    for answer in (JSONResponse({"data": []}), JSONResponse([1]), Response("<html>", 502), Response("oh")):
        service.answer = answer
        async with OpenWeather(KEY, service.url) as client:
            with pytest.raises(WeatherUnavailable):
                await client.at(52.5, 13.4, WHEN)
    async with OpenWeather(KEY, "http://127.0.0.1:9") as client:
        with pytest.raises(WeatherUnavailable) as caught:
            await client.at(52.5, 13.4, WHEN)
    assert KEY not in str(caught.value)


async def looked(database: Database, **settings: Any) -> None:
    """One look for weather, to its end."""
    await put(database, LookForWeather())
    async with working(database, Settings(**settings), Registry().include([weather])):
        await emptied(database)


async def test_runs_get_their_weather_once_a_place_and_hour(
    database: Database, service: StandIn, tmp_path: Path
) -> None:
    athlete = await new_athlete(database)
    ended = datetime.now(UTC).replace(minute=30, second=0, microsecond=0) - timedelta(hours=2)
    places = ({"lat": 52.51, "lng": 13.41}, {"lat": 52.52, "lng": 13.42}, None, {"lat": 48.1, "lng": 11.6})
    async with database.transaction(athlete) as db:
        for place in places:
            db.add(Run(user_id=athlete, start_time=ended, end_time=ended, start_location=place))
    keyed = {"home": tmp_path, "openweathermap_api_key": KEY, "openweathermap_url": service.url}
    await looked(database, home=tmp_path)  # without a key nothing is asked
    assert service.asked == []
    service.answer = JSONResponse({"cod": 429, "message": "Too many calls."}, 429)
    await looked(database, **keyed)
    service.answer = None
    service.asked.clear()
    await looked(database, **keyed)
    await looked(database, **keyed)
    assert len(service.asked) == 2
    async with database.transaction(athlete) as db:
        rows = list(await db.scalars(select(Run)))
    found = [row.weather for row in rows if row.start_location]
    assert all(one is not None and (one["temp"], one["wind"]) == (11.4, 4.1) for one in found)
    assert [row.weather for row in rows if not row.start_location] == [None]

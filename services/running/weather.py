"""The weather of runs: looked up afterwards, in the background, if there is a key for it.

A run without it is a run all the same: nothing waits for the weather, and nothing fails with it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Run
from integrations.weather import OpenWeather, Weather, WeatherUnavailable
from services.cache import Cache, cache_key, open_cache
from services.jobs.registry import Job, Registry
from services.jobs.run import Run as Working

logger = logging.getLogger(__name__)

weather = Registry()

SOURCE = "openweathermap"
AT_ONCE = 20
"""Runs that one look around asks for: twice an hour they stay below the free thousand calls a day."""
LOOK_BACK = timedelta(days=2)
PLACE_DIGITS = 1
"""Degrees are rounded to this: the weather is the same within ten kilometres."""
KEPT = timedelta(days=2)
VERSION = "1"

Ask = Callable[[float, float, datetime], Awaitable[Weather]]


class LookForWeather(Job):
    """Looks for new runs without weather."""

    name = "look_for_weather"

    @property
    def key(self) -> str:
        return self.name


weather.every("11,41 * * * *", LookForWeather())


@weather.handles(LookForWeather, attempts=1)
async def look_for_weather(run: Working, _: LookForWeather) -> None:
    """Stops at the first run for which the service does not tell: the next look tries again."""
    key = run.settings.openweathermap_api_key
    if not key:
        return
    async with run.database.transaction(None) as db:
        found = await without_weather(db, datetime.now(UTC) - LOOK_BACK)
    cache = open_cache(run.database, None)
    async with OpenWeather(key, run.settings.openweathermap_url) as service:
        for athlete_id, run_id, place, at in found:
            try:
                kept = await weather_at(cache, service.at, place["lat"], place["lng"], at)
            except WeatherUnavailable as error:
                logger.warning("no weather: %s", error)
                return
            async with run.database.transaction(athlete_id) as db:
                await db.execute(update(Run).where(Run.id == run_id).values(weather=kept))


async def without_weather(
    db: AsyncSession, since: datetime
) -> list[tuple[UUID, UUID, dict[str, Any], datetime]]:
    """Runs outside that ended after `since` and have no weather: whose, which, where and when."""
    query = (
        select(Run.user_id, Run.id, Run.start_location, Run.start_time)
        .where(Run.status == "completed", Run.end_time > since)
        .where(Run.weather.is_(None), Run.start_location.is_not(None))
        .order_by(Run.end_time.desc())
        .limit(AT_ONCE)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await db.execute(query)]


async def weather_at(
    cache: Cache, ask: Ask, latitude: float, longitude: float, when: datetime
) -> dict[str, Any]:
    """The weather at a place and hour as `runs.weather` has it; asked once for all who ran there then.

    Raises `WeatherUnavailable`.
    """
    hour = when.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    place = (round(latitude, PLACE_DIGITS), round(longitude, PLACE_DIGITS))

    async def make() -> JsonValue:
        return cast(JsonValue, kept_weather(await ask(*place, hour), hour))

    key = cache_key("weather", None, *place, hour.isoformat(), version=VERSION)
    return cast(dict[str, Any], await cache.get_or_make(key, KEPT, make))


def kept_weather(found: Weather, hour: datetime) -> dict[str, Any]:
    """Weather as a run's row has it: degrees Celsius, percent, metres a second."""
    return {
        "temp": found.temp,
        "feels_like": found.feels_like,
        "humidity": found.humidity,
        "wind": found.wind_speed,
        "wind_degrees": found.wind_deg,
        "conditions": found.conditions,
        "at": hour.isoformat(),
        "source": SOURCE,
    }

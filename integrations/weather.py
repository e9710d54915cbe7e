"""OpenWeather's One Call API 3.0: the weather at a place and an hour, now or in the past.

https://openweathermap.org/api/one-call-3 (time machine). Without `units=metric` it answers in kelvin.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Annotated, Self

import httpx
from pydantic import BaseModel, Field, ValidationError

from core.errors import VoiceFitError

BASE_URL = "https://api.openweathermap.org"
PATH = "/data/3.0/onecall/timemachine"
TIMEOUT_SECONDS = 5.0


class WeatherUnavailable(VoiceFitError):
    """The service did not tell: it is away, refuses the key, or answered something else."""


class Condition(BaseModel):
    """What the sky does, in words."""

    main: str
    description: str


class Weather(BaseModel):
    """Degrees Celsius, percent, metres a second, degrees from north."""

    temp: float
    feels_like: float | None = None
    humidity: float | None = None
    wind_speed: float | None = None
    wind_deg: float | None = None
    weather: list[Condition] = []

    @property
    def conditions(self) -> str | None:
        """In words, as "light rain"."""
        return self.weather[0].description if self.weather else None


class _Answer(BaseModel):
    data: Annotated[list[Weather], Field(min_length=1)]


class OpenWeather:
    """The service, for one key. Use it as a context: `async with OpenWeather(key) as weather`."""

    def __init__(self, key: str, base_url: str = BASE_URL) -> None:
        self._key = key
        self._client = httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_SECONDS, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def at(self, latitude: float, longitude: float, when: datetime) -> Weather:
        """The weather at a place in the hour of `when`. Raises `WeatherUnavailable`."""
        query: dict[str, str | int | float] = {
            "lat": latitude,
            "lon": longitude,
            "dt": int(when.timestamp()),
            "units": "metric",
            "appid": self._key,
        }
        try:
            response = await self._client.get(PATH, params=query)
        except httpx.HTTPError as error:
            # Not the error's own text: the address in it has the key.
            raise WeatherUnavailable(f"OpenWeather could not be reached: {type(error).__name__}.") from None
        if response.status_code != httpx.codes.OK:
            raise WeatherUnavailable(f"OpenWeather answered {response.status_code}: {_reason(response)}")
        try:
            return _Answer.model_validate_json(response.content).data[0]
        except ValidationError as error:
            raise WeatherUnavailable("OpenWeather answered something else than weather.") from error


def _reason(response: httpx.Response) -> str:
    """What the service says of an error: `{"cod": 401, "message": "..."}`."""
    try:
        said = response.json()
    except ValueError:
        return response.reason_phrase
    return str(said.get("message", response.reason_phrase))[:200] if isinstance(said, dict) else "no reason"

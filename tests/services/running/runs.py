"""Runs to try things with: made by the metre, with the noise that receivers make."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from pyproj import Geod

from services.running.files import Activity, Form, Recording, write
from services.running.track import Samples, process
from services.running.track.points import Floats
from services.running.track.process import meters_of

START = datetime(2025, 11, 2, 7, 0, tzinfo=UTC)
EARTH = Geod(ellps="WGS84")


def straight(
    seconds: int = 1800,
    speed: float = 3.0,
    *,
    every: int = 1,
    start: datetime = START,
    latitude: float = 47.3,
    longitude: float = 8.5,
    azimuth: float = 60.0,
    **columns: Floats | float,
) -> Samples:
    """A run in a straight line at one speed. `columns` are further columns, or one value for all of one."""
    offsets = np.arange(0, seconds + 1, every, dtype=np.float64)
    return along(offsets, speed * offsets, start, latitude, longitude, azimuth, **columns)


def along(
    offsets: Floats,
    meters: Floats,
    start: datetime = START,
    latitude: float = 47.3,
    longitude: float = 8.5,
    azimuth: float = 60.0,
    **columns: Floats | float,
) -> Samples:
    """A run in a straight line that has come `meters` far `offsets` seconds after the start."""
    count = len(offsets)
    to_longitude, to_latitude, _ = EARTH.fwd(
        np.full(count, longitude), np.full(count, latitude), np.full(count, azimuth), meters
    )
    given = {name: np.broadcast_to(np.asarray(value, np.float64), count) for name, value in columns.items()}
    return Samples.of_columns(
        {"time": start.timestamp() + offsets, "latitude": to_latitude, "longitude": to_longitude, **given}
    )


def moved(samples: Samples, east: Floats, north: Floats) -> Samples:
    """Samples with their places moved by metres."""
    longitude, latitude, _ = EARTH.fwd(
        samples.longitude, samples.latitude, np.degrees(np.arctan2(east, north)), np.hypot(east, north)
    )
    columns = {name: getattr(samples, name) for name in samples.__slots__}
    return Samples.of_columns(columns | {"latitude": latitude, "longitude": longitude})


def jitter(count: int, deviation: float, memory_seconds: float, seed: int = 1) -> Floats:
    """The error of a receiver in one direction, in metres: it changes within `memory_seconds`."""
    random = np.random.default_rng(seed)
    keeps = np.exp(-1.0 / memory_seconds) if memory_seconds else 0.0
    fresh = random.normal(0.0, deviation * np.sqrt(1 - keeps**2), count)
    result = np.empty(count)
    result[0] = random.normal(0.0, deviation)
    for i in range(1, count):
        result[i] = keeps * result[i - 1] + fresh[i]
    return result


def recording(samples: Samples, **fields: Any) -> Recording:
    """Samples as a recording that can be written to a file. `fields` are those of an activity."""
    activity = Activity(**({"samples": samples, "sport": "running"} | fields))
    run = process(samples, pauses=activity.pauses, laps=activity.laps, device=activity.device)
    return Recording(activity, run, meters_of(samples, activity.pauses, run.distance_meters))


def file_of(samples: Samples, form: Form = "fit", **fields: Any) -> bytes:
    """Samples as a file."""
    return write(recording(samples, **fields), form)

"""Distances and positions on the WGS84 ellipsoid (Karney 2013, by way of PROJ)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from services.running.track.points import Floats

if TYPE_CHECKING:
    from pyproj import Geod


@lru_cache(maxsize=1)
def _earth() -> Geod:
    from pyproj import Geod  # takes 0.2 s, which is not for a server to wait for when it starts

    return Geod(ellps="WGS84")


def distances(latitude: Floats, longitude: Floats) -> Floats:
    """Metres between neighbours of a line of places, none of them NaN: one fewer than there are places."""
    if len(latitude) < 2:
        return np.zeros(0)
    _, _, meters = _earth().inv(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])
    return np.asarray(meters, np.float64)


def distance(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Metres between two places."""
    return float(_earth().inv(longitude, latitude, to_longitude, to_latitude)[2])


def on_plane(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of the first place, true to 0.1 % within some ten kilometres: for shapes and
    smoothing, never for distances. Crosses the antimeridian."""
    first = np.radians(latitude[0])
    # Radii of curvature of the ellipsoid at the latitude (e^2 = 0.00669438).
    w = np.sqrt(1 - 0.00669437999014 * np.sin(first) ** 2)
    north_radius = 6378137.0 * (1 - 0.00669437999014) / w**3
    east_radius = 6378137.0 / w
    turn = (longitude - longitude[0] + 180.0) % 360.0 - 180.0
    return np.radians(turn) * east_radius * np.cos(first), np.radians(latitude - latitude[0]) * north_radius

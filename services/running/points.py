"""The points of runs in the database, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from db.models import Run, RunPoints
from services.running.track import Samples
from services.running.track.clock import moment
from services.running.track.points import COLUMNS, Floats

STEPS: dict[str, float] = {
    "time": 1e-3,
    "latitude": 1e-7,
    "longitude": 1e-7,
    "altitude_meters": 1e-2,
    "heart_rate": 1.0,
    "cadence": 1e-1,
    "power_watts": 1e-1,
    "speed": 1e-3,
    "distance_meters": 1e-3,
    "accuracy_meters": 1e-1,
}
"""What a column is kept in whole numbers of: degrees to a centimetre, times to a millisecond."""
ROW_POINTS = 5000


class PointsDamaged(NotFound):
    """The points that are kept of a run cannot be read."""


def encoded(samples: Samples) -> str:
    """Samples as a text: a JSON object of lists, each value the difference from the one before, or null.

    Columns without any value are left out.
    """
    columns: dict[str, list[int | None]] = {}
    for name in COLUMNS:
        values = np.rint(getattr(samples, name) / STEPS[name])
        known = np.isfinite(values)
        if known.any():
            column = np.zeros(len(values), dtype=object)
            column[:] = None
            column[known] = np.diff(values[known], prepend=0.0).astype(np.int64).tolist()
            columns[name] = column.tolist()
    return json.dumps(columns, separators=(",", ":"))


def decoded(text: str) -> dict[str, Floats]:
    """The columns of `encoded`. Raises `PointsDamaged`."""
    try:
        kept: dict[str, list[float | None]] = json.loads(text)
        return {name: _summed(kept[name]) * STEPS[name] for name in COLUMNS if name in kept}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PointsDamaged("The points of this run are damaged.") from None


def _summed(differences: list[float | None]) -> Floats:
    values = np.array(differences, np.float64)
    known = np.isfinite(values)
    values[known] = np.cumsum(values[known])
    return values


def joined(rows: Sequence[str]) -> Samples:
    """The samples of rows in the order in which they came: of several at one time the first counts."""
    parts = [decoded(row) for row in rows]
    lengths = [len(part.get("time", ())) for part in parts]
    columns = {}
    for name in COLUMNS:
        if any(name in part for part in parts):
            pieces = [
                part[name] if name in part else np.full(length, np.nan)
                for part, length in zip(parts, lengths, strict=True)
            ]
            if any(len(piece) != length for piece, length in zip(pieces, lengths, strict=True)):
                raise PointsDamaged("The points of this run are damaged.")
            columns[name] = np.concatenate(pieces)
    return Samples.of_columns({"time": np.zeros(0)} | columns)


async def add_samples(db: AsyncSession, run: Run, samples: Samples) -> int | None:
    """Keeps samples of a run; returns the `sequence` of the last row, None for no samples."""
    rows = []
    for start, end in pairwise([*range(0, len(samples), ROW_POINTS), len(samples)]):
        part = samples.take(slice(start, end))
        rows.append(RunPoints(user_id=run.user_id, run_id=run.id, **kept_row(part)))
    db.add_all(rows)
    await db.flush()
    return rows[-1].sequence if rows else None


def kept_row(samples: Samples) -> dict[str, Any]:
    """Samples that fit into one row, as its columns."""
    return {
        "first_at": moment(float(samples.time[0])),
        "last_at": moment(float(samples.time[-1])),
        "count": len(samples),
        "columns": encoded(samples),
    }


async def samples_of(db: AsyncSession, run_id: UUID) -> Samples:
    """All samples of a run. Raises `PointsDamaged`."""
    query = select(RunPoints.columns).where(RunPoints.run_id == run_id).order_by(RunPoints.sequence)
    return joined((await db.scalars(query)).all())


async def put_together(db: AsyncSession, run: Run, samples: Samples) -> None:
    """Keeps `samples`, which are all of the run, in place of the rows that they came in."""
    await db.execute(delete(RunPoints).where(RunPoints.run_id == run.id))
    await add_samples(db, run, samples)


def route_data(route: Sequence[Any]) -> list[dict[str, Any]]:
    """A route as `runs.route_data` has it."""
    return [
        {
            "lat": round(point.latitude, 7),
            "lng": round(point.longitude, 7),
            "elevation": _rounded(point.altitude_meters, 1),
            "timestamp": point.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "pace": _rounded(point.pace_min_per_km, 3),
            "hr": _rounded(point.heart_rate, 0),
            "distance": round(point.distance_meters, 1),
        }
        for point in route
    ]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)

"""How near the processor comes to what devices said of their own recordings.

    python -m eval.run_files FOLDER

Reads every recording below FOLDER and compares distance and time with the totals in the file, and what was
climbed with the sum of all rises. Files of any sport are measured; none is kept.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from services.running.files import Activity, is_recording, read
from services.running.track import NoRunInPoints, ProcessedRun, process
from services.transfer.errors import FileRefused


@dataclass(frozen=True, slots=True)
class Measured:
    """A recording, what was computed of it, and how long both took."""

    file: Path
    activity: Activity
    run: ProcessedRun
    by_place: float
    """Metres by positions alone."""
    seconds: float


def measure(folder: Path) -> Iterator[Measured | str]:
    """Each recording below `folder`, or why it was refused."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            if not is_recording(file):
                continue
            began = time.perf_counter()
            try:
                for activity in read(file):
                    yield _measured(path, activity, began)
                    began = time.perf_counter()
            except (FileRefused, NoRunInPoints) as error:
                yield f"{path.name}: {error}"


def _measured(path: Path, activity: Activity, began: float) -> Measured:
    run = process(activity.samples, pauses=activity.pauses, laps=activity.laps, device=activity.device)
    seconds = time.perf_counter() - began
    missing = np.full(len(activity.samples), np.nan)
    names = {name: getattr(activity.samples, name) for name in activity.samples.__slots__}
    placed = type(activity.samples)(**(names | {"distance_meters": missing}))
    try:
        by_place = process(placed, pauses=activity.pauses).distance_meters
    except NoRunInPoints:
        by_place = np.nan
    return Measured(path, activity, run, by_place, seconds)


def _off(found: float, said: float | None) -> str:
    return f"{(found / said - 1) * 100:+.2f} %" if said else ""


def _rises(activity: Activity) -> float:
    altitude = activity.samples.altitude_meters
    rises = np.diff(altitude[np.isfinite(altitude)])
    return float(rises[rises > 0].sum())


def main(folder: str) -> None:
    """Prints a table of the recordings below `folder`."""
    columns = ("File", "Sport", "Points", "Metres", "Device", "Off", "By place", "Timer", "Moving", "Device")
    table = Table(*columns, "Off", "Climbed", "Raw", "ms")
    refused = []
    for one in measure(Path(folder)):
        if isinstance(one, str):
            refused.append(one)
            continue
        said, run = one.activity.device, one.run
        table.add_row(
            one.file.name,
            one.activity.sport or "?",
            f"{len(one.activity.samples):,}",
            f"{run.distance_meters:,.0f}",
            f"{said.distance_meters:,.0f}" if said.distance_meters else "",
            _off(run.distance_meters, said.distance_meters),
            _off(one.by_place, said.distance_meters or run.distance_meters),
            f"{run.timer_seconds:,.0f}",
            f"{run.moving_seconds:,.0f}",
            f"{said.timer_seconds:,.0f}" if said.timer_seconds else "",
            _off(run.moving_seconds, said.timer_seconds),
            "" if run.elevation_gain_meters is None else f"{run.elevation_gain_meters:,.0f}",
            f"{_rises(one.activity):,.0f}",
            f"{one.seconds * 1000:,.0f}",
        )
    console = Console(width=200)
    console.print(table)
    for line in refused:
        console.print(line, markup=False)


if __name__ == "__main__":
    main(sys.argv[1])

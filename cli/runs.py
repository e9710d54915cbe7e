"""What `voicefit import` does with recordings of runs, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import typer

from cli.importing import opened
from core.errors import Invalid

if TYPE_CHECKING:
    from rich.table import Table

    from db.session import Database
    from services.running.importing import Skipped
    from services.running.track import ProcessedRun


def are_recordings(files: Sequence[Path]) -> bool:
    """Whether `files` are recordings of runs, by their content. Raises `Invalid` when only some are."""
    from services.running.files import is_recording

    with ExitStack() as stack:
        found = {is_recording(stack.enter_context(opened(file))) for file in files}
    if len(found) > 1:
        raise Invalid("Some of these files are recordings of runs and some are not: bring them apart.")
    if not found.pop():
        if len(files) > 1:
            raise Invalid("Of training logs give one file at a time.")
        return False
    return True


async def preview_runs(files: Sequence[Path]) -> tuple[Table, int]:
    """What importing `files` would write, and how many runs that are. Raises `Invalid`."""
    from services.running.importing import look_at_runs

    table, count = _table(), 0
    for file in files:
        with opened(file) as content:
            runs, skipped = await look_at_runs([(file.name, content)])
        for one in runs:
            _add(table, file, one.done, "")
        _add_skipped(table, skipped)
        count += len(runs)
    return table, count


async def bring_runs(database: Database, person: UUID, files: Sequence[Path]) -> tuple[Table, list[str]]:
    """Imports `files`, each whole or not at all; returns what came of them, and why some were refused."""
    from services.running.importing import import_runs

    table = _table()
    refused: list[str] = []
    for file in files:
        try:
            with opened(file) as content:
                found = await import_runs(database, person, [(file.name, content)])
        except Invalid as error:
            refused.append(f"{file}: {error}")
            continue
        for one in found.runs:
            _add(table, file, one.done, "was here already" if one.is_duplicate else "new")
        _add_skipped(table, found.skipped)
    return table, refused


def say_refused(refused: Sequence[str]) -> None:
    """Says which files were refused, and why."""
    for one in refused:
        typer.secho(f"voicefit: {' '.join(one.split())}", fg=typer.colors.RED, err=True)


def _table() -> Table:
    from rich.table import Table

    return Table("File", "Start (UTC)", "Distance", "Time", "Pace", "", title="Runs")


def _add(table: Table, file: Path, run: ProcessedRun, state: str) -> None:
    from rich.text import Text

    pace = run.average_pace_min_per_km
    table.add_row(
        Text(file.name),
        f"{run.start:%Y-%m-%d %H:%M}",
        f"{run.distance_meters / 1000:.2f} km",
        _clock(run.moving_seconds),
        f"{_clock(pace * 60)} /km" if pace else "",
        state,
    )


def _add_skipped(table: Table, others: Iterable[Skipped]) -> None:
    from rich.text import Text

    for one in others:
        reason = Text(f"skipped: {one.reason}")
        table.add_row(Text(one.file_name or ""), f"{one.started_at:%Y-%m-%d %H:%M}", "", "", "", reason)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

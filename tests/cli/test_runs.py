"""`voicefit import` of recordings."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli import transfer
from db.models import Run
from db.session import Database
from tests.cli.test_transfer import CLASSIC, EMAIL, run, url, voicefit
from tests.services.running.runs import START, file_of, straight

__all__ = ["url"]


async def count_runs(database: Database) -> int:
    async with database.transaction(None) as session:
        return await session.scalar(select(func.count()).select_from(Run)) or 0


def files_in(folder: Path) -> list[str]:
    """Runs of three days in three formats, one of them packed."""
    paths = []
    for day, form in enumerate(("gpx", "tcx", "fit")):
        content = file_of(straight(900, start=START + timedelta(days=day)), form)  # type: ignore[arg-type]
        path = folder / f"run.{form}{'.gz' if form == 'tcx' else ''}"
        path.write_bytes(gzip.compress(content) if form == "tcx" else content)
        paths.append(str(path))
    return paths


def test_runs_are_recognised_and_brought_once(url: str, tmp_path: Path) -> None:
    paths = files_in(tmp_path)
    done = voicefit("import", *paths, "--email", EMAIL, "--yes")
    assert done.exit_code == 0, done.output
    assert done.output.count("2.70 km") == done.output.count("new") == 3
    again = voicefit("import", paths[2], "--email", EMAIL, "--yes")
    assert "was here already" in again.output
    assert run(url, count_runs) == 3


def test_runs_are_shown_before(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files_in(tmp_path)[0]
    nobody = voicefit("import", path, "--email", EMAIL)
    assert (nobody.exit_code, "2025-11-02 07:00" in nobody.output) == (2, True)
    monkeypatch.setattr(transfer, "is_interactive", lambda: True)
    assert voicefit("import", path, "--email", EMAIL, input="n\n").exit_code == 1
    assert run(url, count_runs) == 0
    assert voicefit("import", path, "--email", EMAIL, input="y\n").exit_code == 0
    assert run(url, count_runs) == 1


def test_a_broken_file_is_refused_and_the_others_are_brought(url: str, tmp_path: Path) -> None:
    first, _, broken = files_in(tmp_path)
    Path(broken).write_bytes(Path(broken).read_bytes()[:-500])
    done = voicefit("import", first, broken, "--email", EMAIL, "--yes")
    assert done.exit_code == 2
    assert f"{broken}: The FIT file is damaged" in done.output.replace("\n", " ")
    assert run(url, count_runs) == 1
    mixed = voicefit("import", first, CLASSIC, "--email", EMAIL, "--yes")
    assert (mixed.exit_code, "bring them apart" in mixed.output) == (2, True)

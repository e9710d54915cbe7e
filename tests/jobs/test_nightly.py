"""The nightly evaluation: a program of its own, whose failure is a dead letter."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from services.evaluations.nightly import EvaluationFailed, play
from services.jobs import known_jobs


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_the_clock_starts_it_every_night() -> None:
    (schedule,) = [one for one in known_jobs().schedules if one.job.name == "evaluate"]
    assert schedule.cron == "23 2 * * *"
    assert known_jobs().handlers["evaluate"].attempts == 1


async def test_it_plays_at_the_home_of_the_server(tmp_path: Path) -> None:
    code = "import os, pathlib; pathlib.Path(os.environ['VOICEFIT_HOME'], 'played').touch()"
    await play(Settings(home=tmp_path), program(code))
    assert (tmp_path / "played").exists()


async def test_a_bad_night_says_what_was_said_last(tmp_path: Path) -> None:
    code = "import sys; print('log_set got worse'); sys.exit(1)"
    with pytest.raises(EvaluationFailed, match="log_set got worse"):
        await play(Settings(home=tmp_path), program(code))


async def test_it_ends_with_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spawn, started = asyncio.create_subprocess_exec, asyncio.Queue[asyncio.subprocess.Process]()

    async def noted(*command: str, **options: Any) -> asyncio.subprocess.Process:
        process = await spawn(*command, **options)
        started.put_nowait(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    playing = asyncio.create_task(play(Settings(home=tmp_path), program("import time; time.sleep(600)")))
    process = await started.get()
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert process.returncode is not None

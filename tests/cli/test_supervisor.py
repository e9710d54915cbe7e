"""Processes are started anew when they end, and all end when they are to."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from cli.supervisor import Supervisor

NOTES_ITS_START = "import sys; open(sys.argv[1], 'a').write('started\\n'); sys.stdin.read()"
ENDS = "import sys; open(sys.argv[1], 'a').write('started\\n')"


async def lines(path: Path, count: int) -> None:
    """Waits until the file has so many lines."""
    async with asyncio.timeout(20):
        while not path.exists() or len(path.read_text().splitlines()) < count:  # noqa: ASYNC240, ASYNC110
            await asyncio.sleep(0.02)


async def test_what_ends_is_started_anew_and_what_runs_is_left_alone(tmp_path: Path) -> None:
    steady, short = tmp_path / "steady", tmp_path / "short"
    supervisor = Supervisor(
        [[sys.executable, "-c", NOTES_ITS_START, str(steady)], [sys.executable, "-c", ENDS, str(short)]],
        breather=0.05,
    )
    running = asyncio.create_task(supervisor.run())
    await lines(short, 3)
    await lines(steady, 1)
    supervisor.stop()
    await asyncio.wait_for(running, 20)
    assert steady.read_text() == "started\n"

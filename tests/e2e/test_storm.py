"""A storm of a hundred turns, and sessions opened and closed: `voicefit eval storm` and `leaks`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from eval.storm.leaks import leaks
from eval.storm.plan import ROOMS, planned
from eval.storm.storm import Storm, storm
from tests.db.fixtures import new_home, remove_home

TURNS = 120
"""`voicefit eval storm` does more: see docs/load.md."""


@pytest.fixture
def home() -> Iterator[Path]:
    home = new_home()
    yield home
    remove_home(home)


def test_what_is_sent_follows_from_the_seed() -> None:
    assert planned(300, 7) == planned(300, 7) != planned(300, 8)
    devices = [device for athlete in planned(301, 7) for device in athlete.devices]
    assert sum(len(device.turns) for device in devices) == 301
    assert {device.kind for device in devices} == {"realtime", "http", "mcp"}
    in_rooms = planned(300, 7, kinds=ROOMS)
    assert {device.kind for athlete in in_rooms for device in athlete.devices} == {"room"}


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(900)
async def test_after_a_storm_what_was_acknowledged_is_there_once(home: Path) -> None:
    verdict = await storm(Settings(home=home), Storm(turns=TURNS, seed=3, kills=1, cuts=2, spoken=False))
    assert verdict.violations == []
    assert verdict.journal.misunderstood == []
    counts = verdict.journal.counts
    assert counts["acknowledged"] + counts["abandoned"] == TURNS
    assert counts["server: kill"] == 1


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(900)
async def test_after_a_storm_in_rooms_what_was_acknowledged_is_there_once(home: Path) -> None:
    wanted = Storm(turns=16, seed=26, athletes=1, kills=1, cuts=0, spoken=False, rooms=True)
    verdict = await storm(Settings(home=home), wanted)
    assert verdict.violations == []
    assert verdict.journal.misunderstood == []
    counts = verdict.journal.counts
    assert counts["acknowledged"] + counts["abandoned"] == 16
    assert counts["server: kill"] == 1


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(900)
async def test_closed_sessions_leave_nothing_behind(home: Path) -> None:
    found = await leaks(Settings(home=home), sessions=50, warm_up=20)
    assert found.left == []

"""TCX: laps, intervals, pauses, several sports."""

from __future__ import annotations

import pytest

from services.transfer.errors import FileRefused
from tests.services.running.recordings import (
    TCX,
    at,
    computed,
    read_all,
    tcx_lap,
)


def test_tcx_with_intervals_and_a_pause() -> None:
    laps = tcx_lap(0, 300) + tcx_lap(300, 60, "Resting") + tcx_lap(360, 300, pause=45)
    # What some exports begin with.
    (activity,) = read_all(
        "          " + TCX.format(f'<Activity Sport="Running"><Id>x</Id>{laps}</Activity>')
    )
    run = computed(activity)
    assert (run.elapsed_seconds, run.timer_seconds, run.moving_seconds) == (705, 660, 660)
    assert run.distance_meters == pytest.approx(1980)
    assert [(one.interval_type, one.duration_seconds) for one in run.intervals] == [
        ("work", 300), ("recovery", 60), ("work", 300),
    ]  # fmt: skip
    assert (run.average_cadence, run.average_power_watts) == (176, 240)
    assert [(one.start, one.end) for one in run.pauses] == [(at(510), at(556))]


def test_several_sports_of_tcx() -> None:
    activities = (
        f'<Activity Sport="Biking">{tcx_lap(0, 100)}</Activity>'
        f'<Activity Sport="Running">{tcx_lap(500, 100)}</Activity>'
    )
    assert [(one.sport, one.is_run) for one in read_all(TCX.format(activities))] == [
        ("Biking", False), ("Running", True),
    ]  # fmt: skip
    with pytest.raises(FileRefused, match="no points"):
        read_all(TCX.format('<Activity Sport="Running"><Lap StartTime="2025-01-01T00:00:00Z"/></Activity>'))
    with pytest.raises(FileRefused, match="no activity"):
        read_all(TCX.format(""))

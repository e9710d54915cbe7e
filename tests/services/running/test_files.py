"""Recordings as files: what we write others read, and it comes back as it was."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import timedelta
from typing import Any

import fitdecode
import gpxpy
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.running.files import FORMATS, Form
from services.running.track import Lap, Pause, ProcessedRun, Samples, process
from tests.services.running.recordings import (
    at,
    computed,
    read_all,
)
from tests.services.running.runs import START, file_of, jitter, moved, straight


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"   \n", b""])
def test_what_stands_before_the_declaration_does_no_harm(before: bytes) -> None:
    for form in ("gpx", "tcx"):
        assert len(read_all(before + file_of(straight(300), form))[0].samples) == 301  # type: ignore[arg-type]


def kept(run: ProcessedRun) -> dict[str, Any]:
    """What has to come back."""
    return {
        "distance": run.distance_meters,
        "elapsed": run.elapsed_seconds,
        "timer": run.timer_seconds,
        "moving": run.moving_seconds,
        "gain": run.elevation_gain_meters,
        "heart_rate": run.average_heart_rate,
        "cadence": run.average_cadence,
        "power": run.average_power_watts,
        "splits": [one.duration_seconds for one in run.kilometers],
        "miles": [one.duration_seconds for one in run.miles],
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(FORMATS),
    seconds=st.integers(300, 3000),
    speed=st.floats(2.0, 6.0),
    every=st.sampled_from([1, 5]),
    pause=st.none() | st.integers(50, 250),
    has_sensors=st.booleans(),
    latitude=st.floats(-70, 70),
    longitude=st.floats(-180, 180),
    noise=st.sampled_from([0.0, 0.5]),
)
@example("gpx", 1200, 3.0, 1, 100, True, 0.0, 179.999, 0.5)
def test_what_is_exported_comes_back(
    form: Form, seconds: int, speed: float, every: int, pause: int | None, has_sensors: bool,
    latitude: float, longitude: float, noise: float,
) -> None:  # fmt: skip
    sensors = {"heart_rate": 152.0, "cadence": 176.0, "power_watts": 260.0} if has_sensors else {}
    hills = 100 + 20 * np.sin(np.arange(0, seconds + 1, every) / 150)
    samples = straight(
        seconds, speed, every=every, latitude=latitude, longitude=longitude, altitude_meters=hills, **sensors
    )
    samples = moved(samples, *(jitter(len(samples), noise, 5, seed) for seed in (1, 2)))
    pauses = []
    if pause is not None:
        after = samples.time >= samples.time[len(samples) // 2]
        middle = float(samples.time[len(samples) // 2 - 1])
        samples = Samples.of_columns(
            {name: getattr(samples, name) for name in samples.__slots__}
            | {"time": samples.time + np.where(after, float(pause), 0.0)}
        )
        pauses = [
            Pause(
                START + timedelta(seconds=middle - START.timestamp()),
                samples.points()[len(samples) // 2].time,
            )
        ]
    before = process(samples, pauses=pauses)
    content = file_of(samples, form, pauses=pauses)
    (activity,) = read_all(content)
    assert activity.is_run
    found = kept(computed(activity))
    for name, value in kept(before).items():
        assert found[name] == (None if value is None else pytest.approx(value, rel=1e-3, abs=1.0)), name


def test_intervals_come_back() -> None:
    laps = [
        Lap(at(0), at(300), 900, 300, "warmup"), Lap(at(300), at(400), 400, 100, "work"),
        Lap(at(400), at(490), 180, 90, "recovery"), Lap(at(490), at(600), 330, 110, "cooldown"),
    ]  # fmt: skip
    forms: list[tuple[Form, list[str]]] = [
        ("fit", ["warmup", "work", "recovery", "cooldown"]),
        ("tcx", ["work", "work", "recovery", "work"]),
    ]
    for form, types in forms:
        (activity,) = read_all(file_of(straight(600), form, laps=laps))
        found = computed(activity).intervals
        assert [one.interval_type for one in found] == types
        assert [(one.distance_meters, one.duration_seconds) for one in found] == [
            (900, 300), (400, 100), (180, 90), (330, 110),
        ]  # fmt: skip


def test_others_read_what_we_write() -> None:
    samples = straight(900, 3.0, altitude_meters=410.0, heart_rate=150.0, cadence=176.0, power_watts=250.0)
    gpx = gpxpy.parse(file_of(samples, "gpx").decode())
    assert gpx.length_2d() == pytest.approx(2700, rel=0.004)  # on a sphere
    assert gpx.tracks[0].type == "running"
    assert gpx.get_time_bounds().start_time == START
    with fitdecode.FitReader(
        io.BytesIO(file_of(samples, "fit")), check_crc=fitdecode.CrcCheck.RAISE
    ) as reader:
        frames = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    records = [frame for frame in frames if frame.name == "record"]
    (session,) = [frame for frame in frames if frame.name == "session"]
    assert len(records) == 901
    assert (records[5].get_value("heart_rate"), records[5].get_value("cadence")) == (150, 88)
    assert records[-1].get_value("distance") == pytest.approx(2700, rel=1e-4)
    assert session.get_value("sport") == "running"
    assert session.get_value("total_distance") == pytest.approx(2700, rel=1e-4)
    assert session.get_value("total_timer_time") == 900


@pytest.mark.parametrize("form", FORMATS)
def test_packed_files_are_unpacked(form: Form) -> None:
    content = file_of(straight(300), form)
    assert len(read_all(gzip.compress(content))[0].samples) == 301
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"a/run.{form}", content)
        file.writestr(f"b.{form}.gz", gzip.compress(content))
    assert [len(one.samples) for one in read_all(archive.getvalue())] == [301, 301]

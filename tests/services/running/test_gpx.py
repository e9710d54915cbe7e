"""GPX of apps and watches: tracks, sports, encodings."""

from __future__ import annotations

import pytest

from services.running.files import Activity
from services.running.track import Pause
from services.transfer.errors import FileRefused
from tests.services.running.recordings import (
    GPX,
    at,
    computed,
    read_all,
    track,
    trkpt,
)
from tests.services.running.runs import straight


def test_gpx_of_an_app() -> None:
    inside = (
        "<extensions><power>250</power><gpxtpx:TrackPointExtension><gpxtpx:hr>151</gpxtpx:hr>"
        "<gpxtpx:cad>86</gpxtpx:cad></gpxtpx:TrackPointExtension></extensions>"
    )
    (activity,) = read_all(GPX.format(track(0, 100, "9", inside)))
    assert (activity.sport, activity.is_run, activity.source, activity.name) == (
        "9",
        True,
        "stravagpx",
        "Morning",
    )
    run = computed(activity)
    assert (run.average_heart_rate, run.average_cadence, run.average_power_watts) == (151, 172, 250)
    assert run.distance_meters == pytest.approx(297, rel=0.003)


def test_tracks_of_gpx_are_runs_of_their_own_unless_they_go_on() -> None:
    parts = [track(0, 100), track(200, 100), track(9000, 100), track(12_000, 100, "cycling")]
    found = read_all(GPX.format("".join(parts)))
    assert [(len(one.samples), one.is_run) for one in found] == [(200, True), (100, True), (100, False)]
    assert found[0].pauses == [Pause(at(99), at(200))]
    week = "".join(
        f"<trkseg>{''.join(trkpt(day * 86_400 + i, i) for i in range(9))}</trkseg>" for day in range(3)
    )
    assert [len(one.samples) for one in read_all(GPX.format(f"<trk>{week}</trk>"))] == [9, 9, 9]


@pytest.mark.parametrize(
    ("sport", "is_run"),
    [
        ("Running", True), ("trail running", True), ("TrailRun", True), ("9", True),
        ("treadmill_running", True),
        ("treadmill fitness_equipment", True), ("Jogging", True),
        ("cycling", False), ("Biking", False), ("1", False), ("hiking", False), ("Other", False),
        ("training", False), ("treadmill walking", False), ("open_water swimming", False),
        ("transition", False),        ("Laufen", None), ("GPX", None), (None, None),
    ],
)  # fmt: skip
def test_which_sports_are_running(sport: str | None, is_run: bool | None) -> None:
    assert Activity(straight(10), sport=sport).is_run is is_run


def test_gpx_with_a_prefix_or_in_another_encoding() -> None:
    plain = GPX.format(track(0, 9))
    prefixed = '<ns0:gpx xmlns:ns0="http://www.topografix.com/GPX/1/1"><ns0:trk><ns0:trkseg>{}</ns0:trkseg></ns0:trk></ns0:gpx>'
    points = "".join(trkpt(i, i) for i in range(9))
    for name in ("trkpt", "ele", "time"):
        points = points.replace(f"<{name}", f"<ns0:{name}").replace(f"</{name}", f"</ns0:{name}")
    for content in (
        prefixed.format(points).encode(),
        plain.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
        b"\xef\xbb\xbf" + plain.encode(),
    ):
        assert [len(one.samples) for one in read_all(content)] == [9]


def test_gpx_without_times_says_so() -> None:
    for content, says in (
        (GPX.format("<wpt lat='1' lon='2'/>"), "no track"),
        (GPX.format("<trk><trkseg><trkpt lat='1' lon='2'/></trkseg></trk>"), "no times"),
    ):
        with pytest.raises(FileRefused, match=says):
            read_all(content)

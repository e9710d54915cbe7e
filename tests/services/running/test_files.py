"""Recordings as files: what others write is read, what we write others read, and it comes back as it was."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import fitdecode
import gpxpy
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyfitparsernative import write_fit_bytes

from services.running.files import FORMATS, Activity, Form, read
from services.running.files.fit_checksum import checksum
from services.running.files.unpacking import MAX_BYTES
from services.running.track import Lap, Pause, ProcessedRun, Samples, process
from services.transfer.errors import FileRefused, FileTooLarge
from tests.services.running.runs import START, file_of, jitter, moved, straight

GPX = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="StravaGPX iPhone" xmlns="http://www.topografix.com/GPX/1/1"
     xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">{}</gpx>"""
TCX = """<?xml version="1.0"?><TrainingCenterDatabase
  xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
  xmlns:x="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Activities>{}</Activities>
</TrainingCenterDatabase>"""


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def stamp(seconds: float) -> str:
    return at(seconds).isoformat().replace("+00:00", "Z")


def trkpt(seconds: float, meters: float, inside: str = "") -> str:
    """A point this far north of the start (111,000 m a degree)."""
    return (
        f'<trkpt lat="{47 + meters / 111_000:.7f}" lon="8.5"><ele>400</ele>'
        f"<time>{stamp(seconds)}</time>{inside}</trkpt>"
    )


def track(start: float, seconds: int, sport: str = "running", inside: str = "") -> str:
    points = "".join(trkpt(start + i, 3 * (start + i), inside) for i in range(seconds))
    return f"<trk><name>Morning</name><type>{sport}</type><trkseg>{points}</trkseg></trk>"


def read_all(content: str | bytes) -> list[Activity]:
    return read(io.BytesIO(content.encode() if isinstance(content, str) else content))


def computed(activity: Activity) -> ProcessedRun:
    return process(activity.samples, pauses=activity.pauses, laps=activity.laps, device=activity.device)


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


def tcx_lap(start: int, seconds: int, intensity: str = "Active", pause: int = 0) -> str:
    def point(i: int) -> str:
        return (
            f"<Trackpoint><Time>{stamp(start + i + (pause if i > seconds / 2 else 0))}</Time>"
            f"<DistanceMeters>{3.0 * (start + i)}</DistanceMeters>"
            "<HeartRateBpm><Value>150</Value></HeartRateBpm>"
            "<Extensions><x:TPX><x:RunCadence>88</x:RunCadence><x:Watts>240</x:Watts></x:TPX></Extensions>"
            "</Trackpoint>"
        )

    halves = range(seconds // 2 + 1), range(seconds // 2 + 1, seconds + 1)
    tracks = "".join(f"<Track>{''.join(map(point, half))}</Track>" for half in halves)
    return (
        f'<Lap StartTime="{stamp(start)}"><TotalTimeSeconds>{seconds}</TotalTimeSeconds>'
        f"<DistanceMeters>{3.0 * seconds}</DistanceMeters><Intensity>{intensity}</Intensity>{tracks}</Lap>"
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


def fit_messages(start: int, seconds: int, sport: str, **fields: Any) -> list[dict[str, Any]]:
    def second(i: float) -> str:
        return at(i).strftime("%Y-%m-%dT%H:%M:%S")

    records = [
        {
            "message_type": "record", "timestamp": second(start + i),
            "position_lat": round((47 + i * 3e-5) * 2**31 / 180), "position_long": 101_413_000,
            "distance": i * 3.3, "heart_rate": 150, "cadence": 85, "enhanced_altitude": 412.0,
            **fields,
        }
        for i in range(seconds + 1)
    ]  # fmt: skip
    session = {
        "message_type": "session", "timestamp": second(start + seconds), "start_time": second(start),
        "total_elapsed_time": float(seconds), "total_timer_time": float(seconds), "sport": sport,
        "total_distance": seconds * 3.3,
    }  # fmt: skip
    return [*records, session]


FILE_ID = {
    "message_type": "file_id", "type": "activity", "manufacturer": "garmin", "product": 1,
    "time_created": "2025-11-02T07:00:00",
}  # fmt: skip


def test_fit_of_a_triathlon_with_power_from_a_pod() -> None:
    described: dict[str, Any] = {
        "message_type": "field_description", "developer_data_index": 0, "field_definition_number": 9,
        "fit_base_type_id": 132, "field_name": "Power", "units": "Watts",
    }  # fmt: skip
    developer = {"message_type": "developer_data_id", "developer_data_index": 0}
    messages = [
        FILE_ID, developer, described,
        *fit_messages(0, 300, "swimming"), *fit_messages(330, 600, "cycling"),
        *fit_messages(960, 900, "running", developer_field_9=233),
    ]  # fmt: skip
    found = read_all(write_fit_bytes(messages))
    assert [(one.sport, one.is_run, one.source) for one in found] == [
        ("swimming", False, "garmin"), ("cycling", False, "garmin"), ("running", True, "garmin"),
    ]  # fmt: skip
    run = computed(found[2])
    assert run.distance_meters == pytest.approx(2970)
    assert (run.start, run.elapsed_seconds) == (at(960), 900)
    assert (run.average_power_watts, run.average_cadence) == (233, 170)


def paused_fit(*, goes_on: bool, says_when: bool) -> bytes:
    """Half an hour of which the watch stood from 600 to 900 seconds."""
    *records, session = fit_messages(0, 1800, "running")
    for i, one in enumerate(records):
        ran = i if i <= 600 else max(600, i - 300)
        one |= {"distance": ran * 3.3, "position_lat": round((47 + ran * 3e-5) * 2**31 / 180)}
    kept = records if goes_on else [*records[:601], *records[900:]]
    session |= {"total_timer_time": 1500.0, "total_distance": 4950.0}
    stops = ((0, "start"), (600, "stop_all"), (900, "start"), (1800, "stop_all")) if says_when else ()
    events = [
        {
            "message_type": "event", "timestamp": at(second).strftime("%Y-%m-%dT%H:%M:%S"), "event": "timer",
            "event_type": kind,
        }
        for second, kind in stops
    ]  # fmt: skip
    return bytes(write_fit_bytes([FILE_ID, *events, *kept, session]))


@pytest.mark.parametrize("goes_on", [False, True])
@pytest.mark.parametrize("says_when", [False, True])
def test_a_pause_of_a_watch_is_found_however_it_tells_of_it(goes_on: bool, says_when: bool) -> None:
    run = computed(*read_all(paused_fit(goes_on=goes_on, says_when=says_when)))
    assert (run.distance_meters, run.elapsed_seconds) == (pytest.approx(4950), 1800)
    assert run.timer_seconds == run.moving_seconds == pytest.approx(1500, abs=1)
    ((begin, until),) = [(one.start, one.end) for one in run.pauses]
    assert abs((begin - at(600)).total_seconds()) <= 2
    assert abs((until - at(900)).total_seconds()) <= 2


def test_few_records_of_a_watch_lose_no_time() -> None:
    *records, session = fit_messages(0, 1800, "running")
    run = computed(*read_all(write_fit_bytes([FILE_ID, *records[20:1790:17], session])))
    assert run.moving_seconds == 1800


def test_several_fit_files_in_one_and_zeros_behind_them() -> None:
    first, second = (write_fit_bytes([FILE_ID, *fit_messages(i, 900, "running")]) for i in (0, 7200))
    for content in (first + second, first + second + bytes(512)):
        assert [one.samples.time[0] for one in read_all(content)] == [
            at(0).timestamp(), at(7200).timestamp()
        ]  # fmt: skip
    for behind in (b"junk", second[:-40]):
        with pytest.raises(FileRefused, match="damaged or cut off"):
            read_all(first + behind)


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"   \n", b""])
def test_what_stands_before_the_declaration_does_no_harm(before: bytes) -> None:
    for form in ("gpx", "tcx"):
        assert len(read_all(before + file_of(straight(300), form))[0].samples) == 301  # type: ignore[arg-type]


def test_fit_that_is_no_recording_says_what_it_is() -> None:
    for message, says in (
        ({**FILE_ID, "type": "workout"}, "workout"),
        (FILE_ID, "no records"),
    ):
        with pytest.raises(FileRefused, match=says):
            read_all(write_fit_bytes([message]))


def test_fit_whose_header_has_no_checksum() -> None:
    content = file_of(straight(300), "fit")
    body = content[:12] + b"\0\0" + content[14:-2]
    without = body + checksum(body).to_bytes(2, "little")
    assert checksum(content) == 0
    assert len(read_all(without)[0].samples) == 301
    with pytest.raises(FileRefused, match="checksum"):
        read_all(body + b"\1\2")


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


def zip_bomb() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.gpx", b"\0" * (MAX_BYTES + 1))
    return archive.getvalue()


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b" " * (MAX_BYTES + 1)), zip_bomb(), b" " * (MAX_BYTES + 1)],
    ids=["gz", "zip", "plain"],
)
def test_what_unpacks_to_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(FileTooLarge, match="64 MiB"):
        read_all(content)


def test_small_files_that_unfold_into_much_are_refused() -> None:
    many = "<a/>" * 50_000
    inside_a_point = f"<trk><trkseg><trkpt lat='1' lon='2'>{many}</trkpt></trkseg></trk>"
    for content in (GPX.format(inside_a_point), GPX.format(f"<trk>{many}</trk>")):
        with pytest.raises(FileRefused, match="too much"):
            read_all(content)
    # What is in nothing that is read is not kept: it does no harm.
    assert read_all(GPX.format(many + track(0, 5)))


LAUGHS = """<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><gpx>&b;</gpx>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]><gpx><trk>&a;</trk></gpx>"""
ELSEWHERE = """<?xml version="1.0"?><!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/gpx.dtd"><gpx/>"""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (LAUGHS, "entities"),
        (OUTSIDE, "entities"),
        (ELSEWHERE, "document type"),
        ("<gpx>" + "<a>" * 100_000, "too deep"),
        ("<gpx><trk></gpx>", "damaged"),
        ("<gpx", "damaged"),
        ("", "no recording"),
        ("date,reps\n", "no recording"),
        (b"\x1f\x8b\x08", "cut off"),
        (b"PK\x03\x04", "cannot be read"),
        (b"\x0e\x10\xd9\x07\0\0\0\0.FIT\0\0", "FIT"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(content: str | bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read_all(content)


SEEDS = {form: file_of(straight(40, heart_rate=150.0), form) for form in FORMATS}


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(FORMATS),
    places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.floats(0, 1),
)
def test_damaged_files_are_read_or_refused(form: Form, places: list[tuple[float, int]], cut: float) -> None:
    content = bytearray(SEEDS[form])
    for place, value in places:
        content[int(place * (len(content) - 1))] = value
    if cut < 0.3:
        del content[int(cut / 0.3 * len(content)) :]
    try:
        found = read_all(bytes(content))
    except FileRefused:
        return
    for activity in found:
        if len(activity.samples) >= 2 and activity.samples.time[-1] - activity.samples.time[0] < 1e7:
            assert computed(activity).distance_meters >= 0


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_noise_is_refused(content: bytes) -> None:
    header = b"\x0e\x20" + (2171).to_bytes(2, "little") + len(content).to_bytes(4, "little") + b".FIT\0\0"
    for noise in (content, header + content + b"\0\0"):
        with pytest.raises(FileRefused):
            read_all(noise)

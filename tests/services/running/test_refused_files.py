"""Files that are bombs, traps, damaged or noise: read or refused, with the reason."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.running.files import FORMATS, Form
from services.running.files.unpacking import MAX_BYTES
from services.transfer.errors import FileRefused, FileTooLarge
from tests.services.running.recordings import (
    GPX,
    computed,
    read_all,
    track,
)
from tests.services.running.runs import file_of, straight


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

"""FIT of watches: sessions, pauses, developer fields, damaged files."""

from __future__ import annotations

from typing import Any

import pytest
from pyfitparsernative import write_fit_bytes

from services.running.files.fit_checksum import checksum
from services.transfer.errors import FileRefused
from tests.services.running.recordings import (
    FILE_ID,
    at,
    computed,
    fit_messages,
    read_all,
)
from tests.services.running.runs import file_of, straight


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

"""Recordings as others write them, to be read."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from services.running.files import Activity, read
from services.running.track import ProcessedRun, process
from tests.services.running.runs import START

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

"""A recording as FIT."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pyfitparsernative import write_fit_bytes

from services.running.files.recording import Recording, whole
from services.running.track import Lap, TrackPoint

SEMICIRCLES = 2**31 / 180.0
"""What FIT counts degrees in."""
EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
LAST = EPOCH + timedelta(seconds=2**32 - 2)
INTENSITIES = {"work": "active", "recovery": "recovery", "warmup": "warmup", "cooldown": "cooldown"}
SUB_SPORTS = {"treadmill": "treadmill", "trail": "trail", "track": "track", "road": "street"}


def write(recording: Recording) -> bytes:
    """A recording as a FIT activity. Its clock has whole seconds: of several points within one the first is
    kept."""
    run = recording.run
    messages = [
        {
            "message_type": "file_id",
            "type": "activity",
            "manufacturer": "development",
            "product": 0,
            "time_created": _second(run.start),
        },
        *_events_and_records(recording),
        *(_lap(recording, lap, number) for number, lap in enumerate(_laps(recording))),
        _session(recording),
        {
            "message_type": "activity",
            "timestamp": _second(run.end),
            "total_timer_time": round(run.timer_seconds, 3),
            "num_sessions": 1,
            "type": "manual",
            "event": "activity",
            "event_type": "stop",
        },
    ]
    return bytes(write_fit_bytes(messages))


def _events_and_records(recording: Recording) -> Iterator[dict[str, Any]]:
    timed: list[tuple[str, int, dict[str, Any]]] = []
    kinds = [(recording.run.start, "start"), (recording.run.end, "stop_all")]
    for pause in recording.activity.pauses:
        kinds += [(pause.start, "stop_all"), (pause.end, "start")]
    for at, kind in kinds:
        event = {"message_type": "event", "event": "timer", "event_type": kind, "timestamp": _second(at)}
        timed.append((event["timestamp"], 1 if kind == "stop_all" else -1, event))
    seen: set[str] = set()
    for point, meters in recording.points():
        record = _record(point, meters)
        if record["timestamp"] not in seen:
            seen.add(record["timestamp"])
            timed.append((record["timestamp"], 0, record))
    for _, _, message in sorted(timed, key=lambda one: one[:2]):
        yield message


def _record(point: TrackPoint, meters: float) -> dict[str, Any]:
    record: dict[str, Any] = {
        "message_type": "record",
        "timestamp": _second(point.time),
        "distance": round(meters, 2),
        "heart_rate": whole(point.heart_rate),
        "power": whole(point.power_watts),
        "enhanced_altitude": point.altitude_meters,
        "enhanced_speed": point.speed,
    }
    if point.latitude is not None and point.longitude is not None:
        record["position_lat"] = round(point.latitude * SEMICIRCLES)
        record["position_long"] = min(round(point.longitude * SEMICIRCLES), 2**31 - 2)
    if point.cadence is not None:
        whole_cadence = int(point.cadence / 2)
        record["cadence"] = whole_cadence
        record["fractional_cadence"] = round((point.cadence / 2 - whole_cadence) * 128) / 128
    return {name: value for name, value in record.items() if value is not None}


def _laps(recording: Recording) -> list[Lap]:
    """The laps, or one for all of it."""
    run = recording.run
    return list(recording.activity.laps) or [Lap(run.start, run.end, run.distance_meters, run.timer_seconds)]


def _lap(recording: Recording, lap: Lap, number: int) -> dict[str, Any]:
    elapsed = (lap.end - lap.start).total_seconds()
    timer = elapsed if lap.timer_seconds is None else lap.timer_seconds
    return {
        "message_type": "lap",
        "message_index": number,
        "timestamp": _second(lap.end),
        "start_time": _second(lap.start),
        "total_elapsed_time": round(max(elapsed, timer), 3),
        "total_timer_time": round(timer, 3),
        "total_distance": round(lap.distance_meters or 0.0, 2),
        "intensity": INTENSITIES.get(lap.interval_type or "work", "active"),
        "sport": "running",
        "event": "lap",
        "event_type": "stop",
    }


def _session(recording: Recording) -> dict[str, Any]:
    run = recording.run
    session = {
        "message_type": "session",
        "message_index": 0,
        "timestamp": _second(run.end),
        "start_time": _second(run.start),
        "total_elapsed_time": round(run.elapsed_seconds, 3),
        "total_timer_time": round(run.timer_seconds, 3),
        "total_distance": round(run.distance_meters, 2),
        "avg_heart_rate": whole(run.average_heart_rate),
        "max_heart_rate": whole(run.max_heart_rate),
        "avg_power": whole(run.average_power_watts),
        "total_ascent": whole(run.elevation_gain_meters),
        "total_descent": whole(run.elevation_loss_meters),
        "sport": "running",
        "sub_sport": SUB_SPORTS.get(recording.activity.surface or "", "generic"),
        "first_lap_index": 0,
        "num_laps": len(_laps(recording)),
        "event": "lap",
        "event_type": "stop",
    }
    return {name: value for name, value in session.items() if value is not None}


def _second(at: datetime) -> str:
    """A moment to the second, in UTC, as the encoder takes it."""
    at = min(max(at.astimezone(UTC), EPOCH), LAST) + timedelta(microseconds=500_000)
    return at.replace(tzinfo=None).isoformat(timespec="seconds")

"""TCX, Garmin's Training Center XML v2 (https://www8.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import numpy as np

from db.models import IntervalType
from services.running.files.activity import MAX_POINTS, Activity, both_feet, breaks, maker, surface_of
from services.running.files.gpx import written
from services.running.files.markup import child, elements, local, number, seconds, text
from services.running.files.recording import Recording, element, whole
from services.running.track import DeviceTotals, Lap, Pause, Samples, TrackPoint
from services.running.track.clock import moment
from services.transfer.errors import FileRefused, FileTooLarge

NAMESPACES = (
    'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"'
)
WANTED = frozenset({"Activity", "Lap", "Track", "Trackpoint"})
EXTENSIONS = {"Speed": "speed", "RunCadence": "cadence", "Watts": "power_watts"}
INTENTS: dict[str, IntervalType] = {"Resting": "recovery"}


@dataclass
class Recorded:
    """An activity as it is read: its laps, and the rows of its tracks."""

    laps: list[Lap] = field(default_factory=list)
    tracks: list[list[dict[str, float]]] = field(default_factory=list)


def read(content: bytes) -> list[Activity]:
    """The activities of a TCX file that have points. Raises `FileRefused`."""
    found = list(_activities(content))
    if not found:
        raise FileRefused(
            "The TCX has no activity in it. Courses and workouts are plans: bring what was run."
        )
    recorded = [one for one in found if one is not None]
    if not recorded:
        raise FileRefused("The TCX has laps but no points with times, so there is nothing to compute from.")
    return recorded


def _activities(content: bytes) -> Iterator[Activity | None]:
    found = elements(content, wanted=WANTED)
    next(found)
    recorded, rows, points = Recorded(), list[dict[str, float]](), 0
    for one in found:
        name = local(one)
        if name == "Trackpoint":
            points += 1
            if points > MAX_POINTS:
                raise FileTooLarge(f"The TCX has more than {MAX_POINTS:,} points.")
            if (row := _row(one)) is not None:
                rows.append(row)
        elif name == "Track":
            if rows:
                recorded.tracks.append(rows)
            rows = []
        elif name == "Lap":
            if (lap := _lap(one)) is not None:
                recorded.laps.append(lap)
        else:
            yield _activity(one, recorded)
            recorded = Recorded()


def _row(point: Element) -> dict[str, float] | None:
    at = seconds(text(point, "Time"))
    if math.isnan(at):
        return None
    row = {"time": at}
    named = {
        "latitude": ("Position", "LatitudeDegrees"),
        "longitude": ("Position", "LongitudeDegrees"),
        "altitude_meters": ("AltitudeMeters",),
        "distance_meters": ("DistanceMeters",),
        "heart_rate": ("HeartRateBpm", "Value"),
        "cadence": ("Cadence",),
    }
    for column, path in named.items():
        if (said := text(point, *path)) is not None:
            row[column] = number(said)
    extensions = child(point, "Extensions")
    if extensions is not None:
        for one in extensions.iter():
            if (known := EXTENSIONS.get(local(one))) is not None:
                row[known] = number(one.text)
    return row


def _lap(element: Element) -> Lap | None:
    start, took = seconds(element.get("StartTime")), number(text(element, "TotalTimeSeconds"))
    if math.isnan(start):
        return None
    far = number(text(element, "DistanceMeters"))
    try:
        begins = moment(start)
    except (ValueError, OverflowError, OSError):
        return None
    return Lap(
        start=begins,
        end=begins,
        distance_meters=far if 0 <= far < math.inf else None,
        timer_seconds=took if 0 < took < math.inf else None,
        interval_type=INTENTS.get(text(element, "Intensity") or ""),
    )


def _activity(element: Element, recorded: Recorded) -> Activity | None:
    rows = [row for rows in recorded.tracks for row in rows]
    if not rows:
        return None
    columns = {
        name: np.array([row.get(name, np.nan) for row in rows])
        for name in {name for row in rows for name in row}
    }
    if "cadence" in columns:
        columns["cadence"] = both_feet(columns["cadence"])
    samples = Samples.of_columns(columns)
    sport = element.get("Sport")
    laps = sorted(recorded.laps, key=lambda lap: lap.start)
    return Activity(
        samples=samples,
        sport=sport,
        name=text(element, "Notes"),
        source=maker(text(element, "Creator", "Name")),
        surface=surface_of(sport),
        laps=_ended(laps, samples),
        pauses=_pauses(recorded.tracks, laps),
        device=_totals(laps),
    )


def _ended(laps: list[Lap], samples: Samples) -> list[Lap]:
    """The laps with their ends: each lasts until the next begins."""
    ends = [*(lap.start for lap in laps[1:]), moment(float(samples.time[-1]))]
    return [
        Lap(lap.start, max(end, lap.start), lap.distance_meters, lap.timer_seconds, lap.interval_type)
        for lap, end in zip(laps, ends, strict=False)
    ]


def _pauses(tracks: list[list[dict[str, float]]], laps: list[Lap]) -> list[Pause]:
    """Where a track ends within a lap and another begins, the watch was stopped."""
    starts = [lap.start for lap in laps]
    return [one for one in breaks(tracks) if not any(one.start <= start <= one.end for start in starts)]


def _totals(laps: list[Lap]) -> DeviceTotals:
    if not laps or any(lap.timer_seconds is None for lap in laps):
        return DeviceTotals()
    far = [lap.distance_meters for lap in laps]
    return DeviceTotals(
        start=laps[0].start,
        distance_meters=None if None in far else sum(one or 0.0 for one in far),
        timer_seconds=sum(lap.timer_seconds or 0.0 for lap in laps),
    )


def write(recording: Recording) -> bytes:
    """A recording as TCX; pauses are between tracks."""
    start = recording.run.start
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<TrainingCenterDatabase {NAMESPACES}><Activities>",
        f'<Activity Sport="Running">{element("Id", written(start))}',
    ]
    for lap in _laps_of(recording):
        end = math.inf if lap is None or lap.end >= recording.run.end else lap.end.timestamp()
        begin = -math.inf if lap is None or lap.start <= start else lap.start.timestamp()
        lines += [
            f'<Lap StartTime="{written(lap.start if lap else start)}">',
            element("TotalTimeSeconds", _seconds(recording, lap)),
            element("DistanceMeters", _meters(recording, lap)),
            "<Calories>0</Calories>",
            element("Intensity", "Resting" if lap and lap.interval_type == "recovery" else "Active"),
            "<TriggerMethod>Manual</TriggerMethod>",
        ]
        for stretch in recording.stretches(begin, end):
            lines += ["<Track>", *(_point(point, far) for point, far in stretch), "</Track>"]
        lines.append("</Lap>")
    lines.append(
        f"{element('Notes', recording.activity.name)}</Activity></Activities></TrainingCenterDatabase>\n"
    )
    return "\n".join(lines).encode()


def _laps_of(recording: Recording) -> list[Lap | None]:
    """The laps, or one for all of it."""
    return list(recording.activity.laps) or [None]


def _seconds(recording: Recording, lap: Lap | None) -> float:
    said = lap.timer_seconds if lap else recording.run.timer_seconds
    return round(said or 0.0, 3)


def _meters(recording: Recording, lap: Lap | None) -> float:
    said = lap.distance_meters if lap else recording.run.distance_meters
    return round(said or 0.0, 3)


def _point(point: TrackPoint, meters: float) -> str:
    place = (
        f"<Position><LatitudeDegrees>{point.latitude:.8f}</LatitudeDegrees>"
        f"<LongitudeDegrees>{point.longitude:.8f}</LongitudeDegrees></Position>"
        if point.latitude is not None
        else ""
    )
    beats = whole(point.heart_rate)
    more = (
        element("ns3:Speed", point.speed)
        + element("ns3:RunCadence", whole(None if point.cadence is None else point.cadence / 2))
        + element("ns3:Watts", whole(point.power_watts))
    )
    return (
        f"<Trackpoint>{element('Time', written(point.time))}{place}"
        f"{element('AltitudeMeters', point.altitude_meters)}{element('DistanceMeters', f'{meters:.3f}')}"
        + (f"<HeartRateBpm>{element('Value', beats)}</HeartRateBpm>" if beats else "")
        + (f"<Extensions><ns3:TPX>{more}</ns3:TPX></Extensions>" if more else "")
        + "</Trackpoint>"
    )

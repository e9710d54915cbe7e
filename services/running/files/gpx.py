"""GPX 1.0 and 1.1 (https://www.topografix.com/gpx.asp), with the extensions that running apps write."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

import numpy as np

from services.running.files.activity import MAX_POINTS, Activity, both_feet, breaks, maker, surface_of
from services.running.files.markup import elements, local, number, seconds, text
from services.running.files.recording import Recording, element, whole
from services.running.track import Samples, TrackPoint
from services.transfer.errors import FileRefused, FileTooLarge

ONE_RUN_SECONDS = 300.0
"""Tracks of one sport that go on this soon after each other are one run with a pause."""
ANOTHER_RUN_SECONDS = 4 * 3600.0
"""Segments so far apart are of different runs."""
WANTED = frozenset({"trk", "trkseg", "trkpt"})
EXTENSIONS = {
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "runcadence": "cadence",
    "power": "power_watts",
    "watts": "power_watts",
    "powerinwatts": "power_watts",
    "speed": "speed",
    "distance": "distance_meters",
}
NAMESPACES = (
    'xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2" '
    'xmlns:voicefit="urn:voicefit:gpx"'
)


@dataclass
class Track:
    """A track as it is read: rows of values by name, in segments."""

    sport: str | None = None
    name: str | None = None
    segments: list[list[dict[str, float]]] = field(default_factory=list)

    @property
    def span(self) -> tuple[float, float]:
        """The moments of its first and last point."""
        times = [row["time"] for rows in self.segments for row in rows]
        return min(times), max(times)


def read(content: bytes) -> list[Activity]:
    """The tracks of a GPX file that have times. Raises `FileRefused`."""
    creator, tracks = _tracks(content)
    if not tracks:
        raise FileRefused("The GPX has no track in it, only perhaps a route or places: nobody ran it yet.")
    timed = [track for track in tracks if track.segments]
    if not timed:
        raise FileRefused(
            "The points of the GPX have no times, so nobody can tell how fast it was. Export it with times."
        )
    return [_activity(part, creator) for track in _joined(timed) for part in _parts(track)]


def _tracks(content: bytes) -> tuple[str, list[Track]]:
    tracks: list[Track] = []
    track, rows, points = Track(), list[dict[str, float]](), 0
    found = elements(content, wanted=WANTED)
    creator = next(found).get("creator", "")
    for one in found:
        name = local(one)
        if name == "trkpt":
            points += 1
            if points > MAX_POINTS:
                raise FileTooLarge(f"The GPX has more than {MAX_POINTS:,} points.")
            if (row := _row(one)) is not None:
                rows.append(row)
        elif name == "trkseg":
            if rows:
                track.segments.append(rows)
            rows = []
        elif name == "trk":
            track.sport, track.name = text(one, "type"), text(one, "name")
            tracks.append(track)
            track = Track()
    return creator, tracks


def _row(point: Element) -> dict[str, float] | None:
    at = seconds(text(point, "time"))
    if math.isnan(at):
        return None
    row = {"time": at, "latitude": number(point.get("lat")), "longitude": number(point.get("lon"))}
    for one in point.iter():
        name = local(one).lower()
        if name == "ele":
            row["altitude_meters"] = number(one.text)
        elif (column := EXTENSIONS.get(name)) is not None:
            row.setdefault(column, number(one.text))
    return row


def _joined(tracks: list[Track]) -> list[Track]:
    """The tracks in the order of time, those that go on with the one before as one."""
    result: list[Track] = []
    for track in sorted(tracks, key=lambda one: one.span):
        last = result[-1] if result else None
        if (
            last is not None
            and last.sport == track.sport
            and 0 <= track.span[0] - last.span[1] <= ONE_RUN_SECONDS
        ):
            last.segments += track.segments
        else:
            result.append(track)
    return result


def _parts(track: Track) -> list[Track]:
    """A track as the runs that it is of: some devices keep all of a week in one, a segment for each."""
    parts: list[Track] = []
    end = -math.inf
    for rows in sorted(track.segments, key=lambda rows: rows[0]["time"]):
        if rows[0]["time"] - end > ANOTHER_RUN_SECONDS:
            parts.append(Track(track.sport, track.name))
        parts[-1].segments.append(rows)
        end = rows[-1]["time"]
    return parts


def _activity(track: Track, creator: str) -> Activity:
    rows = [row for rows in track.segments for row in rows]
    columns = {
        name: np.array([row.get(name, np.nan) for row in rows])
        for name in {name for row in rows for name in row}
    }
    if "cadence" in columns:
        columns["cadence"] = both_feet(columns["cadence"])
    return Activity(
        samples=Samples.of_columns(columns),
        sport=track.sport,
        name=track.name,
        source=maker(creator),
        surface=surface_of(track.sport),
        pauses=breaks(track.segments),
    )


def write(recording: Recording) -> bytes:
    """A recording as GPX 1.1. What GPX has no element for is in extensions; pauses are between segments."""
    activity = recording.activity
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gpx version="1.1" creator="VoiceFit" {NAMESPACES}>',
        f"<trk>{element('name', activity.name)}{element('type', activity.sport)}",
    ]
    for stretch in recording.stretches():
        placed = [(point, far) for point, far in stretch if point.latitude is not None]
        if placed:
            lines += ["<trkseg>", *(_point(point, far) for point, far in placed), "</trkseg>"]
    lines.append("</trk></gpx>\n")
    return "\n".join(lines).encode()


def _point(point: TrackPoint, meters: float) -> str:
    garmin = (
        element("gpxtpx:hr", whole(point.heart_rate))
        + element("gpxtpx:cad", whole(None if point.cadence is None else point.cadence / 2))
        + element("gpxtpx:speed", point.speed)
    )
    own = element("voicefit:distance", f"{meters:.3f}") + element("voicefit:power", point.power_watts)
    wrapped = f"<gpxtpx:TrackPointExtension>{garmin}</gpxtpx:TrackPointExtension>" if garmin else ""
    return (
        f'<trkpt lat="{point.latitude:.8f}" lon="{point.longitude:.8f}">'
        f"{element('ele', point.altitude_meters)}{element('time', written(point.time))}"
        f"<extensions>{wrapped}{own}</extensions></trkpt>"
    )


def written(at: datetime) -> str:
    """A moment as XML Schema writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

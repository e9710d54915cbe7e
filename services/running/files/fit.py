"""FIT, as watches record it (https://developer.garmin.com/fit/protocol/), with the fields that apps add."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import fitfast
import numpy as np

from db.models import IntervalType
from services.running.files.activity import FILE, MAX_POINTS, Activity, both_feet, maker, surface_of
from services.running.files.fit_checksum import with_checksums, without_padding
from services.running.track import DeviceTotals, Lap, Pause, Samples
from services.running.track.clock import moment
from services.running.track.points import Floats
from services.transfer.errors import FileRefused, FileTooLarge

Message = dict[Any, Any]
COLUMNS = {
    "latitude": ("position_lat",),
    "longitude": ("position_long",),
    "altitude_meters": ("enhanced_altitude", "altitude"),
    "heart_rate": ("heart_rate",),
    "speed": ("enhanced_speed", "speed"),
    "distance_meters": ("distance",),
    "accuracy_meters": ("gps_accuracy",),
}
POWER = 7
"""The number of `power` in a record message, which a developer's field may say it stands for."""
INTENTS: dict[str, IntervalType] = {
    "warmup": "warmup",
    "cooldown": "cooldown",
    "rest": "recovery",
    "recovery": "recovery",
    "active": "work",
    "interval": "work",
}
MAX_BYTES = 32 * 1024 * 1024
MAX_FIELDS = 6_000_000
"""250,000 records with 24 fields."""
STOPS = {"stop", "stop_all", "stop_disable", "stop_disable_all"}
SLACK_SECONDS = 1.5
"""Sessions are timed to the millisecond, records to the second."""


def read(content: bytes) -> list[Activity]:
    """The sessions of a FIT file that have records. Raises `FileRefused`."""
    messages, columns = _decoded(content)
    file_id: Message = next(iter(messages.get("file_id", [])), {})
    kind = file_id.get("type", "activity")
    if kind != "activity":
        raise FileRefused(f"This FIT file is no recording but of the kind {kind!s}. Bring the activity.")
    time = columns.get("timestamp")
    if time is None or not np.isfinite(time).any():
        raise FileRefused(
            "The FIT file has no records with times in it, so there is nothing to compute from."
        )
    columns = _named(columns, messages)
    found = list(_sessions(messages, columns, maker(str(file_id.get("manufacturer", FILE)))))
    if not found:
        raise FileRefused("The FIT file has no session with records in it.")
    return found


def _decoded(content: bytes) -> tuple[dict[str, list[Message]], dict[str, Floats]]:
    if len(content) > MAX_BYTES:
        raise FileTooLarge(f"A FIT file may have {MAX_BYTES // 1024**2} MiB.")
    content = with_checksums(without_padding(content))
    try:
        counts, fields = fitfast.message_counts(content), fitfast.count(content)[1]
        if counts.get("record", 0) > MAX_POINTS or fields > MAX_FIELDS:
            raise FileTooLarge(
                f"The FIT file has more than {MAX_POINTS:,} records, or as much of other things."
            )
        return fitfast.parse(content), fitfast.records(content)
    except fitfast.FitDecodeError as error:
        raise FileRefused(f"The FIT file is damaged or cut off: {error}.") from None
    except BaseException as error:
        # A panic of the decoder is no `Exception`; nor is it more than a file that it cannot read.
        if type(error).__name__ != "PanicException":
            raise
        raise FileRefused("The FIT file is damaged: it cannot be decoded.") from None


def _named(columns: dict[str, Floats], messages: dict[str, list[Message]]) -> dict[str, Floats]:
    """The columns of records by our names for them."""
    named = {"time": columns["timestamp"]}
    for name, theirs in COLUMNS.items():
        for one in theirs:
            if one in columns:
                known = named.get(name)
                named[name] = (
                    columns[one] if known is None else np.where(np.isnan(known), columns[one], known)
                )
    if (cadence := columns.get("cadence")) is not None:
        fraction = columns.get("fractional_cadence")
        named["cadence"] = both_feet(cadence if fraction is None else cadence + np.nan_to_num(fraction))
    for one in ("power", *_power_fields(messages)):
        if one in columns and np.nanmax(columns[one], initial=0.0) > 0:
            named["power_watts"] = columns[one]
            break
    return named


def _power_fields(messages: dict[str, list[Message]]) -> Iterator[str]:
    """The names of developers' fields that are running power: those that say so, then those called so."""
    described = messages.get("field_description", [])
    for one in described:
        if one.get("native_field_num") == POWER and one.get("native_mesg_num", "record") in ("record", 20):
            yield str(one.get("field_name"))
    for one in described:
        name = str(one.get("field_name", ""))
        words = name.casefold().replace("_", " ").split()
        if "power" in words and not {"form", "air", "critical", "zone", "lap", "avg", "average", "max"} & set(
            words
        ):
            yield name


def _sessions(
    messages: dict[str, list[Message]], columns: dict[str, Floats], source: str
) -> Iterator[Activity]:
    sessions = messages.get("session", []) or [{}]
    for session in sessions:
        start, end = _edges(session, columns["time"], alone=len(sessions) == 1)
        within = (columns["time"] >= start - SLACK_SECONDS) & (columns["time"] <= end + SLACK_SECONDS)
        if not within.any():
            continue
        sport = _sport(session, messages)
        samples = Samples.of_columns({name: column[within] for name, column in columns.items()})
        if len(samples):
            yield Activity(
                samples=samples,
                sport=sport,
                name=_text(session.get("sport_profile_name")),
                source=source,
                surface=surface_of(sport),
                pauses=list(_pauses(messages, start, end)),
                laps=list(_laps(messages, start, end)),
                device=_totals(session),
            )


def _edges(session: Message, time: Floats, *, alone: bool) -> tuple[float, float]:
    """From when to when a session lasted: all the time, when it is alone."""
    first, last = float(np.nanmin(time)), float(np.nanmax(time))
    start = _number(session.get("start_time"))
    took = _number(session.get("total_elapsed_time"))
    if alone or math.isnan(start):
        return first, last
    return start, start + took if took >= 0 else last


def _sport(session: Message, messages: dict[str, list[Message]]) -> str | None:
    said = session if "sport" in session else next(iter(messages.get("sport", [])), {})
    sport, kind = said.get("sport"), said.get("sub_sport")
    if sport is None or sport in ("generic", "all"):
        return None
    return f"{kind} {sport}" if isinstance(kind, str) and kind != "generic" else str(sport)


def _pauses(messages: dict[str, list[Message]], start: float, end: float) -> Iterator[Pause]:
    """From each stop of the timer to its next start."""
    stopped: float | None = None
    events = (one for one in messages.get("event", []) if one.get("event") == "timer" and "timestamp" in one)
    for one in sorted(events, key=lambda one: _number(one["timestamp"])):
        at = _number(one["timestamp"])
        if not start - SLACK_SECONDS <= at <= end + SLACK_SECONDS:
            continue
        kind = one.get("event_type")
        if kind in STOPS and stopped is None:
            stopped = at
        elif kind == "start" and stopped is not None:
            if at > stopped:
                yield Pause(moment(stopped), moment(at))
            stopped = None


def _laps(messages: dict[str, list[Message]], start: float, end: float) -> Iterator[Lap]:
    for lap in messages.get("lap", []):
        begins, took = _number(lap.get("start_time")), _number(lap.get("total_elapsed_time"))
        if not (start - SLACK_SECONDS <= begins < end and 0 <= took <= end - start + SLACK_SECONDS):
            continue
        yield Lap(
            start=moment(begins),
            end=moment(begins + took),
            distance_meters=_positive(lap.get("total_distance")),
            timer_seconds=_positive(lap.get("total_timer_time")),
            interval_type=INTENTS.get(str(lap.get("intensity"))),
        )


def _totals(session: Message) -> DeviceTotals:
    start = _number(session.get("start_time"))
    return DeviceTotals(
        start=moment(start) if 0 < start < 2**32 else None,
        distance_meters=_positive(session.get("total_distance")),
        elapsed_seconds=_positive(session.get("total_elapsed_time")),
        timer_seconds=_positive(session.get("total_timer_time")),
        ascent_meters=_not_negative(session.get("total_ascent")),
        descent_meters=_not_negative(session.get("total_descent")),
    )


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _positive(value: Any) -> float | None:
    number = _number(value)
    return number if 0 < number < math.inf else None


def _not_negative(value: Any) -> float | None:
    number = _number(value)
    return number if 0 <= number < math.inf else None


def _text(value: Any) -> str | None:
    return value.strip()[:120] or None if isinstance(value, str) else None

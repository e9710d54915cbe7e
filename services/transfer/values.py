"""What other apps write into cells: numbers, times of day, lengths of time, units.

A cell that could mean two things is refused, never guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite

from core.units import METERS_PER_FOOT, METERS_PER_MILE, METERS_PER_YARD, WeightUnit
from services.transfer.errors import BadRow

WEIGHT_UNITS: dict[str, WeightUnit] = {
    **dict.fromkeys(("kg", "kgs", "kilogram", "kilograms", "kilogramm"), "kg"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "pfund"), "lbs"),
}
METERS: dict[str, float] = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("km", "kms", "kilometer", "kilometers", "kilometre", "kilometres"), 1000.0),
    **dict.fromkeys(("mi", "mile", "miles", "meile", "meilen"), METERS_PER_MILE),
    **dict.fromkeys(("ft", "feet", "foot"), METERS_PER_FOOT),
    **dict.fromkeys(("yd", "yds", "yard", "yards"), METERS_PER_YARD),
    "cm": 0.01,
}
MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän",
            "feb february februar",
            "mar march mär märz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
MAX_SHOWN = 40
MAX_VALUE = 100
NOON = 12
"""The hour of a workout whose file says only the day: whatever the time zone, it stays that day."""

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<group>[.,' ])\d{3}((?P=group)\d{3})*(?P<point>[.,])\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d+)?)?( ?(?P<half>[ap])\.?m\.?)?"
_ZONE = r"( ?(?P<zone>z|[+-]\d{2}:?\d{2}))?"
_TIME = rf"((t|,? ?(um |at )?){_CLOCK}( uhr)?{_ZONE})?"
_DATES = tuple(
    re.compile(date + _TIME, re.IGNORECASE)
    for date in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<day>\d{1,2})\.? (?P<name>[^\W\d_]{3,9})\.?,? (?P<year>\d{4})",
        r"(?P<name>[^\W\d_]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    )
)
_SLASHED = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b.*")
_PART = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?) ?"
    r"(?P<unit>hours?|hrs?|h|stunden?|std|minutes?|minuten?|mins?|m|seconds?|sekunden?|secs?|sek|s)(?![^\W\d_])\.?,?",
    re.IGNORECASE,
)
_COLONS = re.compile(r"(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,2}):(?P<seconds>\d{2})(?:\.\d+)?")


def shown(text: str) -> str:
    """`text` in quotes, as much of it as fits a message."""
    return repr(text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…")


def clean(cell: str) -> str:
    """`cell` in one line: without outer spaces and control characters, runs of any spaces as one space."""
    return " ".join(cell.split()).translate(_CONTROLS)


def _short(cell: str) -> str:
    """`cell` cleaned; a long one is no value, and looking for one in it would take long. Raises `BadRow`."""
    if len(cell) > MAX_VALUE:
        raise BadRow(f"{shown(cell)} has {len(cell)} characters")
    return clean(cell)


def number(cell: str, *, decimal_comma: bool = False) -> float | None:
    """The number in `cell`, None when it is empty.

    `decimal_comma`: the file separates by something else, so a lone comma is a decimal one. Raises `BadRow`.
    """
    text = _short(cell)
    if not text:
        return None
    if grouped := _GROUPED.fullmatch(text):
        if grouped["group"] != grouped["point"]:
            text = text.replace(grouped["group"], "")
    elif not decimal_comma and _THOUSANDS.fullmatch(text):
        raise BadRow(f"{shown(text)} could be read with a decimal comma or as thousands")
    if not _NUMBER.fullmatch(text):
        raise BadRow(f"{shown(text)} is not a number")
    value = float(text.replace(",", "."))
    if not isfinite(value):
        raise BadRow(f"{shown(text)} is too large a number")
    return value


def moment(cell: str) -> datetime:
    """When something was: with a zone when `cell` has one, naive otherwise. A day alone is its noon.

    Raises `BadRow` for what is no date, is impossible, or could be two dates.
    """
    text = _short(cell)
    if not text:
        raise BadRow("the date is missing")
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            return _moment(text, found)
    if _SLASHED.fullmatch(text):
        raise BadRow(f"the date {shown(text)} could be two days: write it as 2025-09-15")
    raise BadRow(f"{shown(text)} is not a date")


def _moment(text: str, found: re.Match[str]) -> datetime:
    parts = found.groupdict()
    month = MONTHS.get(parts["name"].casefold()) if parts.get("name") else int(parts["month"])
    if month is None:
        raise BadRow(f"{parts['name']!r} is not a month")
    try:
        day = datetime(int(parts["year"]), month, int(parts["day"]), NOON)
        return day if parts["hour"] is None else _at(day, parts)
    except ValueError:
        raise BadRow(f"there is no {shown(text)}") from None


def _at(day: datetime, parts: dict[str, str | None]) -> datetime:
    hour = int(parts["hour"] or 0)
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half.casefold() == "p" else 0)
    when = day.replace(hour=hour, minute=int(parts["minute"] or 0), second=int(parts["second"] or 0))
    zone = parts["zone"]
    return when if zone is None else when.replace(tzinfo=_zone(zone))


def _zone(text: str) -> timezone:
    if text.casefold() == "z":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def seconds(cell: str) -> float | None:
    """A length of time in seconds: `1h 5m`, `1 Std. 5 Min.`, `1:05:00`, `5:00`, or seconds alone.

    None when `cell` is empty. Raises `BadRow`.
    """
    text = _short(cell)
    if not text:
        return None
    if found := _COLONS.fullmatch(text):
        if int(found["seconds"]) >= 60 or (found["hours"] and int(found["minutes"]) >= 60):
            raise BadRow(f"{shown(text)} is not a length of time")
        return int(found["hours"] or 0) * 3600.0 + int(found["minutes"]) * 60.0 + int(found["seconds"])
    parts = list(_PART.finditer(text))
    if parts and not _PART.sub("", text).strip():
        scale = {"h": 3600.0, "m": 60.0, "s": 1.0}
        total = 0.0
        for part in parts:
            unit = part["unit"].casefold()
            total += (
                float(part["number"].replace(",", ".")) * scale["h" if unit.startswith("st") else unit[0]]
            )
        return total
    try:
        return number(text, decimal_comma=True)
    except BadRow:
        raise BadRow(f"{shown(text)} is not a length of time") from None


def weight_unit(cell: str) -> WeightUnit | None:
    """The unit of weight that `cell` names, None when it is empty. Raises `BadRow`."""
    text = clean(cell).casefold().rstrip(".")
    if not text:
        return None
    if text not in WEIGHT_UNITS:
        raise BadRow(f"{shown(cell.strip())} is not a unit of weight that is known here: kg or lbs")
    return WEIGHT_UNITS[text]


def meters_in(cell: str) -> float | None:
    """How many metres the unit of distance in `cell` is, None when it is empty. Raises `BadRow`."""
    text = clean(cell).casefold().rstrip(".")
    if not text:
        return None
    if text not in METERS:
        raise BadRow(f"{shown(cell.strip())} is not a unit of distance that is known here")
    return METERS[text]

"""Durations and distances: "one minute thirty", "in 1:42", "forty metres", "a mile"."""

from __future__ import annotations

from agent.router.cursor import Cursor, Item


def read_time(c: Cursor) -> Item | None:
    """A duration at the cursor, in seconds."""
    seconds: float
    number = c.number()
    fraction = _quarters(c)
    if fraction is not None:
        return fraction
    if number is not None and c.tag(1) == "time":
        first = float(c.at(1).value or 0)
        seconds, i = number.value * first, 2
    elif c.tag() == "article" and c.tag(1) == "time":
        first = float(c.at(1).value or 0)
        seconds, i = first, 2
    elif c.tag() == "time" and c.at().text in ("minute", "hour"):  # "for a" + "minute"
        first = float(c.at().value or 0)
        seconds, i = first, 1
    elif (number is not None and number.written_clock and c.tag(-1) == "in" and number.clock) or (
        number is not None and c.tag(-1) == "in" and number.clock is not None and c.tag(1) != "rir"
    ):
        return c.take(1, "duration_seconds", number.clock)
    else:
        return None
    if first == 1.0:
        if number is not None and number.parts and number.value >= 100:  # 3 x 45 s, or 345 s?
            c.i += i
            return Item("unsure")
        return c.take(i, "duration_seconds", seconds)
    extra, i = _smaller_time(c, i, first)
    return c.take(i, "duration_seconds", seconds + extra)


def _quarters(c: Cursor) -> Item | None:
    """ "quarter of an hour", "three quarters of a minute"."""
    number = c.number()
    i = 1 if number is not None or c.tag() == "article" else 0
    if c.tag(i) != "quarter" or not c.at(i).text.startswith("quarter"):
        return None
    i += 1
    while c.tag(i) in ("of", "article"):
        i += 1
    if c.tag(i) != "time":
        return None
    count = number.value if number is not None else 1.0
    return c.take(i + 1, "duration_seconds", count * float(c.at(i).value or 0) / 4)


def _smaller_time(c: Cursor, i: int, unit_seconds: float) -> tuple[float, int]:
    """ "… and a half", "… thirty", "… and twenty seconds" after minutes or hours."""
    j = i + 1 if c.tag(i) == "and" else i
    k = j + 1 if c.tag(j) == "article" else j
    if c.tag(i) == "and" and c.tag(k) == "word" and c.at(k).text == "half":
        return unit_seconds / 2, k + 1
    number = c.number(j)
    if number is None or number.plural:
        return 0.0, i
    if number.value == 0.5 and c.tag(i) == "and":
        return unit_seconds / 2, j + 1
    if c.tag(j + 1) == "time":
        smaller = float(c.at(j + 1).value or 0)
        return (number.value * smaller, j + 2) if smaller < unit_seconds else (0.0, i)
    if c.tag(i) != "and" and 0 < number.value < 60 and c.tag(j + 1) not in ("rep", "set", "unit", "for"):
        return number.value * unit_seconds / 60, j + 1
    return 0.0, i


def read_distance(c: Cursor) -> Item | None:
    """A distance at the cursor, in metres."""
    number = c.number()
    if number is not None and c.tag(1) == "distance":
        return c.take(2, "distance_meters", number.value * float(c.at(1).value or 0))
    if c.tag() == "article" and c.tag(1) == "distance":
        return c.take(2, "distance_meters", float(c.at(1).value or 0))
    if c.tag() == "distance" and c.at().text in ("mile", "kilometer", "kilometre"):
        return c.take(1, "distance_meters", float(c.at().value or 0))
    return None

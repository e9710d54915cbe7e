"""How runners measure: "ten k", "a half marathon", "one forty five thirty", "five thirty per k", "8 minute
miles".

Each reader takes the words and the numbers in them at a place, and gives what it read and the place after it,
or None. Distances are metres, times seconds, paces seconds a kilometre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.router.numbers import Number
from core.units import METERS_PER_MILE, METERS_PER_YARD

UNITS: Mapping[str, float] = {
    **dict.fromkeys(("k", "ks", "km", "kms", "kay", "kays", "kilometer", "kilometers"), 1000.0),
    **dict.fromkeys(("kilometre", "kilometres", "klick", "klicks", "click", "clicks", "ker"), 1000.0),
    **dict.fromkeys(("mile", "miles", "mi", "miler", "milers"), METERS_PER_MILE),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("yard", "yards", "yds"), METERS_PER_YARD),
}
LONG = 1000.0
"""Units from here on are ones that paces are told of, and that are said without a number."""
TIMES: Mapping[str, float] = {
    **dict.fromkeys(("second", "seconds", "sec", "secs", "s"), 1.0),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), 60.0),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), 3600.0),
}
HALF_MARATHON, MARATHON = 21_097.5, 42_195.0
NAMED: tuple[tuple[tuple[str, ...], float], ...] = (
    (("half", "marathon"), HALF_MARATHON),
    (("half", "mara"), HALF_MARATHON),
    (("half", "a", "marathon"), HALF_MARATHON),
    (("full", "marathon"), MARATHON),
    (("marathon",), MARATHON),
    (("parkrun",), 5000.0),
    (("park", "run"), 5000.0),
    (("13.1",), HALF_MARATHON),
    (("26.2",), MARATHON),
    (("thirteen", "point", "one"), HALF_MARATHON),
    (("twenty", "six", "point", "two"), MARATHON),
)
"""Distances that have a name; a marathon's is so known that its number needs no unit."""
ARTICLES = frozenset({"a", "an", "one", "the", "my"})
RESTING = frozenset(
    {
        "rest",
        "rests",
        "recovery",
        "recover",
        "easy",
        "jog",
        "off",
        "walk",
        "float",
        "slow",
        "between",
        "standing",
    }
)
"""Words that make a time one of its own: "five minutes, ninety seconds easy"."""
_PER = frozenset({"per", "a", "an", "each", "the", "every"})


@dataclass(frozen=True)
class Said:
    """The words of a clause and the numbers in them, by their places."""

    words: Sequence[str]
    numbers: Mapping[int, Number]

    def word(self, i: int) -> str:
        """The word at `i`; beyond the end, nothing."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def after_comma(self, i: int) -> int:
        """`i`, or the place after the pause there."""
        return i + 1 if self.word(i) == "," else i


def distance(said: Said, i: int) -> tuple[float, int] | None:
    """A distance at `i`."""
    return _named(said, i) or _measured(said, i) or _single(said, i)


def _named(said: Said, i: int) -> tuple[float, int] | None:
    for name, meters in NAMED:
        end = i + len(name)
        if tuple(said.words[i:end]) == name:
            if name[-1] not in ("marathon", "mara", "parkrun", "run"):  # "13.1 miles" and "26.2" alone
                end += said.word(end) in ("miles", "mile")
            return meters, end
    if (
        said.word(i) == "half"
        and said.word(i - 1) in ("a", "the", "my")
        and said.word(i + 1) in ("", ",", "in")
    ):
        return HALF_MARATHON, i + 1
    return None


def _measured(said: Said, i: int) -> tuple[float, int] | None:
    """A number and its unit."""
    number = said.numbers.get(i)
    if number is None or number.written_clock:
        return _part_of_one(said, i)
    unit = UNITS.get(said.word(number.end))
    if unit is None:
        return _part_of_one(said, i)
    end = number.end + 1
    if number.value == int(number.value) and tuple(said.words[end : end + 3]) == ("and", "a", "half"):
        return (number.value + 0.5) * unit, end + 3
    if unit >= LONG and said.word(end) == "marathon":
        return None
    return number.value * unit, end


def _part_of_one(said: Said, i: int) -> tuple[float, int] | None:
    """ "half a mile", "a quarter mile", "three quarters of a mile"."""
    j = i + (said.word(i) == "a")
    share = {"half": 0.5, "quarter": 0.25}.get(said.word(j))
    if said.word(i) == "three" and said.word(i + 1) in ("quarters", "quarter"):
        share, j = 0.75, i + 1
    if share is None:
        return None
    j += 1
    while said.word(j) in ("a", "of", "an"):
        j += 1
    unit = UNITS.get(said.word(j), 0.0)
    return (share * unit, j + 1) if unit >= LONG else None


def _single(said: Said, i: int) -> tuple[float, int] | None:
    """ "a mile", "a k and a half", "mile"."""
    j = i + (said.word(i) in ARTICLES)
    unit = UNITS.get(said.word(j), 0.0)
    if unit < LONG or said.word(j) in ("ks", "kms", "miles", "kays", "clicks", "klicks"):
        return None
    if j == i and said.word(j) != "mile":
        return None
    if tuple(said.words[j + 1 : j + 4]) == ("and", "a", "half"):
        return 1.5 * unit, j + 4
    return unit, j + 1


def duration(said: Said, i: int) -> tuple[float, int] | None:
    """A time with its units, or written with colons, at `i`."""
    if (part := _part_of_an_hour(said, i)) is not None:
        return part
    number = said.numbers.get(i)
    if number is not None and number.written_clock and number.clock is not None:
        end = number.end + (said.word(number.end) in TIMES)
        return (number.clock if said.word(number.end) not in ("hours", "hour") else number.clock * 60), end
    total, smallest, j = 0.0, 1e9, i
    while (one := _one_time(said, j)) is not None and one[1] < smallest:
        value, smallest, j = one
        total += value
        if smallest == 1.0:
            break
        if (half := _and_a_half(said, j, smallest)) is not None:
            return total + half[0], half[1]
        following = j + 1 if said.word(j) == "and" or said.word(j) == "," else j
        if (more := _one_time(said, following)) is not None and said.word(more[2]) not in RESTING:
            j = following
        elif more is not None:
            break
        elif (bare := said.numbers.get(following)) is not None and _completes(said, bare):
            return _with_seconds(said, total + bare.value * smallest / 60, smallest, bare.end)
        else:
            break
    return (total, j) if total else None


def _with_seconds(said: Said, total: float, unit: float, end: int) -> tuple[float, int]:
    """ "one hour forty three and twelve seconds": the seconds after minutes that have no unit."""
    rest = _one_time(said, end + (said.word(end) == "and")) if unit == TIMES["hour"] else None
    return (total + rest[0], rest[2]) if rest is not None and rest[1] == 1.0 else (total, end)


def _part_of_an_hour(said: Said, i: int) -> tuple[float, int] | None:
    for words, share in (
        (("half", "an", "hour"), 0.5),
        (("half", "hour"), 0.5),
        (("quarter", "of", "an", "hour"), 0.25),
        (("three", "quarters", "of", "an", "hour"), 0.75),
        (("three", "quarter", "of", "an", "hour"), 0.75),
        (("half", "a", "minute"), 0.5 / 60),
    ):
        j = i + (said.word(i) == "a")
        if tuple(said.words[j : j + len(words)]) == words:
            return 3600 * share, j + len(words)
    return None


def _one_time(said: Said, i: int) -> tuple[float, float, int] | None:
    """A number and a unit of time: the seconds, the unit's own, and the place after it."""
    number = said.numbers.get(i)
    if number is not None and not number.written_clock:
        unit = TIMES.get(said.word(number.end))
        # "a 10 k in 50 m": metres, unless something says otherwise
        return (number.value * unit, unit, number.end + 1) if unit else None
    if said.word(i) in ("a", "an", "one"):
        unit = TIMES.get(said.word(i + 1))
        return (unit, unit, i + 2) if unit else None
    if said.word(i) in ("hour", "minute"):
        unit = TIMES[said.word(i)]
        return unit, unit, i + 1
    return None


def _and_a_half(said: Said, i: int, unit: float) -> tuple[float, int] | None:
    for words, share in ((("and", "a", "half"), 0.5), (("and", "a", "quarter"), 0.25)):
        if tuple(said.words[i : i + 3]) == words:
            return unit * share, i + 3
    return None


def _completes(said: Said, number: Number) -> bool:
    """Whether a number after hours or minutes is of the smaller unit: "an hour twenty"."""
    if number.plural or not 0 < number.value < 60 or number.value != int(number.value):
        return False
    return said.word(number.end) not in (*UNITS, "by", "x", "times", "reps", "sets", "percent", "second")


def clock_readings(said: Said, i: int, *, of_pace: bool = False) -> tuple[list[float], int] | None:
    """What numbers without units may mean as a time, likeliest first: "twenty two forty eight" is 22:48.

    "three fifty two" is three minutes or three hours: the distance has to say. `of_pace`: a mile may follow.
    """
    units = (*TIMES, "by", "x") if of_pace else (*UNITS, *TIMES, "by", "x")
    parts: list[float] = []
    while len(parts) < 3:
        if said.word(i) in ("oh", "o") and (number := said.numbers.get(i + 1)) is not None and parts:
            parts.append(number.value)
            i = number.end
            continue
        number = said.numbers.get(i)
        if number is None or number.plural or said.word(number.end) in units:
            break
        if number.written_clock and number.clock is not None:
            return ([number.clock, number.clock * 60], number.end) if not parts else None
        pieces = _pieces(number)
        if len(parts) + len(pieces) > 3:
            break
        parts += pieces
        i = number.end
    if not parts or any(part >= 60 for part in parts[1:]) or any(part != int(part) for part in parts):
        return None
    if len(parts) == 3:
        return [parts[0] * 3600 + parts[1] * 60 + parts[2]], i
    if len(parts) == 2:
        return [parts[0] * 60 + parts[1], parts[0] * 3600 + parts[1] * 60], i
    return [parts[0] * 60, parts[0] * 3600], i


def _pieces(number: Number) -> list[float]:
    if number.parts:
        return list(number.parts)
    if number.clock is not None:
        return list(divmod(number.clock, 60))
    return [number.value]


def pace(said: Said, i: int, unit: float) -> tuple[float, int] | None:
    """A pace at `i`, in seconds a kilometre; `unit` are the metres it is told of when nothing says which."""
    read = duration(said, i)
    readings = None if read is not None else clock_readings(said, i, of_pace=True)
    number = said.numbers.get(i)
    plainly = True
    if read is not None:
        seconds, j = read
    elif readings is not None:
        seconds, j = readings[0][0], readings[1]
        plainly = number is not None and (j > number.end or number.clock is not None or bool(number.parts))
    elif number is not None and number.plural and number.clock is not None:
        return number.clock * LONG / unit, number.end  # "at eight thirties"
    else:
        return None
    explicit = said.word(j) in _PER
    k = j + explicit
    length = UNITS.get(said.word(k), 0.0)
    paced = plainly and (said.word(k) in _PACED or said.word(k + 1) in _PACED)
    if length >= LONG and (explicit or paced):
        k += 1
        return seconds * LONG / length, k + (said.word(k) in _PACED)
    if said.word(j) in ("pace", "paces"):
        return seconds * LONG / unit, j + 1
    return None


_PACED = frozenset({"pace", "paces", "miles", "ks", "kays", "kms", "kilometers", "kilometres", "clip"})
"""Words that make "eight minute miles" a pace."""

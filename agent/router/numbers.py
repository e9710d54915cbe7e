"""Spoken and written numbers, as people in a gym say them.

"two twenty five", "two hundred and twenty five", "2 25" and "225" are all 225; "one oh five" is 105; "sixty
two and a half" is 62.5; "twenty twos" is a pair of 22s. A number said in two halves also keeps its other
readings: as separate numbers ("three ten": 3 and 10) and as a clock ("four ten": 4:10).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.number_words import SMALL
from core.number_words import TENS as TEN_WORDS

UNITS = {SMALL[n]: n for n in range(1, 10)}
TEENS = {SMALL[n]: n for n in range(10, 20)}
TENS = {word: 10 * n for n, word in enumerate(TEN_WORDS) if n >= 2} | {"fourty": 40}
ZERO = {"zero": 0, "oh": 0, "o": 0, "nought": 0}
_WHOLE_WORDS = {"hundreds": 100, "dozen": 12}
PLURAL_UNITS = {("sixes" if w == "six" else w + "s"): n for w, n in UNITS.items()}
PLURAL_TEENS = {w + "s": n for w, n in TEENS.items()} | {"twelves": 12}
PLURAL_TENS = {w[:-1] + "ies": n for w, n in TENS.items()}

_DIGITS = re.compile(r"\d+(?:\.\d+)?$")
_PLURAL_DIGITS = re.compile(r"(\d+(?:\.\d+)?)s$")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?$")
_WEIGHED = frozenset({"pounds", "lbs", "kilos", "kg", "kilograms", "pound", "for", "x"})
MOST_SETS = 20
"""Nobody does more sets of one kind."""
_LIST_CEILING = 20
"""Three or more numbers in a row, none above this, are counted or listed and do not join up."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number over `words[start:end]`.

    `plural` marks "fifties" and "30s"; `parts` its reading as separate numbers, when it has one; `clock` its
    reading as a time in seconds, when it has one; `written_clock` that it was written with a colon.
    """

    value: float
    start: int
    end: int
    plural: bool = False
    parts: tuple[float, ...] = ()
    clock: float | None = None
    written_clock: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """A number below a hundred (or one written in digits) and the index after it."""

    value: float
    end: int
    plural: bool = False
    two_digits: bool = False
    leading_zero: bool = False


def is_number_word(word: str) -> bool:
    """Whether `word` alone is, or begins, a number."""
    return (
        word in UNITS
        or word in TEENS
        or word in TENS
        or word in PLURAL_UNITS
        or word in PLURAL_TEENS
        or word in PLURAL_TENS
        or word in ("hundred", "hundreds", "thousand", "zero", "half", "dozen", "point")
        or word[:1].isdigit()
    )


def _piece(words: Sequence[str], i: int) -> _Piece | None:
    """The number below a hundred, or the digits, that begin at `i`."""
    if i >= len(words):
        return None
    word = words[i]
    if word in TENS:
        following = words[i + 1] if i + 1 < len(words) else ""
        if following in UNITS:
            return _Piece(TENS[word] + UNITS[following], i + 2, two_digits=True)
        if following in PLURAL_UNITS:
            return _Piece(TENS[word] + PLURAL_UNITS[following], i + 2, plural=True, two_digits=True)
        if re.fullmatch("[1-9]", following) and words[i + 2 : i + 3] and words[i + 2] in _WEIGHED:
            return _Piece(TENS[word] + float(following), i + 2, two_digits=True)  # "sixty 5 pounds"
        return _Piece(TENS[word], i + 1, two_digits=True)
    for table, plural in ((TEENS, False), (PLURAL_TEENS, True), (PLURAL_TENS, True)):
        if word in table:
            return _Piece(table[word], i + 1, plural=plural, two_digits=True)
    for table, plural in ((UNITS, False), (PLURAL_UNITS, True), ({"zero": 0}, False)):
        if word in table:
            return _Piece(table[word], i + 1, plural=plural)
    if _DIGITS.match(word):
        return _Piece(
            float(word), i + 1, two_digits=len(word) == 2, leading_zero=len(word) == 2 and word[0] == "0"
        )
    if plural_digits := _PLURAL_DIGITS.match(word):
        digits = plural_digits[1]
        return _Piece(float(digits), i + 1, plural=True, two_digits=len(digits) == 2)
    return None


def _pair(words: Sequence[str], first: _Piece) -> _Piece | None:
    """The second half of a number said in two halves: the "twenty five" of "two twenty five"."""
    if first.plural or not (1 <= first.value <= 9 and first.value == int(first.value)):
        return None
    i = first.end
    if i + 1 < len(words) and words[i] in ("oh", "o", "zero", "0") and words[i + 1] in UNITS:
        return _Piece(UNITS[words[i + 1]], i + 2, leading_zero=True)
    if i + 1 < len(words) and words[i] in ("oh", "o") and re.fullmatch(r"[1-9]", words[i + 1]):
        return _Piece(float(words[i + 1]), i + 2, leading_zero=True)
    second = _piece(words, i)
    if second is None or not (second.two_digits or second.leading_zero):
        return None
    if words[i][0].isdigit() != words[i - 1][0].isdigit():  # "last two 80" is not 280
        return None
    return second


def _fraction(words: Sequence[str], i: int) -> tuple[float, int]:
    """What a decimal part at `i` adds, and the index after it."""
    if i + 1 < len(words) and words[i] == "point":
        digits, j = "", i + 1
        while j < len(words) and len(digits) < 2:
            word = words[j]
            if word in UNITS or word in ZERO:
                digits += str(UNITS.get(word, 0))
            elif word.isdigit() and not digits:
                digits += word
            else:
                break
            j += 1
        if digits:
            return float(f"0.{digits}"), j
    tail = tuple(words[i : i + 3])
    if tail == ("and", "a", "halves"):
        return 0.5, i + 3
    if tail in (("and", "a", "half"), ("and", "one", "half")):
        return 0.5, i + 3
    if tail == ("and", "a", "quarter"):
        return 0.25, i + 3
    if tail[:2] == ("and", "half"):
        return 0.5, i + 2
    return 0.0, i


def _below_thousand(words: Sequence[str], i: int) -> Number | None:
    """A cardinal such as "two hundred and five", "a hundred", or a number said in halves ("two twenty")."""
    start = i
    if words[i] == "a" and words[i + 1] in ("hundred", "thousand", "dozen", "half"):
        i += 1
    word = words[i]
    if word in _WHOLE_WORDS:
        return Number(_WHOLE_WORDS[word], start, i + 1, plural=word == "hundreds")
    if word == "half":
        return Number(0.5, start, i + 1) if i > start else None
    first = _Piece(1, i) if word in ("hundred", "thousand") else _piece(words, i)
    if first is None:
        return None
    return _scaled(words, start, first) or _halves(words, start, first)


def _scaled(words: Sequence[str], start: int, first: _Piece) -> Number | None:
    """`first` times a hundred or a thousand, when the next word says so."""
    scale = words[first.end] if first.end < len(words) else ""
    if scale == "hundred" and 1 <= first.value <= 99:
        return _hundreds(words, start, first)
    if scale == "hundreds" and 1 <= first.value <= 9:
        return Number(first.value * 100, start, first.end + 1, plural=True)
    if scale == "thousand":
        return _thousands(words, start, first.value, first.end + 1)
    return None


def _halves(words: Sequence[str], start: int, first: _Piece) -> Number:
    """`first` alone, or joined with a second half: "two" + "twenty five", "300" + "15"."""
    if words[first.end - 1].isdigit() and first.value % 100 == 0 and 100 <= first.value <= 900:
        rest = _piece(words, first.end)
        if rest is not None and rest.two_digits and not rest.plural:
            return Number(first.value + rest.value, start, rest.end, parts=(first.value, rest.value))
    second = _pair(words, first)
    if second is None or _is_list(words, first.end - 1):
        return Number(first.value, start, first.end, plural=first.plural)
    return Number(
        first.value * 100 + second.value,
        start,
        second.end,
        plural=second.plural,
        parts=() if second.leading_zero else (first.value, second.value),
        clock=first.value * 60 + second.value if second.value < 60 else None,
    )


def _hundreds(words: Sequence[str], start: int, first: _Piece) -> Number:
    i = first.end + 1
    rest = _piece(words, i + 1) if i < len(words) and words[i] == "and" else _piece(words, i)
    if rest is None or not 1 <= rest.value <= 99 or (rest.value != int(rest.value)):
        return Number(first.value * 100, start, i)
    return Number(first.value * 100 + rest.value, start, rest.end, plural=rest.plural)


def _thousands(words: Sequence[str], start: int, thousands: float, i: int) -> Number:
    j = i + 1 if i < len(words) and words[i] == "and" else i
    rest = _below_thousand(words, j) if j < len(words) and is_number_word(words[j]) else None
    if rest is None or rest.value >= 1000:
        return Number(thousands * 1000, start, i)
    return Number(thousands * 1000 + rest.value, start, rest.end)


def _is_list(words: Sequence[str], i: int) -> bool:
    """Whether `i` is inside three or more small numbers in a row ("eight nine ten", "8 7 7")."""
    begin = i
    while begin > 0 and _small(words[begin - 1]):
        begin -= 1
    end = i
    while end < len(words) and _small(words[end]):
        end += 1
    return end - begin >= 3


def _small(word: str) -> bool:
    return (
        word in UNITS or word in TEENS or (word.isdigit() and int(word) <= _LIST_CEILING and word[0] != "0")
    )


def _spelled_digits(words: Sequence[str], i: int) -> Number | None:
    """Three digits one by one ("two two five") where a connector shows that a weight is meant."""
    three = words[i : i + 3]
    if len(three) < 3 or any(w not in UNITS and w not in ("oh", "o", "zero") for w in three):
        return None
    if three[0] not in UNITS or three[1] == three[2]:
        return None
    following = words[i + 3] if i + 3 < len(words) else ""
    before = words[i - 1] if i else ""
    if following not in ("for", "pounds", "kilos", "kg", "lbs", "x") or before == "for" or before in UNITS:
        return None
    value = 0.0
    for word in three:
        value = value * 10 + UNITS.get(word, 0)
    return Number(value, i, i + 3, parts=tuple(float(UNITS.get(w, 0)) for w in three))


def read_number(words: Sequence[str], i: int) -> Number | None:
    """The longest number that begins at `words[i]`, or None. Words are lower case and without hyphens."""
    number = _read(words, i)
    count = _count_of_sets(words, i)
    if number is None or count is None or (number.end > count and number.value <= MOST_SETS):
        return number
    return _read(words[:count], i)


def _count_of_sets(words: Sequence[str], i: int) -> int | None:
    """Where the "three" of "four hundred three sets" stands: behind the number at `i`, not in it."""
    end = i
    while end < len(words) and is_number_word(words[end]):
        end += 1
    last = words[end - 1] if end - 1 > i else ""
    counts = (last in UNITS or last == "ten") and end < len(words) and words[end] == "sets"
    return end - 1 if counts else None


def _read(words: Sequence[str], i: int) -> Number | None:
    word = words[i]
    if clock := _CLOCK.match(word):
        first, second, third = clock.groups()
        seconds = int(first) * 60 + int(second)
        if third is not None:
            seconds = seconds * 60 + int(third)
        return Number(float(first + second), i, i + 1, clock=float(seconds), written_clock=True)
    if word == "point" and i + 1 < len(words):
        fraction, end = _fraction(words, i)
        return Number(fraction, i, end) if end > i else None
    if word == "half" and tuple(words[i + 1 : i + 2]) in (("a",), ("an",)):
        return Number(0.5, i, i + 2)
    if word == "a" and tuple(words[i + 1 : i + 2]) not in (
        ("hundred",),
        ("thousand",),
        ("dozen",),
        ("half",),
    ):
        return None
    number = _spelled_digits(words, i) or _below_thousand(words, i)
    if number is None or number.plural:
        return number
    fraction, end = _fraction(words, number.end)
    if fraction and number.value == int(number.value):
        pair = words[end - 1] == "halves"  # "the twelve and a halves"
        return replace(number, value=number.value + fraction, end=end, plural=pair, parts=(), clock=None)
    return number

"""Text as it is to be said: numbers, units and gym shorthand written out the way lifters speak.

`225 for 8` is said "two twenty five for eight" and `82.5 kg` "eighty two point five kilos". Only the voice
hears this form; the transcript keeps what was written.
"""

from __future__ import annotations

import re

from core.number_words import SMALL, TENS

_SCALES = ((1_000_000, "million"), (1_000, "thousand"))
_LARGEST = 999_999_999

_UNITS = {
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "kg": ("kilo", "kilos"),
    "kgs": ("kilo", "kilos"),
    "g": ("gram", "grams"),
    "k": ("K", "K"),
    "km": ("kilometer", "kilometers"),
    "m": ("meter", "meters"),
    "mi": ("mile", "miles"),
    "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"),
    "ms": ("millisecond", "milliseconds"),
    "s": ("second", "seconds"),
    "sec": ("second", "seconds"),
    "secs": ("second", "seconds"),
    "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "kcal": ("calorie", "calories"),
    "cal": ("calorie", "calories"),
    "cals": ("calorie", "calories"),
    "bpm": ("beat per minute", "beats per minute"),
    "%": ("percent", "percent"),
}
_WORDS = {
    "e1rm": "estimated one rep max",
    "1rm": "one rep max",
    "rpe": "R P E",
    "rir": "R I R",
    "pr": "P R",
    "prs": "P Rs",
    "hrv": "H R V",
    "rdl": "R D L",
    "rdls": "R D Ls",
    "ohp": "overhead press",
    "amrap": "am rap",
    "emom": "ee mom",
    "db": "dumbbell",
    "bb": "barbell",
    "kb": "kettlebell",
    "vs": "versus",
}
_SYMBOLS = {
    "&": " and ",
    "×": " by ",
    "→": " to ",
    "≈": " about ",
    "~": " about ",
    "°": " degrees ",
    "/": " ",
}

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MARKUP = re.compile(r"[*_`#|]+|^\s*[-•]\s+", re.MULTILINE)
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?\b")
_RANGE = re.compile(rf"(?<![\w.])({_NUMBER})\s?[-–]\s?({_NUMBER})(?![\w])")
_BY = re.compile(r"(?<=\d)\s*[x×]\s*(?=\d)", re.IGNORECASE)
_PER = re.compile(r"\s*/\s*(km|mi|lb|kg|min|hr|h|s|day|week|set|side)\b", re.IGNORECASE)
_SIGN = re.compile(r"(?<![\w.])([+−-])(?=\d)")
_WORD = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE
)
_AMOUNT = re.compile(rf"(?<![\w.])({_NUMBER})(?:\s?({_UNIT}))?(?![\w])", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|\s+[–—]\s+")


def spoken(text: str) -> str:
    """The text with numbers, units, clock times and shorthand written out, without markup."""
    text = _MARKUP.sub(" ", text)
    text = _CLOCK.sub(_say_clock, text)
    text = _RANGE.sub(r"\1 to \2", text)
    text = _BY.sub(" by ", text)
    text = _PER.sub(lambda found: " per " + _singular(found[1]), text)
    text = _SIGN.sub(lambda found: "plus " if found[1] == "+" else "minus ", text)
    text = _WORD.sub(lambda found: _WORDS[found[0].lower()], text)
    text = _AMOUNT.sub(_say_amount, text)
    for symbol, words in _SYMBOLS.items():
        text = text.replace(symbol, words)
    return _SPACES.sub(" ", text).strip()


def say_number(number: str) -> str:
    """Digits in words: `225` "two twenty five", `105` "one oh five", `2.5` "two point five"."""
    whole, _, fraction = number.replace(",", "").partition(".")
    words = _say_whole(int(whole))
    fraction = fraction.rstrip("0")
    if fraction:
        words += " point " + " ".join(SMALL[int(digit)] for digit in fraction)
    return words


def sentences(text: str, first_at_most: int = 60) -> list[str]:
    """The text in pieces to synthesise one after the other, in order, none empty.

    A piece is a sentence. A first sentence of more than `first_at_most` characters is cut at its first
    clause, so that the first sound comes early.
    """
    pieces = [piece.strip() for piece in _SENTENCE_END.split(text) if piece.strip()]
    if pieces and len(pieces[0]) > first_at_most:
        clause, *rest = _CLAUSE_END.split(pieces[0], maxsplit=1)
        pieces[:1] = [clause, *rest]
    return [piece for piece in pieces if any(letter.isalnum() for letter in piece)]


def _say_whole(number: int) -> str:
    if number > _LARGEST:
        return " ".join(SMALL[int(digit)] for digit in str(number))
    for scale, name in _SCALES:
        if number >= scale:
            rest = number % scale
            return f"{_say_whole(number // scale)} {name}" + (f" {_say_whole(rest)}" if rest else "")
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        if rest == 0:
            return f"{SMALL[hundreds]} hundred"
        return f"{SMALL[hundreds]} {'oh ' if rest < 10 else ''}{_say_below_hundred(rest)}"
    return _say_below_hundred(number)


def _say_below_hundred(number: int) -> str:
    if number < len(SMALL):
        return SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{TENS[tens]} {SMALL[ones]}" if ones else TENS[tens]


def _say_clock(found: re.Match[str]) -> str:
    first, *rest = (part for part in found.groups() if part is not None)
    parts = [_say_whole(int(first))]
    for part in rest:
        value = int(part)
        parts.append("oh oh" if value == 0 else ("oh " if value < 10 else "") + _say_below_hundred(value))
    return " ".join(parts)


def _say_amount(found: re.Match[str]) -> str:
    number, unit = found[1], found[2]
    words = say_number(number)
    if unit is None:
        return words
    singular, plural = _UNITS[unit.lower()]
    return f"{words} {singular if words == 'one' else plural}"


def _singular(unit: str) -> str:
    return _UNITS.get(unit.lower(), (unit, unit))[0]

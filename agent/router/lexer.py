"""Text to words, and words to tagged tokens in the dialect of one intent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.router.lexicon import LEXICON, Tag
from agent.router.numbers import Number, is_number_word, read_number
from agent.router.phrases import Value
from services.exercises.matcher import ExerciseSpan

_SPLIT = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?"  # a clock
    r"|\d{1,3}(?:,\d{3})+(?!\d)"  # 1,000
    r"|\d+(?:\.\d+)?s?(?![a-z0-9])"  # 225, 62.5, 30s
    r"|\d+(?:\.\d+)?(?=[a-z])"  # the 225 of 225lbs
    r"|[a-z]+|[,.;:?!&@+]"
)
_APOSTROPHE = re.compile(r"[’'`´]")
_PAUSES = frozenset(",.;:?!")
_COUNTED = frozenset({"rir", "rep", "oh"})
VOCATIVES = frozenset({"bro", "man", "dude", "buddy", "pal", "mate", "coach"})
_PAST = frozenset(
    {
        "got",
        "did",
        "hit",
        "made",
        "pulled",
        "pushed",
        "moved",
        "lifted",
        "managed",
        "just",
        "repped",
        "put",
        "benched",
        "squatted",
        "deadlifted",
        "pressed",
        "has",
        "is",
        "was",
    }
)
"""After "dude" or "coach", these tell of him."""
_OWNERS = frozenset({"my", "the", "this", "that", "a", "your", "our", "his", "her", "their"})


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of words (`start:end`) with its tag, and what the tag carries."""

    tag: Tag
    start: int
    end: int
    text: str
    value: Value = None
    number: Number | None = None
    exercise: ExerciseSpan | None = None


_HESITATIONS = frozenset({"um", "umm", "uhm", "uh", "uhh", "erm"})
"""Sounds that say nothing, wherever they come: also within a name ("leg uh press")."""


def split_words(text: str) -> list[str]:
    """Lower-case words, numbers and pauses (every punctuation mark becomes ","), without hesitations and
    without the "thank you" after a wish."""
    lowered = _APOSTROPHE.sub("", text.lower())
    lowered = (
        lowered.replace("r.p.e.", "rpe ").replace("r.i.r.", "rir ").replace("×", " x ").replace("½", ".5")
    )
    lowered = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1 ", lowered).replace("-", " ").replace("#", " pounds ")
    words: list[str] = []
    for word in _SPLIT.findall(lowered):
        if word in _PAUSES:
            if words and words[-1] != ",":
                words.append(",")
        elif word[0].isdigit() and "," in word:
            words.append(word.replace(",", ""))
        elif word == "+":
            words.append("plus")
        elif word not in _HESITATIONS:
            words.append(word)
    if words[-2:] == ["thank", "you"] and words[-3:-2] not in ([], ["no"], [","]):
        words = words[:-2]
    while words and words[-1] == ",":
        words.pop()
    return words


@dataclass(frozen=True, slots=True)
class Sentence:
    """An utterance as words, with the exercises and numbers that were found in it."""

    words: tuple[str, ...]
    exercises: dict[int, ExerciseSpan]
    numbers: dict[int, Number]

    @classmethod
    def of(cls, words: Sequence[str], exercises: Sequence[ExerciseSpan]) -> Sentence:
        """Reads the numbers of `words`; a number inside an exercise's name ("21s") is not one."""
        found = {span.start: span for span in exercises}
        inside = {i for span in exercises for i in range(span.start, span.end)}
        numbers: dict[int, Number] = {}
        i = 0
        while i < len(words):
            word = words[i]
            starts = is_number_word(word) or (
                word == "a" and i + 1 < len(words) and words[i + 1] in ("hundred", "thousand", "dozen")
            )
            number = read_number(words, i) if starts and i not in inside else None
            if number is None:
                i += 1
            else:
                numbers[i] = number
                if word == "a":  # also readable where a phrase took the article: "at a" + "hundred"
                    numbers[i + 1] = replace(number, start=i + 1)
                i = number.end
        return cls(tuple(words), found, numbers)


def _phrase_at(words: Sequence[str], i: int, dialect: Sequence[Tag]) -> Token | None:
    """The longest phrase at `i` that has a tag of the dialect; ties go to the dialect's order."""
    phrases = LEXICON.read(words, i)
    for length in range(len(phrases), 0, -1):
        if length > 1 and words[i + length - 1] == "one" and _counts(words, i + length):
            continue
        if length > 1 and _points_on(words, i + length):
            continue
        tags = phrases[length - 1]
        if not tags:
            continue
        for tag in dialect:
            if tag in tags:
                text = " ".join(words[i : i + length])
                return Token(tag, i, i + length, text, value=tags[tag])
    return None


def _spoken_of(words: Sequence[str], i: int) -> bool:
    """Whether "buddy" or "dude" at `i` is somebody spoken of and not spoken to."""
    if words[i] not in VOCATIVES:
        return False
    return (i > 0 and words[i - 1] in _OWNERS) or tuple(words[i + 1 : i + 2]) in {(w,) for w in _PAST}


def _counts(words: Sequence[str], after: int) -> bool:
    """Whether the "one" before `after` begins a quantity ("that one thirty five", "make that one rir")."""
    return after < len(words) and (is_number_word(words[after]) or words[after] in _COUNTED)


def _points_on(words: Sequence[str], end: int) -> bool:
    """Whether a phrase that ends at `end` tears "another one" or "that one" apart, where the "one" counts
    nothing."""
    torn = words[end - 1] in ("another", "that") and tuple(words[end : end + 1]) == ("one",)
    return torn and not _counts(words, end + 1)


def lex(sentence: Sentence, dialect: Sequence[Tag], start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of `sentence.words[start:end]`; words outside the dialect get the tag `word`.

    At each place the longest of an exercise, a number and a phrase wins.
    """
    words = sentence.words[:end]
    tokens: list[Token] = []
    i = start
    while i < len(words):
        phrase = _phrase_at(words, i, dialect)
        token = phrase
        number = sentence.numbers.get(i)
        if number is not None and number.end <= len(words) and (token is None or number.end >= token.end):
            token = Token("number", i, number.end, " ".join(words[i : number.end]), number=number)
        span = sentence.exercises.get(i)
        if (
            span is not None
            and span.end <= len(words)
            and (token is None or span.end > token.end or (span.end == token.end and _names(token)))
        ):
            token = Token("exercise", i, span.end, span.words, exercise=span)
        if token is None or _spoken_of(words, i):
            token = Token("word", i, i + 1, words[i])
        tokens.append(token)
        i = token.end
    return tokens


def _names(token: Token) -> bool:
    """Whether an exercise of the same length goes before this reading of the words."""
    return token.tag not in ("bodyweight", "gear", "rep", "did", "repword", "type", "filler")

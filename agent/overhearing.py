"""What an open microphone hears that is not for the agent: reps that are counted, talk between people, songs.

The router knows most of it by its words. Here is what takes more than one utterance to tell, and when it is
better to hold one's tongue than to say that nothing was understood.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from agent.router.lexer import split_words
from agent.router.numbers import read_number
from agent.router.understanding import Pending, Understanding

COUNT_SECONDS = 8.0
"""Between two reps of a set, at the most; a set of heavy ones takes its time."""

ANSWER_SECONDS = 12.0
"""Within which a question is answered by a number alone: later it is the first rep of a set."""

MAX_COUNTED = 50
MAX_WORDS = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEADS = _words("okay ok so and well alright right now then please hey uh um")
_VOCATIVES = _words("coach voicefit")
_COMMANDS = _words(
    "log add set sets start begin stop end finish delete undo remove change make correct swap replace skip "
    "pause resume show tell what whats how give put record save note repeat same scratch cancel did that "
    "thats last"
)


class Overhearing:
    """Judges what was heard in one conversation while nobody pressed a button to be heard."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted: tuple[int, float] | None = None
        self._asked: tuple[Pending, float] | None = None

    def judge(self, text: str, understanding: Understanding, pending: Pending | None) -> Understanding:
        """What `text` comes to, `understanding` being what it would mean if it was for the agent."""
        if self._counting(text, answers=self._waits_for_answer(pending)):
            return Understanding(
                "ignore", confidence=understanding.confidence, reason="counting", pending=pending
            )
        return understanding

    def note(self, pending: Pending | None) -> None:
        """The question that is open once a turn is understood."""
        if pending is None or self._asked is None or self._asked[0] is not pending:
            self._asked = (pending, self._clock()) if pending is not None else None

    def addressed(self, text: str, understanding: Understanding) -> bool:
        """Whether a sentence that makes no sense sounds like one for the agent all the same."""
        words = [word for word in split_words(text) if word != ","]
        if _VOCATIVES.intersection(words):
            return True
        while words and words[0] in _LEADS:
            words = words[1:]
        if not words or len(words) > MAX_WORDS:
            return False
        numbers = any(read_number(words, place) is not None for place in range(len(words)))
        begins = words[0] in _COMMANDS or read_number(words, 0) is not None
        return begins or (numbers and bool(understanding.matches))

    def _waits_for_answer(self, pending: Pending | None) -> bool:
        if pending is None or self._asked is None:
            return pending is not None
        return self._clock() - self._asked[1] <= ANSWER_SECONDS

    def _counting(self, text: str, *, answers: bool) -> bool:
        numbers = _only_small_numbers(text)
        last = (
            self._counted[0] if self._counted and self._clock() - self._counted[1] <= COUNT_SECONDS else None
        )
        if numbers is None and last is not None:
            numbers = _run_together(text, last)
        if not numbers:
            self._counted = None
            return False
        self._counted = (numbers[-1], self._clock())
        if last is not None and abs(numbers[0] - last) == 1:
            return True
        return _in_order(numbers) if len(numbers) > 1 else not answers


def _only_small_numbers(text: str) -> list[int] | None:
    """The numbers that `text` consists of, each word one; None when there is anything else."""
    words = [word for word in split_words(text) if word not in {",", "and"}]
    found = []
    for word in words:
        number = read_number([word], 0)
        if number is None or not 0 <= number.value <= MAX_COUNTED or number.value != int(number.value):
            return None
        found.append(int(number.value))
    return found


def _run_together(text: str, last: int) -> list[int] | None:
    """ "9 10" written as 910, when 8 was counted last."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if not text.strip(" .").replace(",", "").isdigit():
        return None
    for step in (1, -1):
        counted: list[int] = []
        while len("".join(map(str, counted))) < len(digits):
            counted.append(last + step * (len(counted) + 1))
        if "".join(map(str, counted)) == digits:
            return counted
    return None


def _in_order(numbers: Sequence[int]) -> bool:
    return all(abs(two - one) == 1 for one, two in pairwise(numbers))

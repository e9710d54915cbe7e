"""What every intent is handed: the sentence, the state, the catalogue; and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from agent.router.cursor import Cursor
from agent.router.lexer import Sentence, Token, lex
from agent.router.lexicon import Tag
from agent.router.measures import read_time
from agent.router.understanding import Call, Kind, NameMatch, Pending, WorkoutState
from agent.router.vocabulary import POLITE
from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseMatcher


@dataclass(frozen=True, slots=True)
class Reading:
    """One intent's understanding of a clause."""

    kind: Kind
    intent: str
    calls: tuple[Call, ...] = ()
    reply: str | None = None
    confidence: float = 1.0
    pending: Pending | None = None
    matches: tuple[NameMatch, ...] = ()


@dataclass(frozen=True)
class Clause:
    """`sentence.words[start:end]`, with what surrounds it."""

    sentence: Sentence
    start: int
    end: int
    state: WorkoutState
    matcher: ExerciseMatcher
    follows: bool = False
    """Whether a command stands before it in the sentence."""

    @property
    def words(self) -> tuple[str, ...]:
        return self.sentence.words[self.start : self.end]

    @property
    def current(self) -> Exercise | None:
        """The exercise that the workout is on."""
        return self.matcher.catalogue.by_slug.get(self.state.exercise or "")

    @property
    def last_exercise(self) -> Exercise | None:
        """The exercise of the last set."""
        last = self.state.last_set
        return self.matcher.catalogue.by_slug.get(last.exercise) if last else None

    def tokens(self, dialect: tuple[Tag, ...]) -> list[Token]:
        """The clause in the dialect of an intent."""
        return lex(self.sentence, dialect, self.start, self.end)

    @cached_property
    def text(self) -> str:
        """The clause without polite words, with times as `~seconds` and numbers as `#value`."""
        out: list[str] = []
        i = self.start
        end = self.end - 2 if self.words[-2:] == ("for", "me") else self.end
        while i < end:
            taken = self._time(i)
            if taken is not None:
                seconds, i = taken
                out.append(f"~{seconds:g}")
                continue
            number = self.sentence.numbers.get(i)
            if (
                number is not None
                and number.end <= self.end
                and self.sentence.words[i : number.end] != ("one",)
            ):
                out.append(f"#{number.value:g}")
                i = number.end
                continue
            if self.sentence.words[i] not in POLITE:
                out.append(self.sentence.words[i])
            i += 1
        return " ".join(out)

    def _time(self, i: int) -> tuple[float, int] | None:
        if (
            self.sentence.words[i] not in ("a", "an", "half", "minute", "hour")
            and i not in self.sentence.numbers
        ):
            return None
        cursor = Cursor(lex(self.sentence, ("time", "article", "and"), i, self.end))
        item = read_time(cursor)
        if item is None or not isinstance(item.value, (int, float)):
            return None
        return float(item.value), cursor.tokens[cursor.i - 1].end

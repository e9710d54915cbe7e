"""What the athlete said, as evidence for or against a call that a model proposes.

Only the words of this turn count, as they came from the microphone or the keyboard: nothing that was read
somewhere, said by the model or remembered from earlier can speak for a write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from agent.router.asking import asks
from agent.router.compose import load_weight
from agent.router.context import Clause
from agent.router.cursor import Load
from agent.router.intents import log_set
from agent.router.lexer import Sentence, split_words
from agent.router.understanding import WorkoutState
from agent.router.vocabulary import OTHERS, UNREAL, words
from agent.speech.repair import repair
from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseMatcher
from services.exercises.resolve import Unresolved, resolve

SPOKEN_TO = words("you your youre we us guys call coach buddy excuse")
"""Words of `OTHERS` that are said to the agent as well."""

LATER = words("""
    going gonna will wont tomorrow tonight later soon next upcoming eventually someday if unless whether
    would wouldve could couldve might maybe perhaps wish wished hope hoping want wants wanted wanna plan
    planned planning plans aim aiming goal goals target yesterday used ever remember imagine dream pretend
    suppose thinking think
""")
"""What is told with these was not done just now: nothing is offered to be logged either."""

ABOUT_THE_MACHINE = words("""
    ignore ignoring disregard override instruction instructions prompt prompts system developer admin
    administrator sudo root tool tools function functions api sql database token tokens password pretend
    jailbreak roleplay assistant chatbot model
""")
"""Who trains does not say these to log a set. Somebody reading out an attack does."""

MOST_WORDS = 150
"""A minute of speech. In a longer text no number and no name speaks for anything: nobody logs a set with so
many words, and reading it would keep all other conversations waiting."""

POLITELY = frozenset({(word, "you") for word in ("can", "could", "would", "will")})
MINUTE = 60
SAME = 1e-6
ONE = {1}
"""Mostly no number: "that one"."""
_SECONDS = re.compile(r"~(\d+(?:\.\d+)?)")
_STOP = words("a an the my of on in for to and at with it that this is was did i me please just some")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something said that may be a number: `meanings` of it. A number said in two halves ("three ten") is in
    `group` with its halves: it speaks as a `whole`, or they do."""

    meanings: frozenset[float]
    group: int
    whole: bool = True


@dataclass(slots=True)
class Heard:
    """One utterance. Each number in it speaks for one slot of one call."""

    words: tuple[str, ...]
    clause: Clause
    state: WorkoutState
    matcher: ExerciseMatcher
    spoken: list[Spoken] = field(default_factory=list)
    _used: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, text: str, state: WorkoutState, matcher: ExerciseMatcher) -> Heard:
        """Reads the athlete's words."""
        said = tuple(split_words(repair(text)))
        read = said if len(said) <= MOST_WORDS else ()
        sentence = Sentence.of(read, matcher.find_in(read))
        heard = cls(said, Clause(sentence, 0, len(read), state, matcher), state, matcher)
        for group, number in sentence.numbers.items():
            clock = {number.clock} if number.clock is not None else set()
            heard.spoken.append(Spoken(frozenset({number.value} | clock), group))
            heard.spoken += [Spoken(frozenset({part}), group, whole=False) for part in number.parts]
        for place, value in enumerate(dict.fromkeys(heard._composed()), len(said)):
            if not heard.said_number(value):
                heard.spoken.append(Spoken(frozenset({value}), place))
        return heard

    @property
    def is_question(self) -> bool:
        """Whether it asks something."""
        return asks(self.clause)

    @property
    def has_numbers(self) -> bool:
        """Whether a number was said, or plates."""
        return bool(self.spoken)

    @property
    def _meant(self) -> frozenset[str]:
        """The words without the politeness that it begins with: "could you" is no doubt."""
        polite = self.words[:2] in POLITELY
        return frozenset(self.words[2:] if polite else self.words)

    def of_others(self) -> bool:
        """Whether it is about somebody else."""
        return bool((OTHERS - SPOKEN_TO) & set(self.words))

    def of_the_machine(self) -> bool:
        """Whether it talks of what only an attack talks of."""
        return bool(ABOUT_THE_MACHINE & set(self.words))

    def unreal(self, allowed: Iterable[str] = ()) -> bool:
        """Whether it may be a wish, a story or a doubt. `allowed` words have another sense here."""
        return bool((UNREAL - frozenset(allowed)) & self._meant)

    def of_another_time(self) -> bool:
        """Whether it is about what is not, or not yet."""
        return bool(LATER & self._meant)

    def says(self, *groups: frozenset[str]) -> bool:
        """Whether a word of each group was said."""
        return all(group & set(self.words) for group in groups)

    def take(self, value: float) -> bool:
        """Whether the number was said and speaks for nothing else yet; from now on it does."""
        for index, one in enumerate(self.spoken):
            if self._free(index) and any(abs(value - meaning) < SAME for meaning in one.meanings):
                self._used.add(index)
                return True
        return False

    def all_taken(self) -> bool:
        """Whether every number that was said speaks for something: one that is left was meant somehow."""
        spoken_for = {self.spoken[index].group for index in self._used}
        alike = {value for index in self._used for value in self.spoken[index].meanings}
        counted = (one for one in self.spoken if one.whole and one.meanings != ONE)
        times = {value for value in alike if value >= MINUTE}
        return all(
            one.group in spoken_for or one.meanings & alike or _within(one.meanings, times) for one in counted
        )

    def _free(self, index: int) -> bool:
        one = self.spoken[index]
        used = (self.spoken[i] for i in self._used if self.spoken[i].group == one.group)
        return index not in self._used and not any(one.whole or other.whole for other in used)

    def said_number(self, value: float) -> bool:
        """Whether the number was said at all."""
        return any(abs(value - meaning) < SAME for one in self.spoken for meaning in one.meanings)

    def said_words(self, text: str) -> bool:
        """Whether all words of `text` that carry meaning were said."""
        wanted = [word for word in split_words(text) if word not in _STOP and word != ","]
        return bool(wanted) and set(wanted) <= set(self.words)

    def exercise(self, reference: str) -> Exercise | None:
        """The exercise that `reference` means, if the athlete named it or the workout is on it."""
        try:
            meant = resolve(self.matcher, reference, self.state.exercise)
        except Unresolved:
            return None
        named = {span.exercise.slug for span in self.clause.sentence.exercises.values() if span.exercise}
        if meant.slug in named or (not named and meant.slug == self.state.exercise):
            return meant
        return None

    def drafts(self) -> list[dict[str, Any]]:
        """The slots of the sets that the grammar reads in it, whatever else was said."""
        described = log_set.describe(self.clause, self.clause.tokens(log_set.DIALECT))
        if described is None or described.ambiguous:
            return []
        return [{str(name): value for name, value in draft.slots.items()} for draft in described.drafts]

    def _composed(self) -> list[float]:
        """Numbers that were said in other ways: loads in plates, times, distances."""
        composed = [float(found) for found in _SECONDS.findall(self.clause.text)]
        for draft in self.drafts():
            load = draft.get("weight")
            if isinstance(load, Load):
                weight = load_weight(load, self.clause.current, self.state.unit)
                composed += [weight] if weight is not None else []
            composed += [
                float(draft[name]) for name in ("duration_seconds", "distance_meters") if name in draft
            ]
        return composed


def _within(meanings: frozenset[float], times: set[float]) -> bool:
    """Whether a number is the minutes or the seconds of one of the `times`: the 2 of "two minutes thirty"."""
    return any(one in (time // MINUTE, time % MINUTE) for one in meanings for time in times)

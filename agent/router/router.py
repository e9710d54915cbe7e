"""The local router: an utterance in, an `Understanding` out, in about a millisecond and without I/O.

repair -> words -> exercises and numbers -> the answer to a pending question -> small talk -> the intents over
the whole sentence, then over its parts -> a second hearing of what made no sense. An intent takes a clause
only when it can explain every word of it; what nobody explains is handed over, so that talk which merely
sounds like a set is never written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy

from agent.router import onboarding, questions
from agent.router.asking import asks
from agent.router.between_people import between_people
from agent.router.context import Clause, Reading
from agent.router.in_talk import command_in_talk
from agent.router.intents import WHOLE
from agent.router.intents.chatter import overheard
from agent.router.lexer import Sentence, split_words
from agent.router.mixed import mixed
from agent.router.ordinals import after_its_number
from agent.router.pending import answer
from agent.router.rehearing import Rehearing
from agent.router.sequence import one, several
from agent.router.understanding import NameMatch, Pending, Understanding, WorkoutState
from agent.speech.repair import repair
from services.exercises.catalogue import Catalogue
from services.exercises.matcher import ExerciseMatcher

HAND_OVER_BELOW = 0.7
"""A reading less certain than this is handed over instead of done."""
MAX_WORDS = 60
"""Longer utterances are talk, not commands."""


class Router:
    """Understands the everyday commands. Built once with the catalogue and shared by every session.

    `tools` are the tools that there are; left out, all that sentences may ask for.
    """

    def __init__(self, catalogue: Catalogue, tools: Collection[str] | None = None) -> None:
        self.matcher = ExerciseMatcher(catalogue)
        self._tools = tools
        questions.prepare()
        self._rehearing = Rehearing(self.matcher)

    def personal(self, names: Mapping[str, str]) -> Router:
        """This router, for an athlete to whom `names` (words: slug) mean what they say before all else.

        It shares everything with this one: sentences take no longer.
        """
        matcher = self.matcher.personal(names)
        if matcher is self.matcher:
            return self
        mine = copy(self)
        mine.matcher = matcher
        mine._rehearing = self._rehearing.with_matcher(matcher)
        return mine

    def understand(self, text: str, state: WorkoutState, pending: Pending | None = None) -> Understanding:
        """What `text` comes to in `state`; `pending` is the question asked on the turn before, if any."""
        repaired = repair(text)
        got = self._understand(split_words(repaired), state, pending)
        if got.kind == "calls" or got.reason == "too_long":
            return got
        got = (
            self._rehearing.understand(repaired, state, got, lambda w: self._understand(w, state, pending))
            or self._in_talk(repaired, state, got)
            or got
        )
        field = onboarding.asked_field(pending)
        return onboarding.still_asked(got, pending, field) if pending and field else got

    def _in_talk(self, repaired: str, state: WorkoutState, first: Understanding) -> Understanding | None:
        if first.kind not in ("hand_over", "ignore") or first.reason == "counting":
            return None
        words = split_words(repaired)
        clause = Clause(Sentence.of(words, self.matcher.find_in(words)), 0, len(words), state, self.matcher)
        reading = command_in_talk(clause)
        if reading is None:
            return None
        return Understanding("calls", reading.calls, None, reading.confidence, f"{reading.intent}_in_talk")

    def _understand(
        self, words: Sequence[str], state: WorkoutState, pending: Pending | None
    ) -> Understanding:
        if not words:
            return Understanding("ignore", reason="nothing")
        if len(words) > MAX_WORDS:
            return Understanding("hand_over", confidence=0.0, reason="too_long")
        sentence = Sentence.of(words, self.matcher.find_in(words))
        clause = Clause(sentence, after_its_number(words), len(words), state, self.matcher)
        reading = self._read(clause, pending)
        if reading is None:
            return self._unexplained(clause)
        if reading.kind == "calls" and reading.confidence < HAND_OVER_BELOW:
            return Understanding(
                "hand_over", confidence=reading.confidence, reason=f"unsure_{reading.intent}"
            )
        return Understanding(
            reading.kind,
            reading.calls if reading.kind == "calls" else (),
            reading.reply,
            reading.confidence,
            reading.intent,
            reading.pending,
            reading.matches or _named(clause),
        )

    def _has(self, tool: str) -> bool:
        return self._tools is None or tool in self._tools

    def _read(self, clause: Clause, pending: Pending | None) -> Reading | None:
        if pending is not None:
            field = onboarding.asked_field(pending)
            answered = onboarding.answer(clause, pending, field) if field else answer(clause, pending)
            if answered is not None:
                return answered
        set_up = onboarding.parse(clause)
        if set_up is not None and all(self._has(call.tool) for call in set_up.calls):
            return set_up
        for parse in WHOLE:
            reading = parse(clause)
            if reading is not None:
                return reading
        if between_people(clause):
            return Reading("ignore", "overheard", confidence=0.8)
        both = mixed(clause, apart=True)
        if both is not None and all(self._has(call.tool) for call in both.calls):
            return both
        asked = questions.parse(clause)
        if asked is not None and all(self._has(call.tool) for call in asked.calls):
            return asked
        if asks(clause):
            return None
        return one(clause) or several(clause) or mixed(clause)

    def _unexplained(self, clause: Clause) -> Understanding:
        if overheard(clause) and not asks(clause):
            return Understanding("ignore", confidence=0.6, reason="overheard")
        return Understanding("hand_over", confidence=0.0, reason="unexplained", matches=_named(clause))


def _named(clause: Clause) -> tuple[NameMatch, ...]:
    spans = (s for s in clause.sentence.exercises.values() if s.exercise is not None)
    return tuple(
        NameMatch(s.exercise.slug, s.exercise.name, 1.0, "alias", s.words) for s in spans if s.exercise
    )

"""A second hearing for what made no sense: likely mishearings are put right and it is read again.

Only a sentence that says a quantity gets one, and only a reading that explains every word as a set is kept;
so talk stays talk. Doubtful repairs are tried first, then names that sound like the words nothing explains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import NamedTuple

from agent.router.context import Clause
from agent.router.intents.log_set import DIALECT
from agent.router.lexer import Sentence, Token, split_words
from agent.router.numbers import is_number_word
from agent.router.understanding import Call, NameMatch, Understanding, WorkoutState
from agent.router.vocabulary import NOT_NAMES, OTHERS
from agent.speech.repair import SoundIndex, doubt
from services.exercises.matcher import GENERIC_WORDS, ExerciseMatcher

SURE = 0.82
"""Likeness from which a name is taken for what was heard. Below 0.8, speech in noise made wrong writes."""
SURE_OF_COMMON = 0.88
"""The same when some are everyday words, which may well have been meant ("hit for us")."""
MIN_LETTERS = 4
MARGIN = 0.06
"""How far the best name must be ahead of another exercise's."""
MAX_RUN = 4
MAX_RUNS = 8
"""Stretches of a sentence that are looked up; those that explain most come first."""
MAX_STRANGE = 3
"""With more unexplained words than these, it is talk."""
MAX_WORDS = 24
GYM_WORDS = (
    *("drop set", "warm up set", "amrap", "pounds", "kilos", "in reserve", "to failure", "dumbbells"),
    *("each side", "each leg", "in the tank", "super set", "body weight", "unbroken", "failed"),
)
"""Words other than exercises that are worth finding by their sound."""
_NAME_TAGS = frozenset({"word", "exercise", "gear", "bar", "side", "type", "ordinal", "repword", "plus"})
"""What a misheard name may begin and end with."""
_JOINTS = _NAME_TAGS | {"article", "for", "at", "in", "of", "and", "then", "set", "rep"}
"""What may stand inside it: "hands then walk", "stiff leg at deadlifts"."""
_LIKE_WORDS = {"0": "zero", "2": "two", "4": "four", "8": "eight"}

PRONOUNS = frozenset({"i", "it", "my", "me", "we", "you", "your", "his", "her", "their"})
"""Words that no name has, and that are heard where somebody tells a story."""
_OWNERS = PRONOUNS & {"my", "your", "his", "her", "their"}

_MEASURED = frozenset({"weight", "duration_seconds", "distance_meters"})

Read = Callable[[Sequence[str]], Understanding]


class Found(NamedTuple):
    """A name by its sound in place of `words[start:end]`."""

    score: float
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Variant:
    """Words that may have been said, how sure that is (0 to 1), and what was heard in place of names."""

    words: tuple[str, ...]
    score: float = 1.0
    heard: str = ""


class Rehearing:
    """Finds what was said behind what was heard. Built once with the matcher; holds no state."""

    def __init__(self, matcher: ExerciseMatcher) -> None:
        self._matcher = matcher
        meanings = {word: f"={word}" for word in (*GYM_WORDS, *GENERIC_WORDS)}
        for exercise in matcher.catalogue:
            for name in (exercise.name.lower(), *exercise.aliases):
                meanings.setdefault(name, exercise.slug)
        self._sounds = SoundIndex(meanings)

    def with_matcher(self, matcher: ExerciseMatcher) -> Rehearing:
        """This, with the names of another matcher of the same catalogue."""
        other = copy(self)
        other._matcher = matcher
        return other

    def understand(
        self, repaired: str, state: WorkoutState, first: Understanding, read: Read
    ) -> Understanding | None:
        """The sets that `repaired` comes to once its mishearings are mended, or None to keep `first`."""
        words = tuple(split_words(repaired))
        if not _worth_it(words, first):
            return None
        for variant in self._variants(repaired, words, state):
            got = read(variant.words)
            if got.kind == "calls" and all(self._plausible(call, state, variant) for call in got.calls):
                return _as_heard(got, variant)
        return None

    def _plausible(self, call: Call, state: WorkoutState, variant: Variant) -> bool:
        """Whether `call` is a set with the quantities that its exercise is measured in."""
        if variant.score < SURE_OF_COMMON and not _MEASURED & set(call.args):
            return False  # a number and a name by its sound are too little to go on
        catalogue = self._matcher.catalogue
        name = call.args.get("exercise")
        exercise = (
            catalogue.by_name.get(name.casefold()) if name else catalogue.by_slug.get(state.exercise or "")
        )
        if call.tool != "log_set" or exercise is None:
            return False
        if exercise.measure in ("weight_reps", "reps"):
            return "reps" in call.args and "distance_meters" not in call.args
        return exercise.measure != "duration" or "weight" not in call.args

    def _variants(self, repaired: str, words: tuple[str, ...], state: WorkoutState) -> Iterator[Variant]:
        doubted = tuple(split_words(doubt(repaired)))
        bases = dict.fromkeys((doubted, _without_pauses(doubted)))
        for base in bases:
            if base != words:
                yield Variant(base)
        for base in bases:
            yield from self._by_sound(Variant(base), state)

    def _by_sound(self, variant: Variant, state: WorkoutState) -> Iterator[Variant]:
        """The variant with the name most like its unexplained words, then with a second one as well."""
        for _ in range(2):
            found = self._best(variant.words, state)
            if found is None:
                return
            start, end = found.start, found.end
            heard = " ".join(variant.words[start:end])
            words = (*variant.words[:start], *split_words(found.name), *variant.words[end:])
            variant = Variant(words, min(variant.score, found.score), variant.heard or heard)
            yield variant

    def _best(self, words: tuple[str, ...], state: WorkoutState) -> Found | None:
        sentence = Sentence.of(words, self._matcher.find_in(words))
        tokens = Clause(sentence, 0, len(words), state, self._matcher).tokens(DIALECT)
        strange = [i for i, t in enumerate(tokens) if t.tag == "word"]
        if not 0 < len(strange) <= MAX_STRANGE or any(tokens[i].text in OTHERS for i in strange):
            return None
        found = (self._likely(tokens, i, j, words, state) for i, j in _runs(tokens, strange))
        return max((f for f in found if f is not None), default=None)

    def _likely(
        self, tokens: list[Token], i: int, j: int, words: Sequence[str], state: WorkoutState
    ) -> Found | None:
        start, end = tokens[i].start, tokens[j - 1].end
        heard = [_LIKE_WORDS.get(w, w) for w in words[start:end]]
        if sum(map(len, heard)) < MIN_LETTERS or heard == ["set", "up"]:  # "set up for ten" is no sit-up
            return None
        if any(w in OTHERS or w in PRONOUNS for w in heard):
            return None
        begun = self._matcher.begun_by(" ".join(words[start:end])) if j - i > 1 else frozenset()
        if len(begun) > 1 or (begun and len(words[end - 1]) == 1):
            return None  # nothing was misheard, the rest was left out: which one is the athlete's to say
        common = any(w in NOT_NAMES for w in heard)
        floor = SURE_OF_COMMON if common else SURE
        alike = self._sounds.nearest(heard, floor, state.exercise)
        if alike is None or alike.margin < MARGIN or alike.name in GENERIC_WORDS:
            return None
        return Found(alike.score, start, end, alike.name)


def _worth_it(words: Sequence[str], first: Understanding) -> bool:
    if first.kind not in ("hand_over", "ask", "ignore") or len(words) > MAX_WORDS:
        return False
    if words[:1] and words[0] in _OWNERS:
        return False
    if first.kind == "ask" and first.reason != "log_set":
        return False
    return any(is_number_word(w) or w in ("single", "double", "triple", "minute") for w in words)


def _runs(tokens: list[Token], strange: list[int]) -> Iterator[tuple[int, int]]:
    """Stretches of tokens around unexplained words that may be one name."""
    last = len(tokens)
    runs = {
        (i, j)
        for k in strange
        for i in range(max(0, k - MAX_RUN + 1), k + 1)
        for j in range(k + 1, min(last, i + MAX_RUN) + 1)
    }
    likely = [run for run in runs if _may_be_name(tokens[run[0] : run[1]])]
    likely.sort(key=lambda run: (-sum(run[0] <= k < run[1] for k in strange), run[1] - run[0], run))
    return iter(likely[:MAX_RUNS])


def _may_be_name(tokens: list[Token]) -> bool:
    first, last = tokens[0], tokens[-1]
    begins = first.tag in _NAME_TAGS or first.tag == "set" or (first.text in _LIKE_WORDS and len(tokens) > 1)
    ends = last.tag in _NAME_TAGS
    return begins and ends and all(t.tag in _JOINTS for t in tokens[1:-1])


def _without_pauses(words: tuple[str, ...]) -> tuple[str, ...]:
    """`words` without the pauses that part words, as in "T-bar, rows"; those beside numbers stay."""
    kept = []
    for i, word in enumerate(words):
        beside = [*words[max(0, i - 1) : i], *words[i + 1 : i + 2]]
        if word != "," or any(is_number_word(w) for w in beside):
            kept.append(word)
    return tuple(kept)


def _as_heard(got: Understanding, variant: Variant) -> Understanding:
    """`got` with the certainty of the variant that it was read from."""
    if not variant.heard:
        return got
    matches = tuple(
        NameMatch(m.slug, m.name, min(m.score, variant.score), "fuzzy", variant.heard) for m in got.matches
    )
    return replace(got, confidence=min(got.confidence, variant.score), matches=matches)

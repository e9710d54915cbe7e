"""Exercise names that no alias has: close ones are taken, far ones are asked about."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from agent.router.context import Clause
from agent.router.lexer import Sentence, Token
from agent.router.lexicon import Tag
from agent.router.understanding import NameMatch
from agent.router.vocabulary import NOT_NAMES, OTHERS
from services.exercises.matcher import ExerciseMatch, ExerciseSpan

SURE = 0.76
"""Fuzzy scores from here on are taken; measured on misheard names, wrong ones stay below 0.72."""
SHORT_LETTERS = 8
SURE_OF_SHORT = 0.84
"""One letter is a larger part of a short word, and more words lie near it."""
MARGIN = 0.05
"""How far the best must be ahead of the next."""
SURE_OF_BEGUN = 0.9
"""Words with which the names of one exercise alone begin: "seated cable"."""
MAX_NAME_WORDS = 4
MIN_FUZZY_LETTERS = 5
"""Shorter words are close to too many names."""


def with_fuzzy_names(
    clause: Clause, dialect: tuple[Tag, ...]
) -> tuple[Clause, tuple[NameMatch, ...], str | None]:
    """The clause with misheard names read as exercises; the matches; words that look like an unknown name."""
    tokens = clause.tokens(dialect)
    exact = tuple(
        NameMatch(t.exercise.exercise.slug, t.exercise.exercise.name, 1.0, "alias", t.text)
        for t in tokens
        if t.exercise is not None and t.exercise.exercise is not None
    )
    run = _unknown_run(tokens)
    if run is None:
        return clause, exact, None
    first, last = run
    candidates = _candidates(clause, tokens, first, last)
    best = max(candidates, key=lambda c: c[0].score, default=None)
    if best is not None:
        match, span = best
        found = {i: s for i, s in clause.sentence.exercises.items() if not span.start <= i < span.end}
        spans = [*found.values(), span]
        sentence = Sentence.of(clause.sentence.words, spans)
        name = NameMatch(match.exercise.slug, match.exercise.name, match.score, "fuzzy", span.words)
        others = tuple(m for m in exact if m.words not in span.words)
        return replace(clause, sentence=sentence), (*others, name), None
    named = any(t.tag == "exercise" for t in tokens)
    words = " ".join(t.text for t in tokens[first : last + 1])
    quantities = sum(t.tag == "number" for t in tokens)
    told = quantities > 1 or (quantities and any(t.tag == "rep" for t in tokens))
    return clause, exact, words if told and not named else None


JOINED = 0.85
"""Score from which two exercise names side by side are one misheard name ("goblet" + "squads")."""


def with_joined_names(clause: Clause) -> Clause:
    """The clause with exercise names that stand side by side read as the one they sound like."""
    spans = sorted(
        (s for i, s in clause.sentence.exercises.items() if clause.start <= i < clause.end),
        key=lambda s: s.start,
    )
    for first, second in pairwise(spans):
        if first.end != second.start:
            continue
        words = clause.sentence.words[first.start : second.end]
        if len(clause.matcher.begun_by(" ".join(words))) > 1:
            continue
        ranked = clause.matcher.match(words, limit=1, floor=JOINED)
        if ranked and ranked[0].score >= JOINED:
            span = ExerciseSpan(first.start, second.end, ranked[0].exercise, " ".join(words))
            others = [s for s in clause.sentence.exercises.values() if s not in (first, second)]
            return replace(clause, sentence=Sentence.of(clause.sentence.words, [*others, span]))
    return clause


def _unknown_run(tokens: list[Token]) -> tuple[int, int] | None:
    """The one stretch of words that nothing explains, unless it cannot be a name."""
    unknown = [i for i, t in enumerate(tokens) if t.tag == "word"]
    if not unknown or unknown[-1] - unknown[0] + 1 > MAX_NAME_WORDS:
        return None
    between = tokens[unknown[0] : unknown[-1] + 1]
    if any(t.text in NOT_NAMES or t.text in OTHERS for t in between if t.tag == "word" and t.text != "thing"):
        return None
    if any(t.tag in ("number", "comma", "unit") for t in between):
        return None
    return unknown[0], unknown[-1]


def _candidates(
    clause: Clause, tokens: list[Token], first: int, last: int
) -> list[tuple[ExerciseMatch, ExerciseSpan]]:
    """Confident readings of the unknown words, alone or with the exercise words beside them."""
    found: list[tuple[ExerciseMatch, ExerciseSpan]] = []
    joinable = ("exercise", "gear", "ordinal", "repword", "plus", "side", "rir", "type", "bar")
    for left in (0, 1, 2):
        for right in (0, 1, 2):
            i, j = first - left, last + right
            if i < 0 or j >= len(tokens):
                continue
            beside = [*tokens[i:first], *tokens[last + 1 : j + 1]]
            if any(t.tag not in joinable for t in beside) or j - i >= 2 * MAX_NAME_WORDS:
                continue
            start, end = tokens[i].start, tokens[j].end
            words = clause.sentence.words[start:end]
            if sum(map(len, words)) < MIN_FUZZY_LETTERS:
                continue
            begun = clause.matcher.begun_by(" ".join(words)) if len(words) > 1 else frozenset()
            if len(begun) > 1:
                continue  # "incline dumbbell": nothing was misheard, the rest was left out
            if begun and len(words[-1]) == 1:
                continue  # of "push p" too little was said, and it is no push-up
            if len(begun) == 1 and sum(map(len, words)) >= SHORT_LETTERS:
                (only,) = begun
                match = ExerciseMatch(clause.matcher.catalogue.by_slug[only], SURE_OF_BEGUN, "prefix")
                found.append((match, ExerciseSpan(start, end, match.exercise, " ".join(words))))
                continue
            ranked = clause.matcher.match(words, limit=2, floor=SURE - MARGIN)
            sure = SURE if sum(map(len, words)) >= SHORT_LETTERS else SURE_OF_SHORT
            if not ranked or ranked[0].score < sure:
                continue
            if len(ranked) > 1 and ranked[0].score - ranked[1].score < MARGIN:
                continue
            text = " ".join(words)
            found.append((ranked[0], ExerciseSpan(start, end, ranked[0].exercise, text)))
    return found

"""Patterns of phrases: the automaton reads what they spell out and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.router.lexicon import LEXICON
from agent.router.patterns import Automaton, expand

WORDS = st.sampled_from("abc")
PATTERNS = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        inner.map(lambda part: f"[{part}]"),
    ),
    max_leaves=6,
)


def test_a_pattern_spells_out_its_phrases_in_order() -> None:
    assert list(expand("a [b] (c|d e)")) == ["a b c", "a b d e", "a c", "a d e"]
    assert list(expand("a | b")) == ["a", "b"]
    assert list(expand("[a]")) == ["a"]


@given(patterns=st.lists(PATTERNS, max_size=4), words=st.lists(WORDS, max_size=6))
def test_the_automaton_reads_what_the_patterns_spell_out(patterns: list[str], words: list[str]) -> None:
    automaton = Automaton([(pattern, "tag", pattern) for pattern in patterns])
    found = automaton.read(words, 0)
    spelled = [(phrase, pattern) for pattern in patterns for phrase in expand(pattern)]
    for length in range(1, len(words) + 1):
        said = " ".join(words[:length])
        expected = next((pattern for phrase, pattern in spelled if phrase == said), None)
        assert (found[length - 1].get("tag") if length <= len(found) else None) == expected


def test_the_lexicon_stays_small_whatever_its_patterns_spell_out() -> None:
    assert LEXICON.states < 20_000
    read = LEXICON.read(
        ["i", "just", "couldnt", "quite", "lock", "out", "that", "last", "rep", "so", "225"], 0
    )
    assert len(read) == 10
    assert "did" in read[9]

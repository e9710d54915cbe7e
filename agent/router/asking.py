"""Whether a sentence is a question, by how it begins."""

from __future__ import annotations

from agent.router.context import Clause
from agent.router.vocabulary import POLITE

_QUESTION_WORDS = frozenset(
    {
        "is",
        "are",
        "am",
        "does",
        "who",
        "whos",
        "what",
        "whats",
        "how",
        "hows",
        "when",
        "whens",
        "where",
        "wheres",
        "why",
        "which",
        "whose",
        "isnt",
        "arent",
        "has",
        "have",
        "should",
        "shall",
        "would",
        "did",
        "was",
        "were",
    }
)
_QUESTION_WITH = {
    "did": ("i", "you", "he", "she", "they", "we"),
    "would": ("i", "he", "she", "they"),
    "have": ("you", "i", "they", "we"),
    "was": ("i", "that", "it", "this", "he", "she", "they", "we", "my", "there"),
    "were": ("they", "those", "these", "we", "you", "there"),
    "should": ("i", "we", "he", "she", "they", "you"),
}


def asks(clause: Clause) -> bool:
    """Whether the words are a question, which never writes ("can you log …" is none)."""
    words = [w for w in clause.words if w not in POLITE]
    if not words or words[0] not in _QUESTION_WORDS:
        return False
    followers = _QUESTION_WITH.get(words[0])
    return followers is None or (len(words) > 1 and words[1] in followers)

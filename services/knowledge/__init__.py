"""Questions about training, answered from the knowledge base."""

from services.knowledge.answering import DONT_KNOW, Answer, UnknownChunk, answer, answers, get_chunk, passages
from services.knowledge.sources import spoken_source

__all__ = [
    "DONT_KNOW",
    "Answer",
    "UnknownChunk",
    "answer",
    "answers",
    "get_chunk",
    "passages",
    "spoken_source",
]

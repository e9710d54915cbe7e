"""Questions about training, answered from the knowledge base."""

from services.knowledge.answering import DONT_KNOW, Answer, answer, answers
from services.knowledge.sources import spoken_source

__all__ = ["DONT_KNOW", "Answer", "answer", "answers", "spoken_source"]

"""Questions about training, answered."""

from services.coach.extractive import DONT_KNOW, Answer, answer

__all__ = ["DONT_KNOW", "Answer", "answer"]

"""Questions about training, answered."""

from services.coach.asking import Answered, Coach, ExtractiveCoach, Part, Question, Source, TooFast, kept_with
from services.coach.extractive import DONT_KNOW, Answer, answer

__all__ = [
    "DONT_KNOW",
    "Answer",
    "Answered",
    "Coach",
    "ExtractiveCoach",
    "Part",
    "Question",
    "Source",
    "TooFast",
    "answer",
    "kept_with",
]

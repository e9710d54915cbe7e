"""What tools share: the exercise that is meant, and days as they are said."""

from __future__ import annotations

from datetime import datetime

from services import clock
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.exercises.resolve import Unresolved, resolve
from tools.base import Question, Read, Write
from tools.lookup_phrases import day_words


def asked_exercise(read: Read, words: str | None) -> Exercise | None:
    """The exercise that is named, else the one that the workout is on if there is one."""
    if words is not None:
        return named_exercise(read, words)
    current = read.snapshot.exercise
    return packaged_catalogue().by_slug[current] if current else None


def named_exercise(call: Read | Write, words: str) -> Exercise:
    """The exercise that `words` mean to the athlete. Asks when that is not clear."""
    try:
        return resolve(call.context.matcher, words, call.snapshot.exercise)
    except Unresolved as unresolved:
        raise Question(str(unresolved)) from None


async def when(read: Read, at: datetime) -> str:
    """When something was, on the athlete's own calendar."""
    zone = await clock.athletes_zone(read.db, read.athlete_id)
    return day_words(at.astimezone(zone).date(), clock.today_in(zone))

"""What an athlete calls exercises: said so, entered in an app, or learned from corrections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, NotFound
from db.models import ExerciseName, NameSource, VoiceCommand
from services.exercises.catalogue import Catalogue, Exercise, packaged_catalogue
from services.images import Images
from services.paging import PageRequest, Slice, Sort, fetch_slice

MAX_WORDS = 5
MAX_LETTERS = 60
MIN_LETTERS = 2
MAX_NAMES = 500
"""More names than these are no names any more; the oldest are not used."""
CORRECTIONS = 2
"""How often the same words must have been corrected to the same exercise."""
REMEMBERED = timedelta(days=90)
"""How far back corrections count."""
RESERVED = frozenset(
    [
        "a",
        "about",
        "again",
        "all",
        "and",
        "another",
        "any",
        "at",
        "back",
        "barbell",
        "cancel",
        "change",
        "correct",
        "day",
        "delete",
        "do",
        "done",
        "dumbbell",
        "each",
        "end",
        "exercise",
        "finish",
        "for",
        "fine",
        "five",
        "four",
        "from",
        "give",
        "go",
        "going",
        "good",
        "got",
        "had",
        "hey",
        "hi",
        "how",
        "i",
        "in",
        "is",
        "it",
        "just",
        "kilo",
        "kilos",
        "last",
        "lbs",
        "left",
        "let",
        "lets",
        "log",
        "machine",
        "make",
        "me",
        "mine",
        "minus",
        "minute",
        "minutes",
        "more",
        "my",
        "need",
        "next",
        "no",
        "not",
        "now",
        "of",
        "off",
        "oh",
        "ok",
        "okay",
        "on",
        "one",
        "option",
        "or",
        "pause",
        "per",
        "plate",
        "plates",
        "please",
        "plus",
        "pound",
        "pounds",
        "pr",
        "record",
        "remove",
        "rep",
        "repeat",
        "reps",
        "rest",
        "resume",
        "right",
        "same",
        "scratch",
        "second",
        "seconds",
        "set",
        "sets",
        "seven",
        "single",
        "six",
        "skip",
        "so",
        "some",
        "start",
        "stop",
        "swap",
        "ten",
        "thanks",
        "that",
        "the",
        "them",
        "then",
        "these",
        "they",
        "this",
        "those",
        "three",
        "time",
        "timer",
        "times",
        "to",
        "today",
        "two",
        "undo",
        "up",
        "us",
        "warm",
        "was",
        "we",
        "weight",
        "what",
        "with",
        "workout",
        "wrong",
        "yeah",
        "yes",
        "you",
        "zero",
        "eight",
        "nine",
        "hundred",
        "half",
    ]
)
"""Words of so many sentences that a name of nothing but these would be heard everywhere."""


class UnknownName(NotFound):
    """No such name of this athlete."""


def plain_words(words: str) -> str:
    """`words` as they are kept: lower case with single spaces, without punctuation.

    Raises `Invalid` for what cannot be told from other talk.
    """
    plain = " ".join("".join(c if c.isalnum() else " " for c in words.casefold().replace("'", "")).split())
    parts = plain.split()
    if not parts or sum(map(len, parts)) < MIN_LETTERS or len(parts) > MAX_WORDS or len(plain) > MAX_LETTERS:
        raise Invalid(f"A name has 1 to {MAX_WORDS} words. What do you call it?", "words")
    if all(part in RESERVED or part.isdigit() for part in parts):
        raise Invalid(f"I hear {plain!r} in too many sentences. What else do you call it?", "words")
    return plain


async def own_names(db: AsyncSession, user_id: UUID) -> dict[str, str]:
    """The athlete's names, each with the slug of its exercise."""
    by_id = packaged_catalogue().by_id
    rows = await db.execute(
        select(ExerciseName.words, ExerciseName.exercise_id)
        .where(ExerciseName.user_id == user_id)
        .order_by(ExerciseName.created_at.desc())
        .limit(MAX_NAMES)
    )
    return {words: by_id[exercise_id].slug for words, exercise_id in rows if exercise_id in by_id}


async def learn_name(
    db: AsyncSession, user_id: UUID, words: str, exercise: Exercise, source: NameSource, images: Images
) -> ExerciseName:
    """Keeps that `words` mean `exercise` to the athlete, whatever they meant before. Raises `Invalid`."""
    plain = plain_words(words)
    row = await db.scalar(
        select(ExerciseName).where(ExerciseName.user_id == user_id, ExerciseName.words == plain)
    )
    if row is None:
        row = ExerciseName(user_id=user_id, words=plain, exercise_id=exercise.id, source=source)
        db.add(row)
        await db.flush()
        images.made(row)
        return row
    images.before(row, "exercise_id", "source")
    row.exercise_id, row.source = exercise.id, source
    await db.flush()
    return row


SORTS = {
    "words": Sort((ExerciseName.words,)),
    "-words": Sort((ExerciseName.words,), descending=True),
}


async def list_names(db: AsyncSession, user_id: UUID, page: PageRequest) -> Slice[tuple[ExerciseName]]:
    """The athlete's names. Raises `InvalidCursor`."""
    query = select(ExerciseName).where(ExerciseName.user_id == user_id)
    return await fetch_slice(db, query, SORTS, page)


async def get_name(db: AsyncSession, user_id: UUID, name_id: UUID) -> ExerciseName:
    """One name. Raises `UnknownName`."""
    row = await db.scalar(
        select(ExerciseName).where(ExerciseName.id == name_id, ExerciseName.user_id == user_id)
    )
    if row is None:
        raise UnknownName("There is no such name.")
    return row


async def forget_name(db: AsyncSession, row: ExerciseName, images: Images) -> None:
    """Forgets a name: the words mean what they mean to everybody."""
    images.before(row)
    await db.delete(row)
    await db.flush()


async def learn_from_correction(
    db: AsyncSession, user_id: UUID, command_id: UUID, exercise: Exercise, images: Images
) -> str | None:
    """Learns the words for which the turn `command_id` had taken another exercise, once they have been
    corrected to `exercise` before. Returns them if it did.
    """
    heard = await db.scalar(
        select(VoiceCommand.search_results).where(
            VoiceCommand.id == command_id, VoiceCommand.user_id == user_id
        )
    )
    catalogue = packaged_catalogue()
    for match in heard or ():
        words = str(match.get("words") or "")
        if match.get("slug") == exercise.slug or not words or words.casefold() in catalogue.by_name:
            continue
        if await _corrections(db, user_id, words, command_id, exercise, catalogue) + 1 < CORRECTIONS:
            continue
        try:
            return (await learn_name(db, user_id, words, exercise, "corrected", images)).words
        except Invalid:
            continue
    return None


async def _corrections(
    db: AsyncSession, user_id: UUID, words: str, but: UUID, exercise: Exercise, catalogue: Catalogue
) -> int:
    """How many other turns had these words corrected to `exercise`."""
    corrected = await db.scalars(
        select(VoiceCommand.corrected_output).where(
            VoiceCommand.user_id == user_id,
            VoiceCommand.was_corrected,
            VoiceCommand.id != but,
            VoiceCommand.created_at > datetime.now(UTC) - REMEMBERED,
            VoiceCommand.search_results.contains([{"words": words}]),
        )
    )
    said = (str((output or {}).get("exercise") or "").casefold() for output in corrected)
    return sum(catalogue.by_name.get(name) == exercise for name in said)

"""Exercises and cues found by a description, not by a name: "something for my rear delts"."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from db.models import CueType, Exercise, ExerciseCue
from search import Search


async def described(search: Search, words: str, limit: int) -> list[Exercise]:
    """The exercises that fit a description best, best first.

    Call it outside of a transaction. Raises what the database raises when it cannot be reached.
    """
    ids = [UUID(hit.id) for hit in await search.find("exercises", words, limit=limit)]
    async with search.database.transaction(None, durable=False) as db:
        rows = {row.id: row for row in await db.scalars(select(Exercise).where(Exercise.id.in_(ids)))}
    return [rows[one] for one in ids if one in rows]


async def described_cues(
    search: Search, words: str, exercise_id: UUID | None, cue_type: CueType | None, limit: int
) -> list[tuple[ExerciseCue, Exercise]]:
    """The cues that fit `words` best, best first, each with its exercise; of one exercise or type if given.

    Call it outside of a transaction. Raises what the database raises when it cannot be reached.
    """
    where = {"exercise_id": exercise_id and str(exercise_id), "cue_type": cue_type}
    narrowed = {name: value for name, value in where.items() if value is not None}
    hits = await search.find("exercise_cues", words, limit=limit, where=narrowed)
    ids = [UUID(hit.id) for hit in hits]
    query = select(ExerciseCue, Exercise).join(Exercise, Exercise.id == ExerciseCue.exercise_id)
    async with search.database.transaction(None, durable=False) as db:
        found = await db.execute(query.where(ExerciseCue.id.in_(ids)))
        rows = {cue.id: (cue, exercise) for cue, exercise in found}
    return [rows[one] for one in ids if one in rows]

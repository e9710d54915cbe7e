"""Bringing the catalogue into the database."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.catalogue.exercises import Exercise as CatalogueExercise
from db.catalogue.exercises import exercise_id, packaged_exercises
from db.models import Exercise

ROWS_PER_STATEMENT = 500
"""Keeps a statement well under PostgreSQL's 32,767 parameters."""

NOT_LETTER_OR_DIGIT = re.compile(r"[^a-z0-9]+")

# How a name sounds, word by word: "dumbbell row" is "TMBL R".
SET_PHONETIC_KEYS = text(
    """
    update exercises set phonetic_key = (
        select string_agg(metaphone(word, 32), ' ' order by place)
        from regexp_split_to_table(lower(name), '[^a-z]+') with ordinality as words (word, place)
        where word <> ''
    )
    where phonetic_key is null
    """
)


async def load_catalogue(session: AsyncSession, exercises: Iterable[CatalogueExercise] | None = None) -> int:
    """Writes the exercises (the packaged ones) that are new or changed; returns how many.

    Nothing is deleted: sets may name an exercise that has left the catalogue.
    """
    stored = await session.execute(select(Exercise.id, Exercise.content_hash))
    known = {row.id: row.content_hash for row in stored}
    rows = [_row(exercise) for exercise in _parents_first(exercises or packaged_exercises())]
    changed = [row for row in rows if known.get(row["id"]) != row["content_hash"]]
    for start in range(0, len(changed), ROWS_PER_STATEMENT):
        await _write(session, changed[start : start + ROWS_PER_STATEMENT])
    if changed:
        await session.execute(SET_PHONETIC_KEYS)
    return len(changed)


async def _write(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    statement = insert(Exercise).values(rows)
    new = statement.excluded
    # Two servers that start at once may both write a row: the second finds it there.
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Exercise.id],
            set_={
                **{column: new[column] for column in rows[0] if column != "id"},
                "upstash_indexed": False,
                "phonetic_key": None,
                "updated_at": func.now(),
            },
            where=Exercise.content_hash.is_distinct_from(new.content_hash),
        )
    )


def _parents_first(exercises: Iterable[CatalogueExercise]) -> list[CatalogueExercise]:
    """`exercises` in an order in which each comes after the one it is a variation of."""
    by_slug = {exercise.slug: exercise for exercise in exercises}
    ordered: dict[str, CatalogueExercise] = {}

    def place(exercise: CatalogueExercise) -> None:
        if exercise.slug in ordered:
            return
        if exercise.parent_slug is not None:
            place(by_slug[exercise.parent_slug])
        ordered[exercise.slug] = exercise

    for exercise in by_slug.values():
        place(exercise)
    return list(ordered.values())


def _row(exercise: CatalogueExercise) -> dict[str, Any]:
    content = json.dumps(asdict(exercise), sort_keys=True)
    return {
        "id": exercise.id,
        "slug": exercise.slug,
        "name": exercise.name,
        "synonyms": list(exercise.aliases),
        "equipment": list(exercise.equipment),
        "primary_muscle": exercise.primary_muscle,
        "secondary_muscles": list(exercise.secondary_muscles),
        "movement_pattern": exercise.movement_pattern,
        "base_movement": exercise.base_movement,
        "parent_exercise_id": exercise_id(exercise.parent_slug) if exercise.parent_slug else None,
        "progression_order": exercise.progression_order,
        "is_compound": exercise.is_compound,
        "is_unilateral": exercise.is_unilateral,
        "measure": exercise.measure,
        "normalized_name": NOT_LETTER_OR_DIGIT.sub("", exercise.name.lower()),
        "content_hash": hashlib.sha256(content.encode()).hexdigest(),
    }

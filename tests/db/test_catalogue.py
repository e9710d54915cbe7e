"""The catalogue reaches the database, and only what changed is written."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sqlalchemy import func, select, text

from db.catalogue.exercises import packaged_exercises
from db.catalogue.loader import load_catalogue
from db.models import Exercise
from db.session import Database
from services.exercises.catalogue import packaged_catalogue


async def test_rows_have_the_identifiers_of_the_catalogue(database: Database) -> None:
    async with database.transaction(None) as session:
        rows = (await session.scalars(select(Exercise))).all()
    assert {row.id: row.name for row in rows} == {
        exercise.id: exercise.name for exercise in packaged_catalogue()
    }


async def test_a_row_has_what_its_line_says(database: Database) -> None:
    line = packaged_catalogue().by_slug["barbell-bench-press"]
    async with database.transaction(None) as session:
        row = await session.get_one(Exercise, line.id)
    assert row.synonyms == list(line.aliases)
    assert row.equipment == ["barbell"]
    assert (row.primary_muscle, row.secondary_muscles) == ("chest", ["front_delts", "triceps"])
    assert (row.is_compound, row.is_unilateral, row.measure) == (True, False, "weight_reps")
    assert (row.normalized_name, row.phonetic_key) == ("barbellbenchpress", "BRBL BNX PRS")
    assert not row.upstash_indexed


async def test_variations_name_what_they_vary(database: Database) -> None:
    expected = {e.slug: e.parent_slug for e in packaged_exercises() if e.parent_slug}
    parent = select(Exercise.id, Exercise.slug).subquery()
    async with database.transaction(None) as session:
        found = await session.execute(
            select(Exercise.slug, parent.c.slug).join(parent, Exercise.parent_exercise_id == parent.c.id)
        )
    assert expected
    assert {row[0]: row[1] for row in found} == expected


async def test_loading_again_writes_nothing(database: Database) -> None:
    async with database.transaction(None) as session:
        assert await load_catalogue(session) == 0
        assert (
            await session.scalar(select(func.count()).where(Exercise.updated_at > Exercise.created_at)) == 0
        )


async def test_only_a_changed_line_is_written(database: Database) -> None:
    first, *others = packaged_exercises()
    changed = replace(first, name="Flat Bench Press", aliases=("flat bench",))
    async with database.transaction(None) as session:
        await session.execute(text("update exercises set upstash_indexed = true"))
    async with database.transaction(None) as session:
        assert await load_catalogue(session, [changed, *others]) == 1
    async with database.transaction(None) as session:
        row = await session.get_one(Exercise, first.id)
        assert (row.name, row.synonyms, row.phonetic_key) == (
            "Flat Bench Press",
            ["flat bench"],
            "FLT BNX PRS",
        )
        assert row.updated_at > row.created_at
        unindexed = await session.scalars(select(Exercise.id).where(~Exercise.upstash_indexed))
        assert unindexed.all() == [first.id]


async def test_an_exercise_that_left_the_catalogue_stays(database: Database) -> None:
    first, second, *_ = packaged_exercises()
    async with database.transaction(None) as session:
        before = await session.scalar(select(func.count()).select_from(Exercise))
        assert await load_catalogue(session, [second]) == 0
        assert await session.scalar(select(func.count()).select_from(Exercise)) == before
        assert await session.get(Exercise, first.id) is not None


async def test_two_servers_may_load_at_once(database: Database) -> None:
    async with database.transaction(None) as session:
        await session.execute(text("delete from exercises"))

    async def load() -> None:
        async with database.transaction(None) as session:
            await load_catalogue(session)

    await asyncio.gather(load(), load())
    async with database.transaction(None) as session:
        assert await session.scalar(select(func.count()).select_from(Exercise)) == len(packaged_exercises())

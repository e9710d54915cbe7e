"""The content is in the database as its files say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from core.settings import Settings
from db.catalogue.exercises import exercise_id, packaged_exercises
from db.catalogue.files import content_version
from db.catalogue.loader import load_catalogue
from db.models import (
    ContentVersion,
    CrossfitWod,
    Exercise,
    ExerciseBodyPartStress,
    ExerciseCue,
    ExerciseMuscle,
    ExerciseSubstitution,
    KnowledgeChunk,
)
from db.session import Database, open_database
from services.exercises.catalogue import packaged_catalogue
from tests.db.content import edit, packaged_copy


async def test_rows_have_the_identifiers_of_the_catalogue(database: Database) -> None:
    async with database.transaction(None) as session:
        found = (await session.scalars(select(Exercise))).all()
    assert {row.id: row.name for row in found} == {
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


async def test_what_is_known_of_an_exercise(database: Database) -> None:
    bench = exercise_id("barbell-bench-press")
    async with database.transaction(None) as session:
        muscles = await session.scalars(select(ExerciseMuscle).filter_by(exercise_id=bench))
        assert {row.muscle_group: row.activation_level for row in muscles} == {
            "chest": "primary",
            "front_delts": "secondary",
            "triceps": "secondary",
        }
        stress = await session.scalars(select(ExerciseBodyPartStress).filter_by(exercise_id=bench))
        assert {row.body_part: row.stress_level for row in stress} == {
            "shoulder": "high",
            "chest": "medium",
            "elbow": "medium",
            "wrist": "medium",
        }
        stand_ins = await session.scalars(
            select(ExerciseSubstitution).filter_by(
                original_exercise_id=bench, substitute_exercise_id=exercise_id("push-up")
            )
        )
        assert ("injury", "chest", 0.71) in {
            (row.reason, row.affected_body_part, round(row.similarity_score, 2)) for row in stand_ins
        }


async def test_cues_keep_the_order_of_their_file(database: Database) -> None:
    async with database.transaction(None) as session:
        found = await session.scalars(
            select(ExerciseCue.cue_text)
            .where(
                ExerciseCue.exercise_id == exercise_id("barbell-back-squat"), ExerciseCue.cue_type == "setup"
            )
            .order_by(ExerciseCue.position)
        )
        first, second = found.all()
    assert first.startswith("Set the bar on the muscle of your upper back")
    assert second.startswith("Walk the bar out in two or three short steps")


async def test_a_chunk_has_its_source_and_dates(database: Database) -> None:
    async with database.transaction(None) as session:
        chunk = (await session.scalars(select(KnowledgeChunk).filter_by(chunk_id="squat-depth"))).one()
    assert (chunk.chunk_type, chunk.category, chunk.title) == (
        "exercise_guide",
        "strength",
        "How deep to squat",
    )
    assert chunk.source is not None
    assert chunk.source.startswith("Kubo, Ikebukuro and Yata 2019, ")
    assert (chunk.source_year, chunk.reviewed_on, chunk.is_red_flag) == (2019, date(2026, 11, 25), False)
    assert "barbell-back-squat" in (chunk.tags or [])
    assert "How deep should I squat?" in chunk.questions
    assert "\n" not in chunk.content


async def test_a_wod_has_its_movements_and_standards(database: Database) -> None:
    async with database.transaction(None) as session:
        fran = (await session.scalars(select(CrossfitWod).filter_by(name="Fran"))).one()
    assert (fran.wod_type, fran.kind, fran.is_benchmark, fran.is_hero_wod) == (
        "for_time",
        "girl",
        True,
        False,
    )
    assert fran.movements[0] == {
        "exercise": "thruster",
        "scheme": "21-15-9",
        "weight": {"male": 95, "female": 65, "unit": "lbs"},
    }
    assert fran.rx_standards == {
        "male": {"weight": 95, "unit": "lbs"},
        "female": {"weight": 65, "unit": "lbs"},
    }


async def test_opening_brings_a_database_with_older_content_up_to_date(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    older = packaged_copy(tmp_path)
    edit(older, "cues/squat.yaml", "Walk the bar out", "March the bar out")
    marching = select(ExerciseCue.cue_text).where(ExerciseCue.cue_text.startswith("March the bar out"))
    async with database.transaction(None) as session:
        assert (await load_catalogue(session, older)).written == {"exercise_cues": 1}
        assert (await session.scalars(marching)).one()
    opened = await open_database(Settings(database_url=database_url))
    await opened.aclose()
    async with database.transaction(None) as session:
        assert await session.scalar(select(ContentVersion.version)) == content_version()
        assert (await session.scalars(marching)).all() == []

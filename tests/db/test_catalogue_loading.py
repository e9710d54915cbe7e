"""Only what changed in the files is written to the database, all of it or nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.settings import Settings
from db.catalogue.entries import content_id
from db.catalogue.exercises import exercise_id, packaged_exercises
from db.catalogue.faults import ContentError
from db.catalogue.files import PACKAGED, content_version
from db.catalogue.loader import KINDS, Changes, load_catalogue
from db.models import (
    Base,
    ContentVersion,
    CrossfitWod,
    Exercise,
    ExerciseCue,
    KnowledgeChunk,
    WarmupTemplate,
)
from db.session import Database, open_database
from tests.db.content import edit, packaged_copy
from tests.db.fixtures import new_athlete

SQUAT_CUES = "cues/squat.yaml"
SQUAT_GUIDE = "knowledge/exercise_guide/squat.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return packaged_copy(tmp_path)


async def load(database: Database, folder: Path = PACKAGED) -> Changes:
    async with database.transaction(None) as session:
        return await load_catalogue(session, folder)


async def rows(database: Database, table_name: str) -> dict[Any, dict[str, Any]]:
    """Every row of a table by its key."""
    table = Base.metadata.tables[table_name]
    async with database.transaction(None) as session:
        found = (await session.execute(select(table))).mappings().all()
    return {tuple(row[key.name] for key in table.primary_key): dict(row) for row in found}


async def everything(database: Database) -> dict[str, dict[Any, dict[str, Any]]]:
    tables = [*(kind.table_name for kind in KINDS), "content_version"]
    return {table: await rows(database, table) for table in tables}


async def run(database: Database, statement: str, **values: object) -> None:
    async with database.transaction(None) as session:
        await session.execute(text(statement), values)


async def test_loading_again_is_one_query(database: Database) -> None:
    before = await everything(database)
    statements: list[str] = []
    async with database.transaction(None) as session:
        connection = (await session.connection()).sync_connection
        event.listen(
            connection, "before_cursor_execute", lambda *given: statements.append(given[2]), retval=False
        )
        assert not await load_catalogue(session)
    assert len(statements) == 1
    assert statements[0].lower().startswith("select")
    assert await everything(database) == before


async def test_opening_brings_an_older_database_up_to_date(
    database: Database, database_url: str, folder: Path
) -> None:
    now = await everything(database)
    edit(folder, SQUAT_CUES, "Walk the bar out", "March the bar out")
    edit(folder, "stress.csv", "barbell-bench-press,wrist,medium", "barbell-bench-press,wrist,low")
    await load(database, folder)
    assert await everything(database) != now
    opened = await open_database(Settings(database_url=database_url))
    await opened.aclose()
    async with database.transaction(None) as session:
        assert await session.scalar(select(ContentVersion.version)) == content_version()
    texts = {row["cue_text"] for row in (await rows(database, "exercise_cues")).values()}
    assert any(cue.startswith("Walk the bar out") for cue in texts)
    assert not any(cue.startswith("March the bar out") for cue in texts)


@pytest.mark.parametrize(
    ("name", "old", "new", "table"),
    [
        (
            "exercises.csv",
            "barbell-bench-press,Barbell Bench Press,bench|",
            "barbell-bench-press,Flat Bench,",
            "exercises",
        ),
        (
            "stress.csv",
            "barbell-bench-press,wrist,medium",
            "barbell-bench-press,wrist,low",
            "exercise_body_part_stress",
        ),
        (
            "substitutions.csv",
            "push-up,injury,chest,0.71",
            "push-up,injury,chest,0.7",
            "exercise_substitutions",
        ),
        ("wods.csv", "Amanda,girl,for_time,,", "Amanda,girl,for_time,3,", "crossfit_wods"),
        ("badges.yaml", "Finished your first workout.", "Finished a workout.", "badge_definitions"),
        ("warmups.yaml", "name: Push day warm-up", "name: Pushing warm-up", "warmup_templates"),
        ("cooldowns.yaml", "duration_minutes: ", "duration_minutes: 1", "cooldown_templates"),
        (SQUAT_CUES, "Walk the bar out", "March the bar out", "exercise_cues"),
        (SQUAT_GUIDE, "title: How deep to squat", "title: Depth of a squat", "knowledge_base"),
    ],
)
async def test_a_change_writes_its_row_and_no_other(
    database: Database, folder: Path, name: str, old: str, new: str, table: str
) -> None:
    indexed = "upstash_indexed" in Base.metadata.tables[table].c
    if indexed:
        await run(database, f"update {table} set upstash_indexed = true")
    before = await everything(database)
    edit(folder, name, old, new)
    changes = await load(database, folder)
    assert (changes.written, changes.removed) == ({table: 1}, {})
    after = await everything(database)
    differing = [
        (found, key) for found in after for key in after[found] if after[found][key] != before[found].get(key)
    ]
    assert [found for found, _ in differing] == [table, "content_version"]
    row = after[table][differing[0][1]]
    if indexed:
        assert not row["upstash_indexed"]
    if "updated_at" in row:
        assert row["updated_at"] > before[table][differing[0][1]]["updated_at"]
    assert not await load(database, folder)


async def test_a_new_name_sounds_anew(database: Database, folder: Path) -> None:
    edit(
        folder,
        "exercises.csv",
        "barbell-bench-press,Barbell Bench Press",
        "barbell-bench-press,Flat Bench Press",
    )
    await load(database, folder)
    async with database.transaction(None) as session:
        row = await session.get_one(Exercise, exercise_id("barbell-bench-press"))
    assert (row.name, row.phonetic_key) == ("Flat Bench Press", "FLT BNX PRS")


async def test_new_entries_are_added(database: Database, folder: Path) -> None:
    (folder / "cues" / "more.yaml").write_text(
        "wall-walk:\n"
        "  setup: [Lie on your front with your feet against the wall.]\n"
        "  execution: [Walk your feet up and your hands in.]\n"
        "  breathing: [Breathe with every second step of your hands.]\n"
        "  common_mistake: [Coming down in a heap. Walk your hands out again.]\n"
    )
    async with database.transaction(None) as session:
        had = await session.scalar(
            select(func.count()).where(ExerciseCue.exercise_id == exercise_id("wall-walk"))
        )
    assert had == 0
    assert (await load(database, folder)).written == {"exercise_cues": 4}


def drop_lines(folder: Path, name: str, start: str) -> int:
    lines = (folder / name).read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    (folder / name).write_text("".join(kept))
    return len(lines) - len(kept)


def drop_entry(folder: Path, name: str, entry: str) -> None:
    head, rest = (folder / name).read_text().split(f"- id: {entry}\n")
    (folder / name).write_text(head + rest[rest.find("- id: ") :] if "- id: " in rest else head)


async def test_what_left_the_files_is_removed(database: Database, folder: Path) -> None:
    stress = drop_lines(folder, "stress.csv", "barbell-bench-press,wrist")
    stand_ins = drop_lines(folder, "substitutions.csv", "barbell-bench-press,push-up,injury")
    drop_entry(folder, SQUAT_GUIDE, "squat-depth")
    drop_entry(folder, "warmups.yaml", "warmup-push-short")
    (folder / "cues" / "carry.yaml").unlink()
    before = await everything(database)
    changes = await load(database, folder)
    assert changes.written == {}
    assert changes.removed.pop("exercise_cues") >= 4
    assert changes.removed == {
        "exercise_body_part_stress": stress,
        "exercise_substitutions": stand_ins,
        "knowledge_base": 1,
        "warmup_templates": 1,
    }
    after = await everything(database)
    for kind in KINDS:
        assert after[kind.table_name].items() <= before[kind.table_name].items()


def drop_exercise(folder: Path, slug: str) -> None:
    """Takes an exercise that has no cues and is in no template or WOD out of the files."""
    drop_lines(folder, "exercises.csv", f"{slug},")
    drop_lines(folder, "stress.csv", f"{slug},")
    name = folder / "substitutions.csv"
    kept = [line for line in name.read_text().splitlines() if slug not in line.split(",")[:2]]
    name.write_text("\n".join(kept) + "\n")


async def test_what_athletes_may_have_named_stays(database: Database, folder: Path) -> None:
    drop_exercise(folder, "wall-walk")
    drop_lines(folder, "wods.csv", "Amanda,")
    drop_entry(folder, "badges.yaml", "first_workout")
    before = await everything(database)
    changes = await load(database, folder)
    assert changes.removed.keys() == {"exercise_substitutions", "exercise_body_part_stress"}
    after = await everything(database)
    for table in ("exercises", "exercise_muscles", "crossfit_wods", "badge_definitions"):
        assert after[table] == before[table]


async def test_a_muscle_that_an_exercise_no_longer_works_is_removed(database: Database, folder: Path) -> None:
    edit(folder, "exercises.csv", "chest,front_delts|triceps", "chest,triceps")
    changes = await load(database, folder)
    assert changes.removed == {"exercise_muscles": 1}
    assert changes.written == {"exercises": 1}


async def test_what_left_may_come_back(database: Database, folder: Path) -> None:
    before = await rows(database, "knowledge_base")
    drop_entry(folder, SQUAT_GUIDE, "squat-depth")
    await load(database, folder)
    changes = await load(database)
    assert (changes.written, changes.removed) == ({"knowledge_base": 1}, {})
    assert (await rows(database, "knowledge_base")).keys() == before.keys()


async def test_athletes_templates_and_rows_made_by_hand_are_left_alone(
    database: Database, folder: Path
) -> None:
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        session.add(WarmupTemplate(user_id=athlete, name="Mine", exercises=[], content_hash="copied"))
    await run(
        database,
        "insert into knowledge_base (chunk_id, chunk_type, content) values ('rules', 'program', 'No chalk.')",
    )
    await run(
        database,
        "update exercise_cues set cue_text = 'As our coach says.', content_hash = null where id = :id",
        id=content_id("exercise_cues", "barbell-back-squat/setup/2"),
    )
    before = await everything(database)
    edit(folder, SQUAT_CUES, "Walk the bar out", "March the bar out")
    drop_entry(folder, "warmups.yaml", "warmup-push-short")
    await load(database, folder)
    after = await everything(database)
    assert after["exercise_cues"] == before["exercise_cues"]
    assert after["knowledge_base"] == before["knowledge_base"]
    assert "Mine" in {row["name"] for row in after["warmup_templates"].values()}


async def test_a_template_of_an_athlete_cannot_be_taken_for_one_of_ours(
    database: Database, folder: Path
) -> None:
    athlete = await new_athlete(database)
    own = content_id("warmup_templates", "warmup-new")
    async with database.transaction(athlete) as session:
        session.add(WarmupTemplate(id=own, user_id=athlete, name="Mine", exercises=[], content_hash="x"))
    edit(folder, "warmups.yaml", "id: warmup-push-short", "id: warmup-new")
    await load(database, folder)
    async with database.transaction(athlete) as session:
        mine = await session.get_one(WarmupTemplate, own)
        assert (mine.name, mine.user_id) == ("Mine", athlete)


async def test_names_may_change_places(database: Database, folder: Path) -> None:
    names = ["Barbell Bench Press", "Incline Barbell Bench Press", "Decline Barbell Bench Press"]
    slugs = [name.lower().replace(" ", "-") for name in names]
    for slug, old, new in zip(slugs, names, [*names[1:], names[0]], strict=True):
        edit(folder, "exercises.csv", f"\n{slug},{old},", f"\n{slug},{new},")
    text_ = (folder / "exercises.csv").read_text()
    for alias in ("barbell bench presses", "incline barbell bench presses", "decline barbell bench presses"):
        text_ = text_.replace(f"|{alias}", "")
    (folder / "exercises.csv").write_text(text_)
    await load(database, folder)
    found = await rows(database, "exercises")
    assert [found[(exercise_id(slug),)]["name"] for slug in slugs] == [*names[1:], names[0]]


async def test_a_new_exercise_may_have_the_name_of_one_that_left(database: Database, folder: Path) -> None:
    drop_exercise(folder, "wall-walk")
    edit(folder, "exercises.csv", "\nwall-push-up,Wall Push-Up,", "\nwall-push-up,Wall Walk,")
    await load(database, folder)
    found = await rows(database, "exercises")
    left = found[(exercise_id("wall-walk"),)]
    assert found[(exercise_id("wall-push-up"),)]["name"] == "Wall Walk"
    assert left["name"] == f"Wall Walk ({left['id']})"
    # And it gets its name back.
    await load(database)
    found = await rows(database, "exercises")
    assert found[(exercise_id("wall-walk"),)]["name"] == "Wall Walk"


async def test_two_servers_may_load_at_once(database: Database) -> None:
    for kind in reversed(KINDS):
        await run(database, f"delete from {kind.table_name}")
    await run(database, "delete from content_version")
    both = await asyncio.gather(load(database), load(database))
    (loaded,) = [changes for changes in both if changes]
    assert loaded.written["exercises"] == len(packaged_exercises())
    assert len(await rows(database, "exercises")) == len(packaged_exercises())


async def test_a_broken_file_changes_nothing(database: Database, folder: Path) -> None:
    before = await everything(database)
    edit(folder, SQUAT_CUES, "Walk the bar out", "March the bar out")
    edit(folder, SQUAT_GUIDE, "- id: squat-depth\n", "- id: squat-depth\n  colour: red\n")
    with pytest.raises(ContentError) as caught:
        await load(database, folder)
    assert caught.value.faults == (f"{SQUAT_GUIDE}: squat-depth: colour: Extra inputs are not permitted",)
    assert await everything(database) == before


async def test_what_is_in_the_way_in_the_database_is_named_and_nothing_changes(
    database: Database, folder: Path
) -> None:
    await run(
        database,
        "insert into knowledge_base (chunk_id, chunk_type, content) values ('depth', 'program', 'Deep.')",
    )
    before = await everything(database)
    edit(folder, SQUAT_CUES, "Walk the bar out", "March the bar out")
    edit(folder, SQUAT_GUIDE, "- id: squat-depth\n", "- id: depth\n")
    with pytest.raises(ContentError, match=r"in its way: .*uq_knowledge_base_chunk_id"):
        await load(database, folder)
    assert await everything(database) == before


async def test_athletes_read_the_content_and_not_its_version(database: Database) -> None:
    async def sees(session: AsyncSession, model: type[Base]) -> int:
        return await session.scalar(select(func.count()).select_from(model)) or 0

    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        for model in (Exercise, ExerciseCue, KnowledgeChunk, WarmupTemplate, CrossfitWod):
            assert await sees(session, model) > 0
    with pytest.raises(Exception, match="permission denied for table content_version"):
        async with database.transaction(athlete) as session:
            await sees(session, ContentVersion)

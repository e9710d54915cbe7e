"""Only what changed in the files is written to the database, all of it or nothing."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from core.settings import Settings
from db.catalogue.entries import content_id
from db.catalogue.exercises import exercise_id, packaged_exercises
from db.catalogue.faults import ContentError
from db.catalogue.files import content_version
from db.catalogue.loader import Changes, load_catalogue
from db.catalogue.writing import KINDS
from db.models import Base, ContentVersion, CrossfitWod, Exercise, ExerciseCue, KnowledgeChunk, WarmupTemplate
from db.session import Database, open_database
from tests.db.content import drop_entry, drop_lines, edit, small_content
from tests.db.fixtures import new_athlete, run_on_server

GUIDE = "knowledge/exercise_guide/push.yaml"
CUES = "cues/push.yaml"
TABLES = [kind.table_name for kind in KINDS]

Rows = dict[str, dict[Any, dict[str, Any]]]


@pytest.fixture
async def folder(database: Database, database_url: str, tmp_path: Path) -> Path:
    """A folder with a little content, which is in the database instead of what comes with VoiceFit."""
    await run_on_server(database_url, f"truncate {', '.join(TABLES)}, content_version cascade")
    small_content(tmp_path)
    await load(database, tmp_path)
    return tmp_path


async def load(database: Database, folder: Path) -> Changes:
    async with database.transaction(None) as session:
        return await load_catalogue(session, folder)


async def run(database: Database, statement: str, **values: object) -> None:
    async with database.transaction(None) as session:
        await session.execute(text(statement), values)


async def everything(database: Database) -> Rows:
    """Every row of the content's tables, by table and key."""
    found: Rows = {}
    async with database.transaction(None) as session:
        for name in (*TABLES, "content_version"):
            table = Base.metadata.tables[name]
            rows = (await session.execute(select(table))).mappings().all()
            found[name] = {tuple(row[key.name] for key in table.primary_key): dict(row) for row in rows}
    return found


async def names(database: Database) -> dict[str, str]:
    async with database.transaction(None) as session:
        return {row.slug: row.name for row in await session.scalars(select(Exercise))}


async def test_an_empty_database_gets_everything(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await run_on_server(database_url, f"truncate {', '.join(TABLES)}, content_version cascade")
    changes = await load(database, small_content(tmp_path))
    assert changes.removed == {}
    assert changes.written == {
        "exercises": 4,
        "exercise_muscles": 9,
        "exercise_cues": 9,
        "exercise_substitutions": 3,
        "exercise_body_part_stress": 2,
        "crossfit_wods": 2,
        "badge_definitions": 2,
        "knowledge_base": 2,
        "warmup_templates": 2,
        "cooldown_templates": 2,
    }


async def test_loading_again_is_one_query(database: Database, folder: Path) -> None:
    before = await everything(database)
    statements: list[str] = []
    async with database.transaction(None) as session:
        connection = (await session.connection()).sync_connection
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        assert not await load_catalogue(session, folder)
    assert len(statements) == 1
    assert statements[0].lower().startswith("select")
    assert await everything(database) == before


@pytest.mark.parametrize(
    ("name", "old", "new", "table"),
    [
        ("exercises.csv", "Dip,dips", "Dip,dips|parallel bar dips", "exercises"),
        ("exercises.csv", "abs,obliques", "abs,obliques|chest", "exercises"),
        ("stress.csv", "wrist,medium", "wrist,low", "exercise_body_part_stress"),
        ("substitutions.csv", "0.7", "0.75", "exercise_substitutions"),
        ("wods.csv", "for_time,3", "for_time,5", "crossfit_wods"),
        ("badges.yaml", "Finished your first workout.", "Finished a workout.", "badge_definitions"),
        ("warmups.yaml", "Push warmup", "Pushing warmup", "warmup_templates"),
        ("cooldowns.yaml", "duration_minutes: 2", "duration_minutes: 3", "cooldown_templates"),
        (CUES, "a straight line", "one straight line", "exercise_cues"),
        (GUIDE, "How heavy a push-up is", "The load of a push-up", "knowledge_base"),
    ],
)
async def test_a_change_writes_its_row_and_no_other(
    database: Database, folder: Path, name: str, old: str, new: str, table: str
) -> None:
    is_indexed = "upstash_indexed" in Base.metadata.tables[table].c
    if is_indexed:
        await run(database, f"update {table} set upstash_indexed = true")
    before = await everything(database)
    edit(folder, name, old, new)
    changes = await load(database, folder)
    muscle = {"exercise_muscles": 1} if new.endswith("|chest") else {}
    assert (changes.written, changes.removed) == ({table: 1, **muscle}, {})
    after = await everything(database)
    written = [
        (found, key) for found in after for key in after[found] if after[found][key] != before[found].get(key)
    ]
    assert [found for found, _ in written] == [table, *muscle, "content_version"]
    key = written[0][1]
    if is_indexed:
        assert not after[table][key]["upstash_indexed"]
    if "updated_at" in after[table][key]:
        assert after[table][key]["updated_at"] > before[table][key]["updated_at"]
    assert not await load(database, folder)


async def test_a_new_name_sounds_anew(database: Database, folder: Path) -> None:
    edit(folder, "exercises.csv", "dip,Dip", "dip,Parallel Bar Dip")
    await load(database, folder)
    async with database.transaction(None) as session:
        row = await session.get_one(Exercise, exercise_id("dip"))
    assert (row.name, row.normalized_name, row.phonetic_key) == (
        "Parallel Bar Dip",
        "parallelbardip",
        "PRLL BR TP",
    )


async def test_a_cue_that_is_reworded_keeps_its_row(database: Database, folder: Path) -> None:
    edit(folder, CUES, "Make a straight line from head to heels.", "Be as stiff as a board.")
    await load(database, folder)
    async with database.transaction(None) as session:
        cue = await session.get_one(ExerciseCue, content_id("exercise_cues", "push-up/setup/2"))
    assert (cue.cue_text, cue.position) == ("Be as stiff as a board.", 2)


async def test_new_entries_are_added(database: Database, folder: Path) -> None:
    (folder / "cues" / "dips.yaml").write_text(
        "dip:\n"
        "  setup: [Start on straight arms with your shoulders low.]\n"
        "  execution: [Bend your elbows and lean forward a little.]\n"
        "  breathing: [Fill your lungs before you lower yourself.]\n"
        "  common_mistake: [Dropping to the bottom. Take two seconds.]\n"
    )
    assert (await load(database, folder)).written == {"exercise_cues": 4}


async def test_what_left_the_files_is_removed(database: Database, folder: Path) -> None:
    before = await everything(database)
    drop_lines(folder, "stress.csv", "dip,")
    drop_lines(folder, "substitutions.csv", "ring-push-up,")
    drop_entry(folder, GUIDE, "push-up-pop")
    drop_entry(folder, "warmups.yaml", "warmup-short")
    drop_entry(folder, "cooldowns.yaml", "cooldown-short")
    (folder / "cues" / "core.yaml").unlink()
    changes = await load(database, folder)
    assert changes.written == {}
    assert changes.removed == {
        "exercise_cues": 4,
        "exercise_substitutions": 2,
        "exercise_body_part_stress": 1,
        "knowledge_base": 1,
        "warmup_templates": 1,
        "cooldown_templates": 1,
    }
    after = await everything(database)
    assert all(after[table].items() <= before[table].items() for table in TABLES)


async def test_what_athletes_may_have_named_stays(database: Database, folder: Path) -> None:
    before = await everything(database)
    for name in ("exercises.csv", "stress.csv", "substitutions.csv"):
        drop_lines(folder, name, "dip,")
    drop_lines(folder, "wods.csv", "Planky,")
    drop_entry(folder, "badges.yaml", "first_workout")
    changes = await load(database, folder)
    assert (changes.written, changes.removed) == (
        {},
        {"exercise_substitutions": 1, "exercise_body_part_stress": 1},
    )
    after = await everything(database)
    for table in ("exercises", "exercise_muscles", "crossfit_wods", "badge_definitions"):
        assert after[table] == before[table]


async def test_a_muscle_that_an_exercise_no_longer_works_is_removed(database: Database, folder: Path) -> None:
    edit(folder, "exercises.csv", "triceps|abs", "triceps")
    changes = await load(database, folder)
    assert (changes.written, changes.removed) == ({"exercises": 1}, {"exercise_muscles": 1})


async def test_what_left_may_come_back(database: Database, folder: Path) -> None:
    before = await everything(database)
    drop_entry(folder, GUIDE, "push-up-pop")
    await load(database, folder)
    small_content(folder)
    changes = await load(database, folder)
    assert (changes.written, changes.removed) == ({"knowledge_base": 1}, {})
    assert (await everything(database))["knowledge_base"].keys() == before["knowledge_base"].keys()


async def test_athletes_templates_and_rows_made_by_hand_are_left_alone(
    database: Database, folder: Path
) -> None:
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        session.add(WarmupTemplate(user_id=athlete, name="Mine", exercises=[], content_hash="copied"))
    await run(
        database,
        "insert into knowledge_base (chunk_id, chunk_type, content) values ('x', 'program', 'Chalk.')",
    )
    await run(
        database,
        "update exercise_cues set cue_text = 'As our coach says.', content_hash = null where id = :id",
        id=content_id("exercise_cues", "push-up/setup/2"),
    )
    before = await everything(database)
    edit(folder, CUES, "a straight line", "one straight line")
    drop_entry(folder, "warmups.yaml", "warmup-short")
    assert (await load(database, folder)).removed == {"warmup_templates": 1}
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
    edit(folder, "warmups.yaml", "id: warmup-short", "id: warmup-new")
    await load(database, folder)
    async with database.transaction(athlete) as session:
        mine = await session.get_one(WarmupTemplate, own)
        assert (mine.name, mine.user_id) == ("Mine", athlete)


async def test_names_may_change_places(database: Database, folder: Path) -> None:
    for slug, name, other in (
        ("push-up", "Push-Up", "Plank"),
        ("plank", "Plank", "Dip"),
        ("dip", "Dip", "Push-Up"),
    ):
        edit(folder, "exercises.csv", f"\n{slug},{name},", f"\n{slug},{other},")
    for alias in ("push ups|press up", "planks", "dips"):
        edit(folder, "exercises.csv", f",{alias},", ",,")
    await load(database, folder)
    assert await names(database) == {
        "push-up": "Plank",
        "plank": "Dip",
        "dip": "Push-Up",
        "ring-push-up": "Ring Push-Up",
    }


async def test_an_exercise_may_take_the_name_of_one_that_left(database: Database, folder: Path) -> None:
    for name in ("exercises.csv", "stress.csv", "substitutions.csv"):
        drop_lines(folder, name, "dip,")
    edit(folder, "exercises.csv", "ring-push-up,Ring Push-Up", "ring-push-up,Dip")
    await load(database, folder)
    assert (await names(database))["ring-push-up"] == "Dip"
    assert (await names(database))["dip"] == f"Dip ({exercise_id('dip')})"
    # And it gets its name back when it comes back.
    small_content(folder)
    await load(database, folder)
    assert (await names(database))["dip"] == "Dip"


async def test_two_servers_may_load_at_once(database: Database, folder: Path) -> None:
    for table in reversed(TABLES):
        await run(database, f"delete from {table}")
    await run(database, "delete from content_version")
    both = await asyncio.gather(*(load(database, folder) for _ in range(4)))
    (loaded,) = [changes for changes in both if changes]
    assert loaded.written["exercises"] == 4
    assert len((await everything(database))["exercises"]) == 4


async def test_servers_that_start_at_once_all_find_the_content(database: Database, database_url: str) -> None:
    await run_on_server(database_url, f"truncate {', '.join(TABLES)}, content_version cascade")
    settings = Settings(database_url=database_url)
    for opened in await asyncio.gather(*(open_database(settings) for _ in range(3))):
        await opened.aclose()
    found = await everything(database)
    assert len(found["exercises"]) == len(packaged_exercises())
    assert [row["version"] for row in found["content_version"].values()] == [content_version()]


async def test_a_server_does_not_start_with_broken_content(
    database: Database, database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await everything(database)
    edit(folder, CUES, "push-up:", "pushup:")
    monkeypatch.setattr("db.session.load_catalogue", partial(load_catalogue, folder=folder))
    with pytest.raises(ContentError, match=f"{CUES}: pushup: there is no exercise 'pushup'"):
        await open_database(Settings(database_url=database_url))
    assert await everything(database) == before


async def test_a_broken_file_changes_nothing(database: Database, folder: Path) -> None:
    before = await everything(database)
    edit(folder, CUES, "a straight line", "one straight line")
    edit(folder, GUIDE, "- id: push-up-pop\n", "- id: push-up-pop\n  colour: red\n")
    with pytest.raises(ContentError) as caught:
        await load(database, folder)
    assert caught.value.faults == (f"{GUIDE}: push-up-pop: colour: Extra inputs are not permitted",)
    assert await everything(database) == before


async def test_what_is_in_the_way_in_the_database_is_named_and_nothing_changes(
    database: Database, folder: Path
) -> None:
    await run(
        database,
        "insert into knowledge_base (chunk_id, chunk_type, content) values ('pop', 'program', 'Pop.')",
    )
    before = await everything(database)
    edit(folder, CUES, "a straight line", "one straight line")
    edit(folder, GUIDE, "- id: push-up-pop\n", "- id: pop\n")
    with pytest.raises(ContentError, match=r"in its way: .*uq_knowledge_base_chunk_id"):
        await load(database, folder)
    assert await everything(database) == before


async def test_athletes_read_the_content_and_its_version(database: Database, folder: Path) -> None:
    athlete = await new_athlete(database)
    async with database.transaction(athlete) as session:
        for model in (Exercise, ExerciseCue, KnowledgeChunk, WarmupTemplate, CrossfitWod):
            assert await session.scalar(select(func.count()).select_from(model))
        assert await session.scalar(select(ContentVersion.version)) == content_version(folder)

"""An export comes back whole, once, and as nobody else's."""

from __future__ import annotations

import asyncio
import io
import json
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from db.models import (
    Conversation,
    Exercise,
    User,
    UserProfile,
    Workout,
    WorkoutSet,
)
from db.session import Database
from services.transfer.commit import commit
from services.transfer.errors import FileRefused
from services.transfer.links import is_between_two, links_of
from services.transfer.ownership import exported_tables
from services.transfer.resolving import Choices
from services.transfer.restoring import contents
from tests.db.access import athlete_with_rows
from tests.db.fixtures import new_athlete
from tests.services.transfer.exports import (
    BETWEEN_TWO,
    LEFT_OUT,
    SERVERS_WORK,
    as_anothers,
    as_export,
    bring_back,
    exported,
    restorable,
    row_counts,
    tables_of,
)

SETTINGS = {"users", "user_profiles", "user_onboarding"}


@pytest.fixture
async def athlete(database: Database) -> UUID:
    """Somebody with a row in every table."""
    return (await athlete_with_rows(database, await new_athlete(database, timezone="UTC")))[0]


def test_every_table_can_be_brought_back_or_is_known_not_to() -> None:
    assert {table.name for table in exported_tables() if is_between_two(table)} == BETWEEN_TWO
    for table in exported_tables():
        assert "id" in table.c or "user_id" in table.primary_key, table.name
        late = {link.column for link in links_of(table).rows if link.late}
        assert all(table.c[column].nullable for column in late), table.name


async def test_everything_is_restored_into_an_empty_account(
    database: Database, athlete: UUID, other: UUID
) -> None:
    async with database.transaction(None) as session:
        named = {
            "preferred_unit": "kg",
            "timezone": "Europe/Vienna",
            "goals": ["strength"],
            "birth_year": 1990,
        }
        await session.execute(update(UserProfile).where(UserProfile.user_id == athlete).values(named))
        await session.execute(update(User).where(User.id == athlete).values(name="Ann"))
    before = await tables_of(database, athlete)
    restored = await bring_back(database, other, await exported(database, athlete))
    after = await tables_of(database, other)
    assert restorable(after) == as_anothers(before, athlete, other, without=LEFT_OUT)
    left = {name for name, rows in before.items() if rows} - set(restored.written)
    assert left == (BETWEEN_TWO - {"coach_notes"}) | SERVERS_WORK
    assert (restored.already_here, restored.left_out) == (0, 4)
    assert after["users"][0]["name"] == "Ann"
    # Their own account's: nobody gets another address or role by an import.
    assert after["users"][0]["email"] != before["users"][0]["email"]
    assert await tables_of(database, athlete) == before


async def test_a_second_time_writes_nothing(database: Database, athlete: UUID, other: UUID) -> None:
    export = await exported(database, athlete)
    await bring_back(database, other, export)
    before = await row_counts(database)
    again = await bring_back(database, other, export)
    assert (again.written, again.left_out) == ({}, 4)
    assert await row_counts(database) == before


async def test_brought_to_the_account_it_is_of_nothing_is_written(database: Database, athlete: UUID) -> None:
    before = await tables_of(database, athlete)
    again = await bring_back(database, athlete, await exported(database, athlete))
    assert again.written == {}
    assert await tables_of(database, athlete) == before


async def test_what_was_deleted_since_comes_back_to_its_place(database: Database, athlete: UUID) -> None:
    export = await exported(database, athlete)
    async with database.transaction(athlete) as session:
        await session.execute(text("delete from workout_sets"))
    restored = await bring_back(database, athlete, export)
    assert restored.written == {"workout_sets": 1}
    async with database.transaction(athlete) as session:
        row = (await session.scalars(select(WorkoutSet))).one()
        assert row.workout_id == (await session.scalars(select(Workout.id))).one()


async def test_two_at_once_write_once(database: Database, athlete: UUID, other: UUID) -> None:
    export = await exported(database, athlete)
    await asyncio.gather(*(bring_back(database, other, export) for _ in range(3)))
    assert {len(rows) for name, rows in (await tables_of(database, other)).items() if rows} == {1}


async def test_settings_of_an_account_in_use_stay(database: Database, athlete: UUID, other: UUID) -> None:
    async with database.transaction(None) as session:
        await session.execute(
            update(UserProfile).where(UserProfile.user_id == athlete).values(timezone="Asia/Tokyo")
        )
        session.add(Conversation(user_id=other))
    await bring_back(database, other, await exported(database, athlete))
    profile = (await tables_of(database, other))["user_profiles"][0]
    assert profile["timezone"] == "UTC"


async def test_rows_of_others_are_never_taken_over(database: Database, athlete: UUID, other: UUID) -> None:
    mine = await tables_of(database, athlete)
    forged = await tables_of(database, other)
    forged["workouts"] = [row | {"name": "mine now", "import_id": None} for row in mine["workouts"]]
    await bring_back(database, other, as_export(forged))
    assert await tables_of(database, athlete) == mine
    (workout,) = (await tables_of(database, other))["workouts"]
    assert workout["id"] != mine["workouts"][0]["id"]
    assert (workout["user_id"], workout["name"]) == (str(other), "mine now")


async def test_rows_cannot_be_put_into_anothers(database: Database, athlete: UUID, other: UUID) -> None:
    mine = await tables_of(database, athlete)
    forged = {"workout_sets": mine["workout_sets"]}
    with pytest.raises(FileRefused, match="does not fit together"):
        await bring_back(database, other, as_export(forged))
    assert await tables_of(database, athlete) == mine


async def test_an_open_workout_is_closed_where_another_is_open(
    database: Database, athlete: UUID, other: UUID
) -> None:
    async with database.transaction(None) as session:
        session.add(Workout(user_id=other, name="today"))
        await session.execute(text(f"update runs set status = 'active' where user_id = '{athlete}'"))
    await bring_back(database, other, await exported(database, athlete))
    tables = await tables_of(database, other)
    assert {(row["name"], row["status"]) for row in tables["workouts"]} == {
        ("today", "active"),
        (None, "completed"),
    }
    assert [row["status"] for row in tables["runs"]] == ["active"]
    (one,) = tables["workout_sets"]
    assert one["workout_id"] == next(row["id"] for row in tables["workouts"] if row["name"] is None)


async def test_what_came_from_another_app_is_found_by_what_it_is(database: Database, other: UUID) -> None:
    hevy = (
        b"title,start_time,exercise_title,set_index,set_type,weight_kg,reps\n"
        b'"A","15 Sep 2025, 07:48","Squat (Barbell)",0,normal,100,5\n'
    )
    athlete = await new_athlete(database, timezone="UTC")
    await commit(database, athlete, io.BytesIO(hevy), Choices())
    async with database.transaction(athlete) as session:
        workout = (await session.scalars(select(Workout))).one()
        exercise_id = await session.scalar(select(Exercise.id).where(Exercise.slug == "dip"))
        session.add(
            WorkoutSet(user_id=athlete, workout_id=workout.id, exercise_id=exercise_id, set_number=1, reps=9)
        )
    await commit(database, other, io.BytesIO(hevy), Choices())
    restored = await bring_back(database, other, await exported(database, athlete))
    assert restored.written == {"workout_sets": 1, "imports": 1}
    tables = await tables_of(database, other)
    assert [(row["reps"], row["workout_id"]) for row in tables["workout_sets"]] == [
        (5, tables["workouts"][0]["id"]),
        (9, tables["workouts"][0]["id"]),
    ]
    assert (await commit(database, other, io.BytesIO(hevy), Choices())).sets == 0


async def test_talk_about_a_workout_is_still_about_it(database: Database, athlete: UUID, other: UUID) -> None:
    async with database.transaction(athlete) as session:
        workout = (await session.scalars(select(Workout.id))).one()
        await session.execute(update(Conversation).values(context_type="workout", context_id=workout))
    await bring_back(database, other, await exported(database, athlete))
    tables = await tables_of(database, other)
    assert tables["conversations"][0]["context_id"] == tables["workouts"][0]["id"]
    assert tables["voice_commands"][0]["workout_set_id"] == tables["workout_sets"][0]["id"]
    assert tables["pr_history"][0]["previous_pr_id"] == tables["pr_history"][0]["id"]


async def test_nothing_is_taken_back_by_its_old_name(database: Database, athlete: UUID, other: UUID) -> None:
    async with database.transaction(athlete) as session:
        await session.execute(text("""update tool_calls set undo = '{"workouts": {}}'"""))
    await bring_back(database, other, await exported(database, athlete))
    assert [row["undo"] for row in (await tables_of(database, other))["tool_calls"]] == [None]


async def test_an_export_that_was_laid_out_anew_is_taken(
    database: Database, athlete: UUID, other: UUID
) -> None:
    export = json.loads(await exported(database, athlete))
    before = export["tables"]
    export["tables"] = dict(reversed(before.items()))
    await bring_back(database, other, b"\xef\xbb\xbf" + json.dumps(export, indent=2).encode())
    after = await tables_of(database, other)
    assert restorable(after) == as_anothers(before, athlete, other, without=LEFT_OUT)


async def test_contents_are_counted_without_writing(database: Database, athlete: UUID) -> None:
    found = contents(io.BytesIO(await exported(database, athlete)))
    assert found.tables == {
        name: len(rows) for name, rows in (await tables_of(database, athlete)).items() if rows
    }

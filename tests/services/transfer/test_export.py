"""An export has everything a person has, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, Table, Uuid, func, insert, select, text, update

from db.models import Base, Exercise, User, Workout, WorkoutSet
from db.session import Database
from services.transfer.export import export_csv, export_json
from services.transfer.ownership import SERVERS_OWN, belongs_to, exported_tables, is_personal, personal_tables
from tests.db.access import athlete_with_rows
from tests.db.fixtures import new_athlete
from tests.db.rows import CONTENT
from tests.services.transfer.exports import NOW, exported, tables_of

# The coach's own, and what the coach keeps from the client.
NOBODYS = {"account_attempts"}
"""Keyed hashes that expire: whose they are cannot be read from them."""
NOT_THE_CLIENTS = {"program_templates", "coach_notes"}


@pytest.fixture
async def coach(database: Database) -> UUID:
    return await new_athlete(database, timezone="UTC")


@pytest.fixture
async def athlete(database: Database, coach: UUID) -> UUID:
    return (await athlete_with_rows(database, coach))[0]


def test_no_table_is_left_out() -> None:
    personal = {table.name for table in personal_tables()}
    assert personal == set(Base.metadata.tables) - CONTENT - NOBODYS
    assert {table.name for table in exported_tables()} == personal - SERVERS_OWN


def test_a_new_table_is_included_by_itself() -> None:
    tables = MetaData()
    Base.metadata.tables["users"].to_metadata(tables)
    users = ForeignKey("users.id")
    diary = Table("diary", tables, Column("id", Uuid, primary_key=True), Column("user_id", Uuid, users))
    pages = Table("pages", tables, Column("diary_id", Uuid, ForeignKey("diary.id", ondelete="CASCADE")))
    weather = Table("weather", tables, Column("diary_id", Uuid, ForeignKey("diary.id", ondelete="SET NULL")))
    assert (is_personal(diary), is_personal(pages), is_personal(weather)) == (True, True, False)
    assert "diary.user_id" in str(belongs_to(pages, uuid4()))


async def test_the_export_has_a_row_of_every_table(database: Database, athlete: UUID) -> None:
    tables = await tables_of(database, athlete)
    assert set(tables) == {table.name for table in exported_tables()}
    assert {name for name, rows in tables.items() if not rows} == NOT_THE_CLIENTS
    assert {len(rows) for name, rows in tables.items() if name not in NOT_THE_CLIENTS} == {1}
    for name, rows in tables.items():
        for row in rows:
            assert set(row) == set(Base.metadata.tables[name].c.keys())


async def test_a_coach_has_their_part(database: Database, athlete: UUID, coach: UUID) -> None:
    tables = await tables_of(database, coach)
    assert {name for name, rows in tables.items() if rows} == {
        "users",
        "user_profiles",
        "client_assignments",
        "coach_client_invitations",
        "coach_notes",
        "client_check_ins",
        "program_templates",
    }


async def test_nothing_of_others_is_in_it(database: Database, athlete: UUID, coach: UUID) -> None:
    other = await new_athlete(database, timezone="UTC")
    async with database.transaction(None) as session:
        await session.execute(text("update client_assignments set can_view_workouts = true"))
        await session.execute(text("update client_assignments set can_view_health = true"))
    assert str(athlete).encode() not in await exported(database, other)
    # What clients opened to their coach is the clients' all the same.
    tables = await tables_of(database, coach)
    assert (tables["workouts"], tables["runs"], tables["readiness_scores"]) == ([], [], [])


async def test_an_invitation_by_email_is_theirs_who_have_the_address(database: Database) -> None:
    coach, client = (
        await new_athlete(database, timezone="UTC"),
        await new_athlete(database, "Ana@Example.com"),
    )
    async with database.transaction(None) as session:
        invitations = Base.metadata.tables["coach_client_invitations"]
        await session.execute(insert(invitations).values(coach_id=coach, client_email="ana@EXAMPLE.com"))
        await session.execute(insert(invitations).values(coach_id=coach, client_email="ben@example.com"))
    assert len((await tables_of(database, client))["coach_client_invitations"]) == 1


async def test_two_exports_are_alike_to_the_byte(database: Database, athlete: UUID) -> None:
    assert await exported(database, athlete) == await exported(database, athlete)


async def test_it_says_what_it_is_and_times_are_in_utc(database: Database, athlete: UUID) -> None:
    out = io.BytesIO()
    async with database.transaction(None) as session:
        at = "2026-03-02T20:00:00+05:30"
        await session.execute(text(f"update workouts set started_at = '{at}' where user_id = '{athlete}'"))
    counts = await export_json(database, athlete, out, NOW)
    export = json.loads(out.getvalue())
    assert (export["format"], export["version"], export["exported_at"]) == (
        "voicefit-export",
        1,
        "2026-11-01T09:30:00Z",
    )
    assert export["tables"]["workouts"][0]["started_at"] == "2026-03-02T14:30:00Z"
    assert counts == {name: len(rows) for name, rows in export["tables"].items()}


async def test_sets_come_in_the_order_of_logging(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    await log_sets(database, athlete, 1200)
    sets = (await tables_of(database, athlete))["workout_sets"]
    assert [row["set_number"] for row in sets] == list(range(1, 1201))


async def test_every_table_is_a_csv_in_the_zip(database: Database, athlete: UUID) -> None:
    out = io.BytesIO()
    async with database.transaction(None) as session:
        await session.execute(
            update(WorkoutSet).where(WorkoutSet.user_id == athlete).values(notes='=HYPERLINK("x")\nß')
        )
    counts = await export_csv(database, athlete, out, NOW)
    with zipfile.ZipFile(out) as archive:
        assert set(archive.namelist()) == {f"{table.name}.csv" for table in exported_tables()}
        assert archive.testzip() is None
        tables = {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))
            )
            for name in archive.namelist()
        }
    assert {name: len(rows) for name, rows in tables.items()} == counts
    (one,) = tables["workout_sets"]
    assert (one["exercise_name"], one["reps"], one["weight"]) == ("Barbell Bench Press", "8", "225.0")
    assert one["notes"] == '\'=HYPERLINK("x")\nß'  # a spreadsheet runs what begins with "="
    assert (one["rpe"], one["is_pr"]) == ("", "false")
    assert tables["users"][0]["id"] == str(athlete)
    assert tables["tool_calls"][0]["arguments"] == '{"reps": 8, "weight": 225}'


async def test_an_export_is_of_one_moment(database: Database) -> None:
    athlete = await new_athlete(database, timezone="UTC")
    async with database.transaction(athlete, snapshot=True) as session:
        before = await session.scalar(select(func.count()).select_from(Workout))
        await log_sets(database, athlete, 1)
        assert await session.scalar(select(func.count()).select_from(Workout)) == before == 0


async def test_somebody_who_is_gone_has_nothing(database: Database) -> None:
    tables = await tables_of(database, uuid4())
    assert {name for name, rows in tables.items() if rows} == set()


async def log_sets(database: Database, athlete: UUID, count: int) -> None:
    """Logs sets, numbered from 1."""
    async with database.transaction(athlete) as session:
        exercise_id = await session.scalar(select(Exercise.id).where(Exercise.slug == "dip"))
        workout = Workout(user_id=athlete)
        session.add(workout)
        await session.flush()
        rows = [
            {"user_id": athlete, "workout_id": workout.id, "exercise_id": exercise_id, "set_number": i}
            for i in range(1, count + 1)
        ]
        await session.execute(insert(WorkoutSet.__table__), rows)
    assert await _has_account(database, athlete)


async def _has_account(database: Database, athlete: UUID) -> bool:
    async with database.transaction(athlete) as session:
        return await session.get(User, athlete) is not None

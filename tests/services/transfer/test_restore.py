"""An export comes back whole, once, and as nobody else's."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from db.models import (
    Conversation,
    Exercise,
    Message,
    User,
    UserProfile,
    VoiceCommand,
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
    Tables,
    as_anothers,
    bring_back,
    comparable,
    exported,
    row_counts,
    tables_of,
)

BETWEEN_TWO = {"client_assignments", "coach_client_invitations", "coach_notes", "client_check_ins"}
SERVERS_WORK = {"fine_tuned_models"}
SETTINGS = {"users", "user_profiles", "user_onboarding"}
LEFT_OUT = frozenset(BETWEEN_TWO | SERVERS_WORK | {"users"})


@pytest.fixture
async def athlete(database: Database) -> UUID:
    """Somebody with a row in every table."""
    return (await athlete_with_rows(database, await new_athlete(database)))[0]


@pytest.fixture
async def other(database: Database) -> UUID:
    """Somebody with nothing yet."""
    return await new_athlete(database)


def restorable(tables: Tables) -> Tables:
    return comparable({name: rows for name, rows in tables.items() if name not in LEFT_OUT})


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
    athlete = await new_athlete(database)
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


def as_export(tables: Tables, **head: Any) -> bytes:
    return json.dumps({"format": "voicefit-export", "version": 1} | head | {"tables": tables}).encode()


WORKOUT = {"id": str(uuid4()), "status": "completed", "name": "A"}


def of(table: str, **row: Any) -> bytes:
    return as_export({table: [{"id": str(uuid4())} | row]})


@pytest.mark.parametrize(
    ("export", "reason"),
    [
        (b"{}", "not an export of VoiceFit"),
        (b'{"tables": {}}', "not an export of VoiceFit"),
        (b'{"format": "other", "version": 1, "tables": {}}', "not an export of VoiceFit"),
        (as_export({}, version=2), "of version 2; known here is version 1"),
        (as_export({"diary": []}), "a table 'diary', which is not known"),
        (as_export({"account_passwords": []}), "a table 'account_passwords'"),
        (as_export({"exercises": []}), "a table 'exercises'"),
        (as_export({"workouts": {}}), "workouts is no list of rows"),  # type: ignore[dict-item]
        (as_export({"workouts": [1]}), "something that is no row"),  # type: ignore[list-item]
        (as_export({"workouts": [WORKOUT]})[:-20], "damaged or cut off"),
        (as_export({"workouts": [WORKOUT]}).replace(b"A", b"\xff"), "damaged or cut off"),
        (of("workouts", mood="good"), "row 1 of workouts: it has 'mood', which is not known"),
        (as_export({"workouts": [{"name": "A"}]}), "row 1 of workouts: it has no id"),
        (of("workouts", id="7"), "row 1 of workouts: id cannot be '7'"),
        (of("workouts", name=7), "name cannot be '7'"),
        (of("workouts", name="A\0"), "name cannot be"),
        (of("workouts", duration="long"), "duration cannot be 'long'"),
        (of("workouts", duration=True), "duration cannot be 'True'"),
        (of("workouts", duration=10**12), "does not fit together"),
        (of("workouts", duration=-1), "breaks ck_workouts_duration"),
        (of("workouts", status="done"), "breaks ck_workouts_status"),
        (of("workouts", started_at="yesterday"), "started_at cannot be 'yesterday'"),
        (of("workouts", started_at="2024-01-01T10:00:00"), "started_at cannot be"),
        (of("health_snapshots", date="2024-02-30", snapshot_data={}), "date cannot be '2024-02-30'"),
        (of("conversations", is_active="yes"), "is_active cannot be 'yes'"),
        (of("tool_calls", tool="a", arguments={}), "does not fit together"),
        (of("workouts", current_exercise_id=str(uuid4())), "current_exercise_id .* not among the exercises"),
        (as_export({"user_profiles": [{"goals": "strength"}]}), "goals cannot be 'strength'"),
        (as_export({"user_profiles": [{"goals": [1]}]}), "goals cannot be '.1.'"),
        (of("tool_calls", idempotency_key="k", tool="a", arguments={"a": "\0"}), "does not fit together"),
    ],
)
async def test_a_broken_export_is_refused_and_nothing_half_written(
    database: Database, other: UUID, export: bytes, reason: str
) -> None:
    # One good row comes ahead, which must not stay.
    good = b'"tables": {"imports": [{"id": "%b", "app": "strong", "workouts": 0, "sets": 0}]'
    good %= str(uuid4()).encode()
    separator = b"" if b'"tables": {}' in export else b", "
    export = export.replace(b'"tables": {', good + separator, 1)
    before = await row_counts(database)
    with pytest.raises(FileRefused, match=reason):
        await bring_back(database, other, export)
    assert await row_counts(database) == before


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


TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(codec="ascii", min_codepoint=32), max_size=5), inner, max_size=3
        )
    ),
    max_leaves=6,
)
SETS = st.fixed_dictionaries(
    {
        "set_number": st.integers(1, 9),
        "reps": st.none() | st.integers(0, 1000),
        "weight": st.none() | st.floats(0, 1e6),
        "weight_unit": st.sampled_from(["lbs", "kg"]),
        "rpe": st.none() | st.floats(1, 10, width=32),
        "duration_seconds": st.none() | st.floats(0, 1e9),
        "notes": TEXTS,
        "is_pr": st.booleans(),
        "completed_at": MOMENTS,
    }
)
WORKOUTS = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "name": TEXTS,
                "status": st.sampled_from(["completed", "cancelled"]),
                "started_at": MOMENTS,
                "duration": st.none() | st.integers(0, 2**31 - 1),
            }
        ),
        st.lists(SETS, max_size=4),
    ),
    max_size=4,
)
TALK = st.lists(
    st.tuples(
        TEXTS,
        st.lists(
            st.tuples(
                TEXTS,
                st.none()
                | st.dictionaries(
                    st.text(st.characters(codec="ascii", min_codepoint=32), max_size=5), JSON, max_size=2
                ),
            ),
            max_size=3,
        ),
    ),
    max_size=3,
)


async def live(database: Database, athlete: UUID, workouts: Any, talk: Any) -> None:
    """Fills an account."""
    async with database.transaction(athlete) as session:
        exercises = list(await session.scalars(select(Exercise.id).order_by(Exercise.slug).limit(3)))
        for i, (workout, sets) in enumerate(workouts):
            row = Workout(user_id=athlete, current_exercise_id=exercises[i % 3], **workout)
            session.add(row)
            await session.flush()
            for one in sets:
                session.add(
                    WorkoutSet(user_id=athlete, workout_id=row.id, exercise_id=exercises[i % 3], **one)
                )
                await session.flush()
        for title, messages in talk:
            thread = Conversation(user_id=athlete, title=title)
            session.add(thread)
            await session.flush()
            for said, metadata in messages:
                session.add(
                    Message(
                        user_id=athlete,
                        conversation_id=thread.id,
                        role="user",
                        content=said or "",
                        metadata_=metadata,
                    )
                )
                session.add(
                    VoiceCommand(
                        user_id=athlete,
                        conversation_id=thread.id,
                        raw_transcript=said or "",
                        parsed_output=metadata,
                    )
                )
                await session.flush()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workouts=WORKOUTS, talk=TALK)
async def test_what_goes_out_comes_in_the_same(database: Database, workouts: Any, talk: Any) -> None:
    athlete, other = await new_athlete(database), await new_athlete(database)
    await live(database, athlete, workouts, talk)
    export, before = await exported(database, athlete), await tables_of(database, athlete)
    await bring_back(database, other, export)
    after = await tables_of(database, other)
    assert restorable(after) == as_anothers(before, athlete, other, without=LEFT_OUT)
    # And what came in goes out to a third the same.
    third = await new_athlete(database)
    await bring_back(database, third, await exported(database, other))
    assert restorable(await tables_of(database, third)) == as_anothers(after, other, third, without=LEFT_OUT)
    assert (await bring_back(database, other, export)).written == {}

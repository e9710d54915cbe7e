"""A coach gets at what an active assignment opens, and a client's say is the client's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from db.models import (
    ClientAssignment,
    ClientCheckIn,
    CoachClientInvitation,
    CoachNote,
    GeneratedProgram,
    ProgramDay,
    ProgramTemplate,
    User,
    Workout,
)
from db.session import Database
from tests.db.access import Access, Rows, access, athlete_with_rows, complaint, refused
from tests.db.fixtures import new_athlete
from tests.db.rows import TODAY

READ = {"read"}
WRITE = {"read", "insert", "update", "delete"}

# What is the coach's own, whatever became of the assignment.
ALWAYS: Access = {
    "client_assignments": READ,
    "coach_client_invitations": WRITE,
    "coach_notes": {"read", "delete"},
    "program_templates": WRITE,
}
ACTIVE: Access = ALWAYS | {"coach_notes": WRITE, "client_check_ins": READ}
PROGRAMS = ("generated_programs", "program_weeks", "program_days", "program_exercises")
WORKOUTS = (
    "workouts",
    "workout_sets",
    "pr_history",
    "personal_records",
    "user_streaks",
    "user_badges",
    "daily_summaries",
    "program_adherence",
    "volume_adjustment_plans",
    "running_shoes",
    "runs",
    "run_points",
    "run_splits",
    "run_intervals",
    "running_prs",
    "wod_logs",
    "wod_benchmarks",
    *PROGRAMS,
)
HEALTH = (
    "readiness_scores",
    "health_metrics",
    "sleep_sessions",
    "activity_sessions",
    "health_snapshots",
    "injury_logs",
)
OPENED: dict[str, Access] = {
    "can_view_workouts": dict.fromkeys(WORKOUTS, READ),
    "can_view_nutrition": {"nutrition_logs": READ},
    "can_view_health": dict.fromkeys(HEALTH, READ),
    "can_edit_programs": dict.fromkeys(PROGRAMS, WRITE),
    "can_message": {"client_check_ins": {"read", "update"}},
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A coach, a client with a row in every table, and an active assignment that permits nothing."""

    database: Database
    coach: UUID
    client: UUID
    rows: Rows

    async def let(self, **values: Any) -> None:
        """Sets columns of the assignment, as the server's own work."""
        async with self.database.transaction(None) as session:
            await session.execute(update(ClientAssignment).values(**values))

    async def access(self) -> Access:
        """What the coach can do with the client's rows."""
        async with self.database.transaction(self.coach) as session:
            return await access(session, self.rows)


@pytest.fixture
async def pair(database: Database) -> Pair:
    coach = await new_athlete(database)
    client, rows = await athlete_with_rows(database, coach)
    return Pair(database, coach, client, rows)


async def test_without_a_permission_a_coach_has_notes_and_check_ins(pair: Pair) -> None:
    assert await pair.access() == ACTIVE


@pytest.mark.parametrize("permission", sorted(OPENED))
async def test_a_permission_opens_its_tables_and_no_others(pair: Pair, permission: str) -> None:
    await pair.let(**{permission: True})
    assert await pair.access() == ACTIVE | OPENED[permission]


@pytest.mark.parametrize("status", ["paused", "ended"])
async def test_an_assignment_that_is_not_active_opens_nothing(pair: Pair, status: str) -> None:
    await pair.let(status=status, **dict.fromkeys(OPENED, True))
    kept_ended: Access = {"client_assignments": {"read", "update"}} if status == "ended" else {}
    assert await pair.access() == ALWAYS | kept_ended


async def test_with_all_permissions_talk_stays_private(pair: Pair) -> None:
    await pair.let(**dict.fromkeys(OPENED, True))
    opened = set(await pair.access())
    assert {"workouts", "injury_logs", "nutrition_logs"} < opened
    assert not opened & {
        "users",
        "user_profiles",
        "conversations",
        "messages",
        "voice_commands",
        "tool_calls",
    }


async def test_one_clients_permission_opens_no_other_client(pair: Pair) -> None:
    _, others = await athlete_with_rows(pair.database, pair.coach)
    async with pair.database.transaction(None) as session:
        mine = ClientAssignment.client_id == pair.client
        await session.execute(update(ClientAssignment).where(mine).values(can_view_workouts=True))
    async with pair.database.transaction(pair.coach) as session:
        assert await access(session, others) == ACTIVE
        assert set(await session.scalars(select(Workout.user_id))) == {pair.client}


async def test_a_client_gets_at_nothing_of_the_coach(pair: Pair) -> None:
    await pair.let(**dict.fromkeys(OPENED, True))
    coachs_coach = await new_athlete(pair.database)
    async with pair.database.transaction(None) as session:
        session.add(Workout(user_id=pair.coach))
        session.add(ClientAssignment(coach_id=coachs_coach, client_id=pair.coach))
    async with pair.database.transaction(pair.client) as session:
        assert set(await session.scalars(select(Workout.user_id))) == {pair.client}
        assert set(await session.scalars(select(User.id))) == {pair.client}
    async with pair.database.transaction(coachs_coach) as session:
        assert set(await session.scalars(select(Workout.user_id))) == {pair.coach}


async def test_nobody_makes_themselves_a_coach(pair: Pair) -> None:
    other = await new_athlete(pair.database)
    for person in (other, pair.client):
        async with pair.database.transaction(person) as session:
            new = insert(ClientAssignment).values(coach_id=other, client_id=pair.client)
            assert await complaint(session, new) == "refused"
            assert await complaint(session, delete(ClientAssignment)) == "refused"


async def test_a_coach_may_end_an_assignment_and_nothing_more(pair: Pair) -> None:
    async with pair.database.transaction(pair.coach) as session:
        for values in (
            {"can_view_health": True},
            {"can_view_health": True, "status": "ended"},
            {"notes": "still active"},
            {"status": "paused"},
        ):
            assert await complaint(session, update(ClientAssignment).values(values)) == "refused", values
        await session.execute(update(ClientAssignment).values(status="ended"))
    async with pair.database.transaction(pair.coach) as session:
        again = update(ClientAssignment).values(status="active")
        assert await complaint(session, again) == "refused"


async def test_a_client_decides_what_is_opened(pair: Pair) -> None:
    async with pair.database.transaction(pair.client) as session:
        await session.execute(update(ClientAssignment).values(can_view_nutrition=True))
    assert await pair.access() == ACTIVE | OPENED["can_view_nutrition"]
    async with pair.database.transaction(pair.client) as session:
        await session.execute(update(ClientAssignment).values(status="paused"))
    assert await pair.access() == ALWAYS


async def test_a_note_is_shown_to_the_client_only_when_it_is_not_private(pair: Pair) -> None:
    async with pair.database.transaction(pair.client) as session:
        assert (await session.scalars(select(CoachNote.id))).all() == []
    await pair.let(can_message=True)
    async with pair.database.transaction(pair.coach) as session:
        await session.execute(update(CoachNote).values(is_private=False))
    async with pair.database.transaction(pair.client) as session:
        assert await session.scalar(select(CoachNote.content)) == "Squats high."
        changed = await session.execute(update(CoachNote).values(content="!").returning(CoachNote.id))
        assert changed.all() == []


async def test_a_note_is_shown_only_with_the_permission_to_message(pair: Pair) -> None:
    async with pair.database.transaction(pair.coach) as session:
        assert await complaint(session, update(CoachNote).values(is_private=False)) == "refused"


async def test_notes_are_on_clients(pair: Pair) -> None:
    stranger = await new_athlete(pair.database)
    async with pair.database.transaction(pair.coach) as session:
        new = insert(CoachNote).values(coach_id=pair.coach, client_id=stranger, content="?")
        assert await complaint(session, new) == "refused"


async def test_each_says_their_part_of_a_check_in(pair: Pair) -> None:
    await pair.let(can_message=True)
    async with pair.database.transaction(pair.coach) as session:
        for values in ({"weight_kg": 70}, {"coach_feedback": "Eat.", "notes": "none"}):
            assert await complaint(session, update(ClientCheckIn).values(values)) == "refused", values
        await session.execute(update(ClientCheckIn).values(coach_feedback="Eat."))
    async with pair.database.transaction(pair.client) as session:
        assert await complaint(session, update(ClientCheckIn).values(coach_feedback="Great!")) == "refused"
        assert await complaint(session, update(ClientCheckIn).values(coach_id=pair.client)) == "refused"
        await session.execute(update(ClientCheckIn).values(weight_kg=79.5))
        assert await session.scalar(select(ClientCheckIn.coach_feedback)) == "Eat."


async def test_a_check_in_goes_to_ones_own_coach_and_without_feedback(pair: Pair) -> None:
    stranger = await new_athlete(pair.database)
    async with pair.database.transaction(pair.client) as session:
        await session.execute(delete(ClientCheckIn))
        mine = {"client_id": pair.client, "check_in_date": TODAY}
        for coach, feedback in ((stranger, None), (pair.coach, "Great!")):
            new = insert(ClientCheckIn).values(**mine, coach_id=coach, coach_feedback=feedback)
            assert await complaint(session, new) == "refused"
        session.add(ClientCheckIn(**mine, coach_id=pair.coach, energy_level=7))


async def test_an_invitation_is_seen_by_the_invited_and_answered_through_the_server(pair: Pair) -> None:
    invited = await new_athlete(pair.database, "New@Example.com")
    async with pair.database.transaction(pair.coach) as session:
        session.add(CoachClientInvitation(coach_id=pair.coach, client_email="new@example.COM"))
        accepted = update(CoachClientInvitation).values(status="accepted")
        assert await complaint(session, accepted) == "refused"
    async with pair.database.transaction(invited) as session:
        assert (await session.scalars(select(CoachClientInvitation.coach_id))).all() == [pair.coach]
        answered = await session.execute(accepted.returning(CoachClientInvitation.id))
        assert answered.all() == []
    with refused():
        async with pair.database.transaction(invited) as session:
            session.add(CoachClientInvitation(coach_id=pair.coach, client_id=pair.client))


async def test_public_program_templates_are_everybodys_to_read(pair: Pair) -> None:
    async with pair.database.transaction(pair.client) as session:
        assert (await session.scalars(select(ProgramTemplate.id))).all() == []
    async with pair.database.transaction(pair.coach) as session:
        await session.execute(update(ProgramTemplate).values(is_public=True))
    async with pair.database.transaction(pair.client) as session:
        assert await session.scalar(select(ProgramTemplate.name)) == "Base"


async def test_a_coach_writes_a_whole_program_for_a_client(pair: Pair) -> None:
    await pair.let(can_edit_programs=True)
    async with pair.database.transaction(pair.coach) as session:
        program = GeneratedProgram(
            user_id=pair.client, name="Peak", program_type="strength", duration_weeks=1, days_per_week=1
        )
        session.add(program)
        await session.flush()
        changed = await session.execute(
            update(ProgramDay).values(workout_name="Heavy").returning(ProgramDay.id)
        )
        assert len(changed.all()) == 1
    async with pair.database.transaction(pair.client) as session:
        assert set(await session.scalars(select(GeneratedProgram.name))) == {"Strength", "Peak"}

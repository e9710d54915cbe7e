"""Deleting a person succeeds whatever there is of them, and leaves nothing of them and all of others."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, literal_column, select

from db.models import Base, PrHistory, RunningPr, User
from db.session import Database
from tests.db.access import OWNED, Rows, athlete_with_rows, rows_of
from tests.db.fixtures import new_athlete


async def everything(database: Database) -> dict[str, list[str]]:
    """All rows of all tables that hold something of a person, as text (templates of the system too)."""
    found = {}
    async with database.transaction(None) as session:
        for name in OWNED:
            rows = await session.scalars(
                select(literal_column(f"{name}::text")).select_from(Base.metadata.tables[name])
            )
            found[name] = sorted(rows)
    return found


async def test_deleting_an_athlete_leaves_nothing_of_them(database: Database) -> None:
    coach = await new_athlete(database)
    await athlete_with_rows(database, coach)
    before = await everything(database)
    ann, rows = await athlete_with_rows(database, coach)
    await chain_records(database, rows)
    async with database.transaction(None) as session:
        await session.execute(delete(User).where(User.id == ann))
    after = await everything(database)
    # The template is the coach's.
    assert len(after.pop("program_templates")) == len(before.pop("program_templates")) + 1
    assert after == before


async def test_deleting_a_coach_leaves_the_client(database: Database) -> None:
    coach = await new_athlete(database)
    client, _ = await athlete_with_rows(database, coach)
    async with database.transaction(None) as session:
        await session.execute(delete(User).where(User.id == coach))
    left = await rows_of(database, client, coach)
    between = {"client_assignments", "coach_client_invitations", "coach_notes", "client_check_ins"}
    assert set(OWNED) - set(left) == between | {"program_templates"}


async def test_athletes_can_be_deleted_one_after_the_other_until_nothing_is_left(database: Database) -> None:
    before = await everything(database)
    people = [await new_athlete(database) for _ in range(2)]
    people += [(await athlete_with_rows(database, coach))[0] for coach in people]
    for person in people:
        async with database.transaction(None) as session:
            await session.execute(delete(User).where(User.id == person))
    assert await everything(database) == before
    assert {name for name, rows in before.items() if rows} == {"warmup_templates", "cooldown_templates"}


async def chain_records(database: Database, rows: Rows) -> None:
    """Sets records that name the ones before them, which no deletion may trip over."""
    async with database.transaction(None) as session:
        for table, record in ((PrHistory, rows["pr_history"]), (RunningPr, rows["running_prs"])):
            previous = record["id"]
            for _ in range(3):
                values = {
                    c.key: record[c.key] for c in table.__table__.c if c.key not in {"id", "achieved_at"}
                }
                new = insert(table).values(
                    values | {"previous_pr_id": previous, "achieved_at": func.clock_timestamp()}
                )
                previous = await session.scalar(new.returning(table.id))

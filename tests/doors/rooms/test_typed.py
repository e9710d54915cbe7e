"""Typed turns, calls by name and events, through a room: real client, real worker, real session."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from db.models import WorkoutSet
from db.session import Database
from tests.doors.rooms.device import Device


async def sets(database: Database, athlete: UUID) -> list[tuple[float | None, int | None]]:
    async with database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
        return [(row.weight, row.reps) for row in rows]


async def test_a_typed_set_is_logged_and_told_as_a_card(
    phone: Device, database: Database, athlete: UUID
) -> None:
    await phone.type("bench press 225 for 8", turn_id="turn-1")
    finished = (await phone.until(lambda: phone.named("call.finished") or None))[0]
    assert (finished["tool"], finished["turn_id"], finished["failed"]) == ("log_set", "turn-1", False)
    assert finished["output"]["sets"][0]["weight"] == 225
    reply = (await phone.until(lambda: phone.named("reply") or None))[0]
    assert reply["text"].startswith("225 for 8")
    assert [event["type"] for event in phone.told.events][:4] == [
        "hello",
        "turn",
        "call.started",
        "call.finished",
    ]
    assert await sets(database, athlete) == [(225, 8)]

    await phone.type("bench press 225 for 8", turn_id="turn-1")  # sent again, as after a lost connection
    undone = await phone.call("undo", turn_id="turn-2")
    assert [call["tool"] for call in undone["calls"]] == ["undo_last"]
    assert undone["reply"] == "Removed 225 for 8."
    assert await sets(database, athlete) == []

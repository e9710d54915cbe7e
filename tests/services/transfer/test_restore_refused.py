"""Exports that are broken: refused with the reason, and nothing half written."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from db.session import Database
from services.transfer.errors import FileRefused
from tests.services.transfer.exports import (
    as_export,
    bring_back,
    row_counts,
)

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

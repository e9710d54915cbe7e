"""Voice commands and conversations over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from db.models import Conversation, Message, VoiceCommand
from tests.api.conftest import Athlete

START = datetime(2025, 3, 1, tzinfo=UTC)


async def add(athlete: Athlete, *rows: Any) -> None:
    async with athlete.database.transaction(athlete.id) as db:
        for row in rows:
            row.user_id = athlete.id
            db.add(row)
            await db.flush()


async def command(athlete: Athlete, **fields: Any) -> str:
    row = VoiceCommand(raw_transcript="bench 225 for 8", **fields)
    await add(athlete, row)
    return f"/api/voice-commands/{row.id}"


async def conversation(athlete: Athlete, **fields: Any) -> tuple[UUID, str]:
    row = Conversation(**fields)
    await add(athlete, row)
    return row.id, f"/api/conversations/{row.id}"


async def test_a_turn_is_told_as_it_was_recorded(ana: Athlete) -> None:
    heard, _ = await conversation(ana)
    path = await command(
        ana,
        conversation_id=heard,
        parsed_output={"calls": [{"tool": "log_set"}]},
        confidence=0.9,
        route="local",
        reason="log_set",
        timings={"state": 1.5},
        search_results=[{"slug": "barbell-bench-press"}],
        latency_ms=12,
    )
    shown = (await ana.get(path)).json()
    assert shown["raw_transcript"] == "bench 225 for 8"
    assert shown["parsed_output"] == {"calls": [{"tool": "log_set"}]}
    assert shown["conversation_id"] == str(heard)
    assert (shown["route"], shown["latency_ms"], shown["timings"]) == ("local", 12, {"state": 1.5})
    assert shown["confidence"] == pytest.approx(0.9)
    assert (await ana.get("/api/voice-commands")).json() == {"items": [shown], "next_cursor": None}


async def test_turns_are_filtered(ana: Athlete) -> None:
    heard, _ = await conversation(ana)
    wanted = {
        "conversation_id": str(heard),
        "route": "local",
        "confidence_below": "0.5",
        "was_corrected": "false",
        "created_from": START.isoformat(),
        "created_before": (START + timedelta(hours=1)).isoformat(),
    }
    right = {"conversation_id": heard, "route": "local", "confidence": 0.4, "created_at": START}
    path = await command(ana, **right)
    for wrong in (
        {"conversation_id": None},
        {"route": "handover"},
        {"confidence": 0.6},
        {"was_corrected": True},
        {"created_at": START - timedelta(seconds=1)},
        {"created_at": START + timedelta(hours=1)},
    ):
        await command(ana, **right | wrong)
    found = (await ana.get("/api/voice-commands", params=wanted)).json()["items"]
    assert [f"/api/voice-commands/{one['id']}" for one in found] == [path]
    assert (await ana.get("/api/voice-commands", params={"workout_id": str(uuid4())})).json()["items"] == []


async def test_a_correction_is_noted_once_and_changes_no_set(ana: Athlete) -> None:
    workout = await ana.workout()
    await ana.log(workout)
    path = await command(ana)
    body = {"corrected_output": {"reps": 10}, "correction_type": "reps"}
    first = await ana.post(f"{path}/correction", body, key="correct")
    assert first.status_code == 200
    shown = first.json()
    assert (shown["was_corrected"], shown["corrected_output"], shown["correction_type"]) == (
        *(True, {"reps": 10}, "reps"),
    )
    assert (await ana.get(path)).json() == shown
    assert (await ana.post(f"{path}/correction", body, key="correct")).content == first.content
    assert (await ana.sets(workout))[0]["reps"] == 8


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"corrected_output": {"reps": 10}}, "/correction_type"),
        ({"corrected_output": {"reps": 10}, "correction_type": "sets"}, "/correction_type"),
        ({"corrected_output": [10], "correction_type": "full"}, "/corrected_output"),
        ({"corrected_output": {"a": "x" * 20_000}, "correction_type": "full"}, "/corrected_output"),
        ({"corrected_output": {"a": ["b\0"]}, "correction_type": "full"}, "/corrected_output/a/0"),
        ({"corrected_output": {"a\0": 1}, "correction_type": "full"}, "/corrected_output"),
        ({"corrected_output": {"a": 10**30}, "correction_type": "full"}, "/corrected_output/a"),
    ],
)
async def test_a_correction_that_cannot_be_kept_is_refused(
    ana: Athlete, body: dict[str, Any], pointer: str
) -> None:
    path = await command(ana)
    refused = await ana.post(f"{path}/correction", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert (await ana.get(path)).json()["was_corrected"] is False


async def test_a_conversation_gets_a_title_and_is_put_away(ana: Athlete) -> None:
    _, path = await conversation(ana, context_type="workout")
    _, other = await conversation(ana, context_type="injury")
    first = await ana.get(path)
    changed = await ana.patch(path, {"title": "Leg day", "is_active": False}, first.headers["etag"])
    assert (changed.json()["title"], changed.json()["is_active"]) == ("Leg day", False)
    assert (await ana.patch(path, {"title": None}, first.headers["etag"])).status_code == 412
    for query, expected in (("is_active=false", path), ("context_type=injury", other)):
        (one,) = (await ana.get(f"/api/conversations?{query}")).json()["items"]
        assert one["id"] in expected
    assert (await ana.patch(path, {"is_active": None})).status_code == 422


async def test_a_deleted_conversation_takes_its_messages_along(ana: Athlete) -> None:
    key, path = await conversation(ana)
    await add(ana, Message(conversation_id=key, role="user", content="hello"))
    turn = await command(ana, conversation_id=key)
    assert len((await ana.get(f"{path}/messages")).json()["items"]) == 1
    assert (await ana.delete(path)).status_code == 204
    assert (await ana.get(path)).status_code == 404
    assert (await ana.get(f"{path}/messages")).status_code == 404
    assert (await ana.get(turn)).json()["conversation_id"] is None
    async with ana.database.transaction(ana.id) as db:
        assert await db.scalar(select(func.count()).select_from(Message)) == 0


async def test_what_others_said_is_not_there(ana: Athlete, ben: Athlete) -> None:
    turn = await command(ana)
    _, path = await conversation(ana)
    body = {"corrected_output": {}, "correction_type": "full"}
    assert (await ben.get(turn)).status_code == 404
    assert (await ben.post(f"{turn}/correction", body)).status_code == 404
    assert (await ben.get(path)).status_code == 404
    assert (await ben.get(f"{path}/messages")).status_code == 404
    assert (await ben.patch(path, {"title": "mine"})).status_code == 404
    assert (await ben.delete(path)).status_code == 404
    for listed in ("/api/voice-commands", "/api/conversations"):
        assert (await ben.get(listed)).json()["items"] == []
    assert (await ana.get(turn)).json()["was_corrected"] is False
    assert (await ana.get(path)).json()["title"] is None

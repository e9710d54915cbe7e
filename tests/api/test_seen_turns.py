"""How turns went, as operators see it; and who may read what was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.settings import Settings
from services import workouts
from services.operators import assign_role
from services.turns_seen import give_leave, take_leave_back
from tests.api.conftest import Athlete

PERSONAL = ("zebulon", "bench", "marmalade", "barbell")


@pytest.fixture
async def olga(ana: Athlete) -> Athlete:
    """An operator."""
    async with ana.database.transaction(None) as db:
        await assign_role(db, ana.id, "admin")
    return ana


@pytest.fixture
async def said(ben: Athlete, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Ben said something: three turns, of which the last failed. The conversation."""

    async def broken(*_: object) -> None:
        raise RuntimeError("zebulon's marmalade")

    session = await Brain(ben.database, Settings(), speech=None).open(ben.id)
    async with TextDoor(session) as door:
        await door.say("bench press 225 for 8")
        await door.say("zebulon likes marmalade on weekends very much indeed")
        with monkeypatch.context() as patch:
            patch.setattr(workouts, "snapshot", broken)
            patch.setattr("agent.doing.snapshot", broken)
            await door.say("bench 225 for 5")
    return session.conversation_id


async def turns(who: Athlete, **query: Any) -> list[dict[str, Any]]:
    answer = await who.get("/api/admin/turns", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_operators_see_how_turns_went_and_no_word_of_them(olga: Athlete, said: UUID) -> None:
    failed, odd, logged = await turns(olga)
    assert [one["outcome"] for one in (failed, odd, logged)] == ["failed", odd["outcome"], "done"]
    assert failed["error"] == "RuntimeError"
    assert (logged["door"], logged["route"], logged["conversation_id"]) == ("text", "local", str(said))
    (call,) = logged["calls"]
    assert call["tool"] == "log_set"
    assert call["arguments"]["reps"] == "number"
    names = [bar["name"] for bar in logged["bars"]]
    assert names[:2] == ["understand", "do"]
    do = logged["bars"][1]
    assert [part["name"] for part in do["parts"]] == ["log_set", "commit"]
    assert do["parts"][0]["outcome"] == "done"
    assert 0 <= do["began"] <= do["parts"][0]["began"] <= do["parts"][0]["ended"] <= do["ended"]
    listed = (await olga.get("/api/admin/turns")).text.lower()
    for words in PERSONAL:
        assert words not in listed, words
    one = await olga.get(f"/api/admin/turns/{logged['id']}")
    assert one.json() == logged


async def test_they_are_found_by_how_they_went(olga: Athlete, said: UUID) -> None:
    everything = await turns(olga)
    assert [one["outcome"] for one in await turns(olga, outcome="failed")] == ["failed"]
    assert [one["outcome"] for one in await turns(olga, tool="log_set")] == ["done"]
    assert await turns(olga, door="rooms") == await turns(olga, route="model") == []
    assert len(await turns(olga, conversation_id=str(said))) == 3
    slowest = await turns(olga, sort="-waited_ms")
    assert sorted((one["waited_ms"] for one in slowest), reverse=True) == [o["waited_ms"] for o in slowest]
    assert len(slowest) == 3
    assert await turns(olga, created_from=(datetime.now(UTC) + timedelta(hours=1)).isoformat()) == []
    assert await turns(olga, waited_from_ms=3_000_000) == []
    for sort, whole in (("-created_at", everything), ("-waited_ms", slowest)):
        paged, cursor = [], None
        while cursor is not None or not paged:
            query = {"sort": sort, "limit": 1} | ({"cursor": cursor} if cursor else {})
            page = (await olga.get("/api/admin/turns", params=query)).json()
            paged += page["items"]
            cursor = page["next_cursor"]
        assert paged == whole


async def test_nobody_else_sees_any(ben: Athlete, said: UUID) -> None:
    for path in ("turns", f"turns/{said}", f"turns/{said}/transcript"):
        assert (await ben.get(f"/api/admin/{path}")).status_code == 403
    async with ben.database.transaction(ben.id) as db:  # nor by any statement
        for view in ("turns", "failed_turns"):
            for condition in ("true", "1 / (waited_ms - waited_ms) = 1"):  # the second fails if it sees a row
                statement = text(f"select * from app.{view} where {condition}")
                assert (await db.execute(statement)).all() == []


async def reads(olga: Athlete) -> list[tuple[str, UUID, UUID]]:
    async with olga.database.transaction(None) as db:
        found = await db.execute(
            text("select reason, athlete_id, voice_command_id from internal.transcript_reads order by id")
        )
        return [tuple(row) for row in found]


async def test_what_was_said_takes_leave_and_each_reading_is_noted(
    olga: Athlete, ben: Athlete, said: UUID
) -> None:
    logged = (await turns(olga))[2]
    path = f"/api/admin/turns/{logged['id']}/transcript"
    refused = await olga.get(path)
    assert refused.status_code == 403
    assert "voicefit user transcripts" in refused.json()["detail"]
    assert (await olga.get("/api/admin/me")).json()["transcripts_until"] is None
    assert await reads(olga) == []
    async with olga.database.transaction(None) as db:
        until = await give_leave(db, olga.id, "a complaint of ben's", 2)
    told = (await olga.get("/api/admin/me")).json()["transcripts_until"]
    assert datetime.fromisoformat(told) == until
    words = (await olga.get(path)).json()
    assert words["transcript"] == "bench press 225 for 8"
    assert words["reply"].startswith("225 for 8")
    assert words["calls"][0]["args"]["reps"] == 8
    assert await reads(olga) == [("a complaint of ben's", ben.id, UUID(logged["id"]))]
    assert (await olga.get(f"/api/admin/turns/{said}/transcript")).status_code == 404
    async with olga.database.transaction(None) as db:
        await take_leave_back(db, olga.id)
    assert (await olga.get(path)).status_code == 403
    assert len(await reads(olga)) == 1


async def test_leave_ends_and_helps_nobody_who_is_no_operator(
    olga: Athlete, ben: Athlete, said: UUID
) -> None:
    logged = (await turns(olga))[2]
    async with olga.database.transaction(None) as db:
        for who in (olga, ben):
            await give_leave(db, who.id, "curious", 1)
        await db.execute(
            text(
                "update internal.transcript_grants set expires_at = now() - interval '1 s' "
                "where operator_id = :o"
            ),
            {"o": olga.id},
        )
    for who in (olga, ben):
        assert (await who.get(f"/api/admin/turns/{logged['id']}/transcript")).status_code == 403
    assert await reads(olga) == []


@pytest.mark.parametrize(
    "statement",
    ["update internal.transcript_reads set reason = 'none'", "delete from internal.transcript_reads"],
)
async def test_what_was_read_stays_known(olga: Athlete, app: FastAPI, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with olga.database.transaction(None) as db:
            await db.execute(text(statement))

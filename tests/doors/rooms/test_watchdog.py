"""A session that is stuck in a room: it goes on, or another agent comes."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from agent.breaking_off import Running
from agent.doors.rooms import visit
from cli.dev_livekit import DevServer
from core.settings import Settings
from db.session import Database
from prompts import phrase
from services import workouts
from tests.doors.rooms.conftest import KEYS
from tests.doors.rooms.device import Device
from tests.doors.rooms.test_typed import sets


@pytest.fixture
def settings(livekit: DevServer) -> Settings:
    return Settings(
        livekit_url=livekit.url,
        livekit_api_key=KEYS.key,
        livekit_api_secret=KEYS.secret,
        stuck_thinking_seconds=3.0,
    )


async def never(*_: object) -> None:
    """What hangs."""
    await asyncio.Event().wait()


async def test_a_turn_that_never_ends_is_given_up(
    phone: Device, database: Database, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(workouts, "log_sets", never)
        assert (await phone.call("say", text="bench press 225 for 8"))["reply"] == phrase("went_wrong")
    assert (await phone.call("say", text="bench press 225 for 8"))["reply"].startswith("225 for 8")
    assert await sets(database, athlete) == [(225, 8)]


async def test_another_agent_comes_when_nothing_gets_it_out(
    phone: Device, database: Database, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cannot(*_: object) -> bool:
        return False

    first = phone.agents[0].identity
    with monkeypatch.context() as patch:
        patch.setattr(visit, "CLOSE_TIMEOUT", 2.0)
        patch.setattr(workouts, "log_sets", never)
        patch.setattr(Running, "give_up", cannot)
        await phone.type("bench press 225 for 8", turn_id="turn-1")
        await phone.agent_came(besides=first)
    assert await sets(database, athlete) == []
    again = await phone.call("say", turn_id="turn-1", text="bench press 225 for 8")
    assert again["reply"].startswith("225 for 8")
    assert await sets(database, athlete) == [(225, 8)]

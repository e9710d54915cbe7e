"""Devices that misbehave in a room: texts that never end, turns sent again, turns that come too fast."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from livekit import rtc

from agent.doors.rooms import RoomsWorker
from agent.doors.rooms.requests import TOO_FAST
from core.settings import Settings
from db.session import Database
from services.ratelimit import RateLimiter, rate_limiter
from services.rooms import Rooms
from tests.doors.rooms.device import Device
from tests.doors.rooms.test_typed import sets
from tests.doors.rooms.test_workers import another_worker


async def test_a_text_that_never_ends_keeps_nobody_from_leaving(phone: Device, worker: RoomsWorker) -> None:
    """The device stays, so nothing but the agent's own leaving ends the text."""
    writer = await phone.room.local_participant.stream_text(topic="lk.chat")
    await writer.write("bench press 225 for")
    await phone.call("say", text="bench press 225 for 8")  # which comes after it
    await worker.drain(20.0)
    assert phone.agents == []


async def test_a_turn_that_an_earlier_agent_did_is_answered_with_its_words(
    phone: Device,
    worker: RoomsWorker,
    database: Database,
    settings: Settings,
    rooms: Rooms,
    athlete: UUID,
) -> None:
    first = phone.agents[0].identity
    said = await phone.call("say", turn_id="turn-1", text="bench press 225 for 8")
    async with another_worker(database, settings, rooms):
        await worker.drain(1.0)
        await phone.agent_came(besides=first)
        again = await phone.call("say", turn_id="turn-1", text="bench press 225 for 8")
    assert again == {"turn_id": "turn-1", "reply": said["reply"], "calls": [], "earlier": True}
    assert await sets(database, athlete) == [(225, 8)]


async def test_of_two_agents_the_second_leaves(phone: Device, rooms: Rooms) -> None:
    first = phone.agents[0].identity
    left: list[str] = []
    phone.room.on("participant_disconnected", lambda one: left.append(one.identity))
    await rooms.send_agent(phone.room.name)
    await phone.until(lambda: left or None)
    assert [one.identity for one in phone.agents] == [first]
    assert (await phone.call("say", text="bench press 225 for 8"))["reply"].startswith("225 for 8")


class TestTooFast:
    @pytest.fixture
    def limiter(self, database: Database) -> RateLimiter:
        return rate_limiter(Settings(rate_limits="turn=1/hour"), database, None)

    async def test_a_turn_that_comes_too_fast_is_refused(
        self, phone: Device, database: Database, athlete: UUID
    ) -> None:
        answers = [  # the count of a turn is known when the next one comes, or the one after it
            await asyncio.gather(phone.call("say", text="bench press 225 for 8"), return_exceptions=True)
            for _ in range(4)
        ]
        done = [one for (one,) in answers if isinstance(one, dict)]
        refused = [one for (one,) in answers if isinstance(one, rtc.RpcError)]
        assert len(done) + len(refused) == 4
        assert {one.message for one in refused} == {TOO_FAST}
        await phone.until(lambda: len(phone.named("turn.refused")) == len(refused) or None)
        assert await sets(database, athlete) == [(225, 8)] * len(done)

"""Workers come and go; the conversation goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from agent.brain import Brain
from agent.doors.rooms import RoomsWorker
from cli.dev_livekit import DevServer
from core.settings import Settings
from db.session import Database
from services import conversations
from services.rooms import Rooms, RoomsUnavailable
from tests.doors.rooms.device import Device
from tests.doors.rooms.test_typed import sets


@asynccontextmanager
async def another_worker(database: Database, settings: Settings, rooms: Rooms) -> AsyncIterator[RoomsWorker]:
    worker = RoomsWorker(Brain(database, settings, speech=None), rooms, settings, host="127.0.0.1", port=0)
    running = asyncio.create_task(worker.run())
    await worker.registered()
    yield worker
    await worker.drain(1.0)
    await running


async def test_a_worker_that_stops_hands_the_conversation_to_another(
    phone: Device, worker: RoomsWorker, database: Database, settings: Settings, rooms: Rooms, athlete: UUID
) -> None:
    await phone.call("say", text="bench press 225 for 8")
    first = phone.agents[0].identity
    async with another_worker(database, settings, rooms):
        await worker.drain(1.0)
        second = await phone.agent_came(besides=first)
        assert [one.identity for one in phone.agents] == [second.identity]
        assert phone.named("hello")[1]["history"][0]["text"] == "bench press 225 for 8"
        assert (await phone.call("say", text="same again"))["reply"] == "225 for 8."
    assert await sets(database, athlete) == [(225, 8), (225, 8)]


async def test_a_worker_without_a_server_says_so(
    database: Database, settings: Settings, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = RoomsWorker(Brain(database, settings, speech=None), rooms, settings, host="127.0.0.1", port=0)

    async def give_up() -> None:
        raise RuntimeError("failed to connect to livekit after 16 attempts")

    monkeypatch.setattr(worker._server, "run", give_up)
    with pytest.raises(RoomsUnavailable, match="cannot be reached"):
        await worker.run()


async def test_a_worker_takes_no_more_rooms_than_it_carries(
    livekit: DevServer, database: Database, settings: Settings, athlete: UUID
) -> None:
    small = settings.model_copy(update={"max_sessions": 1})
    rooms = Rooms(small)
    async with another_worker(database, small, rooms) as worker:
        devices = []
        for name in ("first", "second"):
            async with database.transaction(athlete) as db:
                conversation = await conversations.open_conversation(db, athlete, None)
            device = Device()
            await device.enter(rooms.admit(athlete, conversation, name))
            devices.append(device)
            if name == "first":
                await device.agent_came()
        first, second = devices
        assert worker.load() == 1.0
        assert (await first.call("say", text="bench press 225 for 8"))["reply"].startswith("225")
        assert second.agents == []
        await first.leave()  # its place is free once its room has closed
        await second.agent_came()
        await second.leave()
        await second.left(lambda: worker.load() == 0.0)


async def test_a_worker_says_when_it_is_worn_out(
    livekit: DevServer, database: Database, settings: Settings, athlete: UUID, conversation: UUID
) -> None:
    rooms = Rooms(settings)
    worn_out = asyncio.Event()
    async with another_worker(database, settings.model_copy(update={"rooms_per_worker": 1}), rooms) as worker:
        worker.on_worn_out = worn_out.set
        device = Device()
        await device.enter(rooms.admit(athlete, conversation, "phone"))
        await device.agent_came()
        assert worn_out.is_set()
        await device.leave()

"""Devices in rooms: each sends its turns one after the other, until each is acknowledged."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.session import Database
from eval.storm.line import Reply
from eval.storm.person import Person
from eval.storm.plan import Device, Planned
from eval.storm.rooms.line import RoomLine
from services import conversations
from services.rooms import Rooms, RoomsUnavailable, room_of

AGENT_SECONDS = 6.0
"""A device that has waited so long for an agent asks for one once more, as it would with a token."""
COMING_SECONDS = 120.0
TOLD_SECONDS = 2.0
BUTTONS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "undo that": ("undo", {}),
    "start my workout": ("start", {}),
    "the first one": ("choose", {"number": 1}),
}
MALFORMED: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("say", {}),
    ("say", {"text": ""}),
    ("say", {"text": "bench press 500 for 1", "turn_id": ""}),
    ("choose", {}),
    ("talk", {"action": "shout"}),
    ("dance", {}),
)


@dataclass(frozen=True, slots=True)
class WayIn:
    """What devices need to come into rooms, and to begin conversations. `hears`: whether they want sound."""

    rooms: Rooms
    database: Database
    hears: bool


async def entered(way: WayIn, person: Person, conversation: str, name: str) -> RoomLine:
    """A device in the room of a conversation, with an agent. Raises `ConnectionError`."""
    admittance = way.rooms.admit(person.athlete_id, UUID(conversation), name)
    await sent_for(way, admittance.room)
    line = RoomLine(person.see, person.note)
    await line.enter(admittance, hears=way.hears)
    person.journal.counts["connections"] += 1
    try:
        await met(way, line, admittance.room)
    except BaseException:
        await line.close()
        raise
    return line


async def met(way: WayIn, line: RoomLine, room: str) -> None:
    """Waits for an agent, and has another sent when none comes. Raises `ConnectionError`."""
    for _ in range(round(COMING_SECONDS / AGENT_SECONDS)):
        if await line.agent(AGENT_SECONDS):
            return
        await sent_for(way, room)
    raise ConnectionError(f"no agent came in {COMING_SECONDS:.0f} s")


async def sent_for(way: WayIn, room: str) -> None:
    """As a token does: an agent is sent to a room that has lost its own. Raises `ConnectionError`."""
    try:
        await way.rooms.send_agent_if_missing(room)
    except RoomsUnavailable as error:
        raise ConnectionError(str(error)) from error


class RoomDevice:
    """A device in a room."""

    def __init__(self, way: WayIn, person: Person, device: Device) -> None:
        self._way = way
        self._person = person
        self._device = device
        self._chance = random.Random(device.name)
        self._line: RoomLine | None = None
        self._own: str | None = None

    async def run(self) -> None:
        """Sends all its turns."""
        await self._person.send_all(self._device, self._attempt)
        if self._line is not None:
            await self._line.close()

    async def _conversation(self) -> str:
        person = self._person
        async with person.opening:
            known = self._own if self._device.own_conversation else person.conversation
            if known is not None:
                return known
            async with self._way.database.transaction(person.athlete_id) as db:
                opened = str(await conversations.open_conversation(db, person.athlete_id, None))
            if self._device.own_conversation:
                self._own = opened
            else:
                person.conversation = opened
            person.journal.told[person.name].conversations.add(opened)
            return opened

    async def _entered(self, name: str) -> RoomLine:
        return await entered(self._way, self._person, await self._conversation(), name)

    async def _connected(self) -> RoomLine:
        if self._line is None or self._line.lost:
            self._line = await self._entered(self._device.name)
        elif not self._line.agents():
            room = room_of(UUID(await self._conversation()))
            await sent_for(self._way, room)
            await met(self._way, self._line, room)
        return self._line

    async def _attempt(self, turn: Planned, number: int) -> str | None:
        line = await self._connected()
        try:
            if number == 0:
                self._person.journal.counts[turn.mischief] += 1
                reply = await self._rudely(line, turn)
            else:
                reply = await self._say(line, turn)
        except TimeoutError as error:
            self._person.journal.violate(self._person.name, f"{turn.item_id}: {error}", turn.item_id)
            self._line = None
            await line.drop()
            raise ConnectionError("gave up waiting") from error
        if reply is None or not reply.acknowledged:
            return None
        return f"{reply.status} {reply.words}"

    async def _say(self, line: RoomLine, turn: Planned) -> Reply:
        method, request = BUTTONS.get(turn.text, ("say", {"text": turn.text}))
        return await line.say(turn.item_id, method, dict(request))

    async def _type(self, line: RoomLine, turn: Planned) -> Reply:
        """Types it; when nothing is told of it, the same is called for."""
        await line.type(turn.item_id, turn.text)
        if turn.lifts and await line.told_of(turn.item_id, TOLD_SECONDS):
            return Reply(status="completed", words=["told"])
        return await self._say(line, turn)

    async def _rudely(self, line: RoomLine, turn: Planned) -> Reply | None:
        """Sends it with what goes wrong."""
        line.sign.clear()
        await line.call("voice", on=turn.spoken)
        match turn.mischief:
            case "twice":
                both = await asyncio.gather(self._type(line, turn), self._say(line, turn))
                return next((one for one in both if one.acknowledged), both[0])
            case "twin":
                return await self._twin(line, turn)
            case "malformed":
                await self._nonsense(line)
            case "slow":
                await line.begin_to_type("bench press 500 for")
            case "forget_item":
                return await self._enter_again(line, turn)
            case "drop_at_once" | "drop_soon" | "drop_at_sign" | "leave" | "hang_up":
                await self._go(line, turn)
                return None
        return await self._interrupted(line, turn)

    async def _interrupted(self, line: RoomLine, turn: Planned) -> Reply:
        send = self._type if self._chance.random() < 0.5 else self._say
        sending = asyncio.create_task(send(line, turn))
        try:
            if turn.mischief in ("cancel", "truncate", "talk_over"):
                await asyncio.sleep(turn.delay)
                await line.call("hush")
            if turn.mischief == "talk_over":
                await line.call("talk", action="start")
                await line.call("talk", action="cancel")
            return await sending
        finally:
            sending.cancel()

    async def _twin(self, line: RoomLine, turn: Planned) -> Reply:
        other = await self._entered(f"{self._device.name}-twin")
        try:
            both = await asyncio.gather(self._say(line, turn), self._say(other, turn))
        finally:
            await other.close()
        return next((one for one in both if one.acknowledged), both[0])

    async def _nonsense(self, line: RoomLine) -> None:
        method, request = self._chance.choice(MALFORMED)
        try:
            await line.call(method, **request)
        except ConnectionError as error:
            self._person.note(f"refused: {error}")
        else:
            self._person.journal.violate(self._person.name, f"{method} {request} was not refused")

    async def _enter_again(self, line: RoomLine, turn: Planned) -> Reply:
        """The same device once more, while its first is in the middle of a turn."""
        sending = asyncio.create_task(self._say(line, turn))
        await asyncio.sleep(turn.delay)
        try:
            self._line = await self._entered(self._device.name)
            return await self._say(self._line, turn)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await line.close()

    async def _go(self, line: RoomLine, turn: Planned) -> None:
        sending = asyncio.create_task(self._type(line, turn))
        match turn.mischief:
            case "drop_soon" | "leave":
                await asyncio.sleep(turn.delay)
            case "drop_at_sign":
                await asyncio.wait({asyncio.create_task(line.sign.wait()), sending}, timeout=TOLD_SECONDS)
            case _:
                await asyncio.sleep(0)
        self._line = None
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await (line.close() if turn.mischief == "hang_up" else line.drop())

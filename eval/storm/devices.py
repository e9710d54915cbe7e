"""Devices on the websocket door: each sends its turns one after the other, until each is acknowledged."""

from __future__ import annotations

import asyncio
import random

from eval.storm.line import Line, Reply, opened
from eval.storm.person import Person
from eval.storm.plan import Device, Planned

ANSWER_SECONDS = 120.0
"""A turn that has not been answered after so long is stuck."""
MALFORMED = (
    "",
    "{",
    "[[[[",
    '{"type": "session.destroy"}',
    '{"type": "conversation.item.create", "item": {"type": "message", "role": "system", "content": []}}',
    '{"type": "conversation.item.truncate", "item_id": "nowhere", "content_index": 0, "audio_end_ms": 5}',
    '{"type": "input_audio_buffer.append", "audio": "not audio!"}',
    '{"type": "response.cancel", "response_id": "none"}',
)


class RealtimeDevice:
    """A device on the websocket door."""

    def __init__(self, person: Person, device: Device) -> None:
        self._person = person
        self._device = device
        self._chance = random.Random(device.name)
        self._line: Line | None = None
        self._own: str | None = None

    async def run(self) -> None:
        """Sends all its turns."""
        await self._person.send_all(self._device, self._attempt)
        if self._line is not None:
            await self._line.close()

    @property
    def conversation(self) -> str | None:
        """The conversation it is in."""
        return self._own if self._device.own_conversation else self._person.conversation

    async def _connected(self) -> Line:
        if self._line is None or self._line.lost:
            async with self._person.opening:
                self._line = await self._another()
        return self._line

    async def _another(self) -> Line:
        person = self._person
        line = await opened(person.server.address, person.token, self.conversation, person.see, person.note)
        if self.conversation is None:
            if self._device.own_conversation:
                self._own = line.conversation
            else:
                person.conversation = line.conversation
        person.journal.told[person.name].conversations.add(line.conversation)
        person.journal.counts["connections"] += 1
        return line

    async def _attempt(self, turn: Planned, number: int) -> str | None:
        line = await self._connected()
        await line.write_only("audio" if turn.spoken and number == 0 else "text")
        if number == 0:
            reply = await self._rudely(line, turn)
        else:
            reply = await self._answer(await line.ask(turn.item_id, turn.text), turn)
        if reply is None or not reply.acknowledged:
            return None
        return f"{reply.status} {reply.words}"

    async def _answer(self, future: asyncio.Future[Reply], turn: Planned) -> Reply:
        try:
            return await asyncio.wait_for(future, ANSWER_SECONDS)
        except TimeoutError:
            self._person.journal.violate(
                self._person.name, f"{turn.item_id} was not answered in {ANSWER_SECONDS:.0f} s", turn.item_id
            )
            assert self._line is not None
            self._line.drop()
            raise ConnectionError("gave up waiting") from None

    async def _rudely(self, line: Line, turn: Planned) -> Reply | None:
        """Sends it with what goes wrong."""
        self._person.journal.counts[turn.mischief] += 1
        line.sign.clear()
        match turn.mischief:
            case "twin":
                return await self._twin(line, turn)
            case "malformed":
                await line.send(self._chance.choice(MALFORMED))
            case "forget_item" if line.history:
                item = self._chance.choice(list(line.history))
                await line.send({"type": "conversation.item.delete", "item_id": item})
            case "slow":
                line.pause(10 * turn.delay)
        line.playing = None
        future = await line.ask(turn.item_id, turn.text)
        match turn.mischief:
            case "twice":
                future = await line.ask(turn.item_id, turn.text)
            case "cancel":
                await asyncio.sleep(turn.delay)
                await line.send({"type": "response.cancel"})
            case "truncate":
                await self._truncate(line, turn)
            case "talk_over" if self._person.clips:
                await self._talk_over(line, turn)
            case "drop_at_once" | "drop_soon" | "drop_at_sign" | "leave" | "hang_up":
                await self._go(line, turn)
                return None
        return await self._answer(future, turn)

    async def _twin(self, line: Line, turn: Planned) -> Reply:
        other = await self._another()
        try:
            futures = await asyncio.gather(
                line.ask(turn.item_id, turn.text), other.ask(turn.item_id, turn.text)
            )
            first, second = await asyncio.gather(*(self._answer(one, turn) for one in futures))
        finally:
            await other.close()
        return second if first.acknowledged else first

    async def _truncate(self, line: Line, turn: Planned) -> None:
        for _ in range(40):
            if line.playing:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(2 * turn.delay)
        heard = round(1500 * turn.delay)
        await line.send(
            {
                "type": "conversation.item.truncate",
                "item_id": line.playing or "nothing",
                "content_index": 0,
                "audio_end_ms": heard,
            }
        )

    async def _talk_over(self, line: Line, turn: Planned) -> None:
        for _ in range(40):
            if line.playing:
                break
            await asyncio.sleep(0.05)
        heard = await line.speak(self._chance.choice(self._person.clips))
        self._person.journal.counts["spoken turns"] += heard

    async def _sign(self, line: Line, turn: Planned) -> None:
        """Waits for anything at all; the end of the connection will do."""
        try:
            await asyncio.wait_for(line.sign.wait(), ANSWER_SECONDS)
        except TimeoutError:
            self._person.journal.violate(
                self._person.name, f"{turn.item_id}: nothing came in {ANSWER_SECONDS:.0f} s", turn.item_id
            )

    async def _go(self, line: Line, turn: Planned) -> None:
        match turn.mischief:
            case "drop_soon" | "leave":
                await asyncio.sleep(turn.delay)
            case "drop_at_sign":
                await self._sign(line, turn)
        if turn.mischief == "hang_up":
            await line.close()
        else:
            line.drop()
        self._line = None

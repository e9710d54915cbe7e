"""What is told to a room that does not take it."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import Mock

import pytest

from agent.doors.rooms import telling
from agent.doors.rooms.telling import Telling
from agent.events import TurnBegan


class DeadParticipant:
    """Of a connection that is gone: nothing is ever sent, and nobody says so."""

    def __init__(self) -> None:
        self.begun = 0

    async def send_text(self, *_: object, **__: object) -> None:
        self.begun += 1
        await asyncio.Event().wait()


@pytest.mark.parametrize("patience", ["SEND_SECONDS", "FAREWELL_SECONDS"])
async def test_a_dead_room_keeps_nobody_from_leaving(monkeypatch: pytest.MonkeyPatch, patience: str) -> None:
    monkeypatch.setattr(telling, patience, 0.01)
    participant = DeadParticipant()
    room: Any = Mock(local_participant=participant)
    devices: Any = Mock(identities=lambda: ["ana.phone"])
    told = Telling(room, Mock(), devices)
    told.open()
    for number in range(3):
        told.on_event(TurnBegan(f"turn-{number}", "bench 225 for 8"))
    async with asyncio.timeout(4):
        await told.close()
    assert participant.begun == (3 if patience == "SEND_SECONDS" else 1)

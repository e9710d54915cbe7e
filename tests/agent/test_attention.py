"""While somebody speaks, other work waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from livekit.agents import CloseEvent, CloseReason, UserStateChangedEvent

from agent.attention import Attention
from agent.brain import Brain
from core.foreground import Foreground
from core.settings import Settings
from db.session import Database
from tests.db.fixtures import new_athlete


class Emitter:
    """Tells what it is told to."""

    def __init__(self) -> None:
        self.listeners: dict[str, Any] = {}

    def on(self, event: str, listener: Any) -> None:
        self.listeners[event] = listener

    def user(self, old: Any, new: Any) -> None:
        self.listeners["user_state_changed"](UserStateChangedEvent(old_state=old, new_state=new))


async def is_quiet(foreground: Foreground) -> bool:
    try:
        async with asyncio.timeout(0.05):
            await foreground.quiet(60)
    except TimeoutError:
        return False
    return True


async def test_from_the_first_sound_until_a_moment_after_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.attention.RECOGNISING_SECONDS", 0.15)
    agent: Any = (emitter := Emitter())
    foreground = Foreground()
    Attention(agent, foreground)
    assert await is_quiet(foreground)
    emitter.user("listening", "speaking")
    assert not await is_quiet(foreground)
    emitter.user("speaking", "listening")
    emitter.user("listening", "speaking")  # a pause within the sentence
    await asyncio.sleep(0.3)
    assert not await is_quiet(foreground)
    emitter.user("speaking", "listening")
    assert not await is_quiet(foreground)
    await asyncio.sleep(0.3)
    assert await is_quiet(foreground)


async def test_a_session_that_closes_lets_go() -> None:
    agent: Any = (emitter := Emitter())
    foreground = Foreground()
    Attention(agent, foreground)
    emitter.user("listening", "speaking")
    emitter.user("speaking", "listening")
    emitter.user("listening", "speaking")
    emitter.listeners["close"](CloseEvent(reason=CloseReason.USER_INITIATED))
    assert await is_quiet(foreground)


async def test_a_turn_holds_and_lets_go(database: Database) -> None:
    athlete = await new_athlete(database)
    brain = Brain(database, Settings(), None)
    session = await brain.open(athlete)
    await session.start()
    seen: list[bool] = []
    session.on_event(lambda _: seen.append(brain.wiring.foreground._quiet.is_set()))
    await session.say("squat 225 for 5", "item_1")
    await session.aclose()
    assert False in seen
    assert await is_quiet(brain.wiring.foreground)

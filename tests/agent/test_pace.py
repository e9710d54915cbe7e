"""Turns that come too fast: counted without taking time, refused without harm, taken when sent again."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from agent.brain import Brain
from agent.events import SessionEvent, TurnRefused
from agent.pace import Pace
from core.settings import Settings
from db.session import Database
from services.ratelimit import Limit, RateLimiter
from services.ratelimit.counters import Count
from services.workouts import current_workout

LIMIT = {"turn": Limit("turn", 2, 60)}


class GivenCounter:
    """Says what it was given, and hangs while `answers` is not set."""

    def __init__(self) -> None:
        self.counts = 0
        self.used = 0
        self.retry_ms = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.broken = False

    async def hit(self, key: str, limit: int, window_ms: int, at_ms: int | None = None) -> Count:
        self.counts += 1
        await self.answers.wait()
        if self.broken:
            raise ZeroDivisionError
        return Count(self.used <= limit, min(self.used, limit), self.retry_ms, window_ms)


@pytest.fixture
def counter() -> GivenCounter:
    return GivenCounter()


async def test_a_turn_does_not_wait_for_its_count(counter: GivenCounter) -> None:
    counter.answers.clear()
    pace = Pace(RateLimiter(counter, LIMIT), uuid4())
    assert [pace.begin() for _ in range(5)] == [None] * 5
    counter.answers.set()
    await pace.settled()
    assert counter.counts == 5


async def test_turns_are_refused_until_there_is_room_again(counter: GivenCounter) -> None:
    now = [1000.0]
    pace = Pace(RateLimiter(counter, LIMIT), uuid4(), lambda: now[0])
    counter.used, counter.retry_ms = 2, 6500
    assert pace.begin() is None
    await pace.settled()
    assert pace.begin() == 7
    now[0] += 6.5
    assert pace.begin() == 1
    assert counter.counts == 1, "what is refused is not counted"
    now[0] += 0.6
    assert pace.begin() is None
    await pace.settled()


async def test_a_count_that_fails_costs_no_turn(
    counter: GivenCounter, caplog: pytest.LogCaptureFixture
) -> None:
    counter.broken = True
    pace = Pace(RateLimiter(counter, LIMIT), uuid4())
    assert pace.begin() is None
    await pace.settled()
    assert pace.begin() is None
    await pace.settled()
    assert "could not be counted" in caplog.text


async def test_without_limits_nothing_is_counted() -> None:
    pace = Pace(None, uuid4())
    assert [pace.begin() for _ in range(1000)] == [None] * 1000


async def test_a_refused_turn_does_nothing_and_is_taken_when_sent_again(
    database: Database, athlete: UUID, counter: GivenCounter
) -> None:
    brain = Brain(database, Settings(), None, RateLimiter(counter, LIMIT))
    session = await brain.open(athlete)
    events: list[SessionEvent] = []
    session.on_event(events.append)
    session.turns._pace._clock = lambda: 0.0  # however slow the machine is
    await session.start()

    counter.used, counter.retry_ms = 2, 60_000
    await session.say("squat 225 for 5", "item_1")
    await session.settled()
    speech = await session.say("same again", "item_2")
    assert speech is not None
    await speech
    assert events[-1] == TurnRefused("item_2", 60)
    assert "Wait a moment" in (session.agent.history.items[-1].text_content or "")  # type: ignore[union-attr]
    assert await sets(database, athlete) == 1

    other = await brain.open(athlete, session.conversation_id)  # as one that connects a minute later
    await other.start()
    counter.used = 1
    await other.say("same again", "item_2")
    await other.aclose()
    assert await sets(database, athlete) == 2

    session.turns._pace = Pace(None, athlete)
    await session.say("same again", "item_3")
    await session.say("same again", "item_3")
    await session.aclose()
    assert await sets(database, athlete) == 3


async def sets(database: Database, athlete: UUID) -> int:
    async with database.transaction(athlete) as db:
        workout = await current_workout(db, athlete)
    return len(workout.sets) if workout else 0

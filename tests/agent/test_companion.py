"""A run that is accompanied: what is said on the way, whatever way the points come, and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from agent.brain import Brain
from agent.doors.text import TextDoor
from agent.events import RunProgressed
from agent.session import VoiceSession
from db.models import Run, RunInterval, RunningPr, RunSplit, UserProfile
from services.running.receiving import add_points
from services.running.track import TrackPoint
from tests.services.running.points import track

PATIENCE, STEP = 8.0, 0.02


class Listener:
    """What a session says of its own accord, and how far it tells that the run has come."""

    def __init__(self, session: VoiceSession) -> None:
        self.said: list[str] = []
        self.progress: list[dict[str, Any]] = []
        session.companion._say = self.said.append
        session.on_event(self._on_event)

    def _on_event(self, event: object) -> None:
        if isinstance(event, RunProgressed):
            self.progress.append(event.run)

    async def until(self, done: Callable[[], bool]) -> None:
        for _ in range(round(PATIENCE / STEP)):
            if done():
                return
            await asyncio.sleep(STEP)
        raise AssertionError(f"was said: {self.said}")


@pytest.fixture
async def runner(brain: Brain, athlete: UUID) -> UUID:
    async with brain.database.transaction(athlete) as db:
        await db.execute(update(UserProfile).values(distance_unit="km"))
    return athlete


async def began(brain: Brain, runner: UUID, minutes: float) -> datetime:
    """Puts the start of the run that is on so long ago."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes)
    async with brain.database.transaction(runner) as db:
        await db.execute(update(Run).values(start_time=start))
    return start


async def send(brain: Brain, runner: UUID, points: list[TrackPoint]) -> None:
    """Points over HTTP, or to another server."""
    async with brain.database.transaction(runner) as db:
        run_id = await db.scalar(select(Run.id).where(Run.status != "completed"))
        assert run_id is not None
        await add_points(db, runner, run_id, points)


async def rows(brain: Brain, runner: UUID, model: Any) -> list[Any]:
    async with brain.database.transaction(runner) as db:
        return list(await db.scalars(select(model)))


async def test_splits_are_said_and_the_run_is_computed_when_it_is_over(brain: Brain, runner: UUID) -> None:
    session = await brain.open(runner)
    async with TextDoor(session) as door:
        heard = Listener(session)
        await door.say("start an easy 2k")
        points = track(await began(brain, runner, 11), [(600, 10 / 3)])
        await session.take_run_points(points[:160])
        await heard.until(lambda: "Kilometer 1, 5 minutes." in heard.said)
        # Late, twice and out of order: nothing is said or counted twice.
        await session.take_run_points(points[200:])
        await session.take_run_points(points[140:210])
        await heard.until(lambda: len(heard.said) == 3)
        assert heard.said[1:] == [
            "2 kilometers done, in 10 minutes.",
            "Kilometer 2, 5 minutes. Average 5:00.",
        ]
        status = (await door.say("how far have I gone")).outputs[0]["run"]
        assert status["distance_meters"] == pytest.approx(2000, rel=0.003)
        done = await door.say("finish my run")
    assert done.reply.startswith("Done. 2 kilometers in ")
    (run,) = await rows(brain, runner, Run)
    assert run.distance_meters == pytest.approx(2000, rel=0.003)
    assert run.route_data
    assert [row.split_number for row in await rows(brain, runner, RunSplit)][:2] == [1, 2]
    async with TextDoor(await brain.open(runner)) as door:
        assert (await door.say("scratch that")).reply == "The run goes on."
        (on,) = await rows(brain, runner, Run)
        assert (on.status, on.end_time, on.route_data) == ("active", None, None)
        assert await rows(brain, runner, RunSplit) == await rows(brain, runner, RunningPr) == []
        assert (await door.say("finish my run")).reply.startswith("Done. 2 kilometers in ")
    records = {row.distance_type: row.time_seconds for row in await rows(brain, runner, RunningPr)}
    assert records.keys() == {"1k", "1mi"}
    assert records["1k"] == pytest.approx(300, abs=2)


async def test_intervals_are_cued_and_found_in_what_was_run(brain: Brain, runner: UUID) -> None:
    session = await brain.open(runner)
    async with TextDoor(session) as door:
        heard = Listener(session)
        await door.say("start three by four hundred with sixty seconds rest")
        start = await began(brain, runner, 20)
        legs = [(100, 4.0), (60, 1.0), (100, 4.0), (60, 1.0), (100, 4.0), (30, 1.0)]
        points = track(start, legs)
        await send(brain, runner, points[:54])  # over HTTP: found at the next look
        await heard.until(lambda: heard.said == ["Recover, 1 minute."])
        await session.take_run_points(points)
        await door.say("that's it, finish the run")
    kept = sorted(await rows(brain, runner, RunInterval), key=lambda row: row.interval_number)
    assert [row.interval_type for row in kept] == ["work", "recovery", "work", "recovery", "work"]
    assert [row.duration_seconds for row in kept] == pytest.approx([100, 60, 100, 60, 100], abs=4)
    assert [row.distance_meters for row in kept] == pytest.approx([400, 60, 400, 60, 400], abs=12)


async def test_a_run_is_gone_on_with_after_the_connection_is_lost(brain: Brain, runner: UUID) -> None:
    first = await brain.open(runner)
    async with TextDoor(first) as door:
        await door.say("start my run")
        points = track(await began(brain, runner, 12), [(700, 10 / 3)])
        await first.take_run_points(points[:170])
    second = await brain.open(runner, first.conversation_id)
    async with TextDoor(second) as door:
        heard = Listener(second)
        await heard.until(lambda: len(heard.progress) > 0)
        await second.take_run_points(points[:320])
        await heard.until(lambda: len(heard.said) == 1)
        assert heard.said == ["Kilometer 2, 5 minutes. Average 5:00."]
        assert (await door.say("pause")).reply == "Paused."
        assert (await door.say("go on")).reply == "Going on."


async def test_a_stop_is_said_once_and_so_is_going_on(brain: Brain, runner: UUID) -> None:
    session = await brain.open(runner)
    async with TextDoor(session) as door:
        heard = Listener(session)
        await door.say("start my run")
        start = await began(brain, runner, 12)
        points = track(start, [(100, 3.0), (60, 0.0), (60, 3.0), (60, 0.0), (60, 3.0)])
        for last in (40, 62, 70):
            await session.take_run_points(points[:last])
        await heard.until(lambda: heard.said == ["Paused."])
        assert "auto_paused_at" in heard.progress[-1]
        status = await door.say("how far have I gone")
        assert status.reply.startswith("Paused while you stand. 300 meters in 1:40")
        assert (await door.say("keep going")).reply == "It goes on when you move."
        await session.take_run_points(points[:95])
        await heard.until(lambda: heard.said[1:] == ["Going again."])
        assert "auto_paused_at" not in heard.progress[-1]
        # While the athlete speaks nothing is said; what is over by then is not said at all.
        session.companion._may_speak = lambda: False
        await session.take_run_points(points[:130])
        await heard.until(lambda: "auto_paused_at" in heard.progress[-1])
        await session.take_run_points(points)
        await heard.until(lambda: "auto_paused_at" not in heard.progress[-1])
        session.companion._may_speak = lambda: True
        # A pause of the athlete's is no stop: it does not end when they move.
        assert (await door.say("pause")).reply == "Paused."
        more = track(start + timedelta(seconds=340), [(30, 3.0)], from_meters=700)
        await session.take_run_points(more)
        assert (await door.say("run status")).reply.startswith("Paused. ")
        assert heard.said == ["Paused.", "Going again."]


async def test_who_stands_at_the_start_is_not_told(brain: Brain, runner: UUID) -> None:
    session = await brain.open(runner)
    async with TextDoor(session) as door:
        heard = Listener(session)
        assert (await door.say("turn off auto pause")).reply == "Auto pause is off."
        assert (await door.say("scratch that")).reply == "Took the change back."
        await door.say("start my run")
        points = track(await began(brain, runner, 12), [(60, 0.0), (60, 3.0)])
        await session.take_run_points(points[:30])
        await heard.until(lambda: bool(heard.progress) and "auto_paused_at" in heard.progress[-1])
        await session.take_run_points(points)
        await heard.until(lambda: "auto_paused_at" not in heard.progress[-1])
        assert heard.said == []

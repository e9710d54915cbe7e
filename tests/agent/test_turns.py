"""A turn is one transaction: what of it stays when a call asks, fails, or the commit does."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from agent import turns
from agent.brain import Brain
from agent.doors.text import TextDoor
from agent.events import SessionEvent, ToolFinished
from db.models import ToolCall, VoiceCommand, WorkoutSet
from prompts import phrase
from services import records, voice, workouts
from tools.base import Question

TWO_SETS = "bench 225 for 8 then 205 for 10"


async def reps(brain: Brain, athlete: UUID) -> list[int | None]:
    async with brain.database.transaction(athlete) as db:
        return list(await db.scalars(select(WorkoutSet.reps).order_by(WorkoutSet.sequence)))


async def recorded(brain: Brain, athlete: UUID) -> list[str | None]:
    async with brain.database.transaction(athlete) as db:
        return list(await db.scalars(select(VoiceCommand.raw_transcript).order_by(VoiceCommand.created_at)))


def fails_at(number: int, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on looking for records fails in the call of that number, after its set was written."""
    looked, look = 0, records.logged

    async def logged(*args: Any) -> Any:
        nonlocal looked
        looked += 1
        if looked == number:
            raise error
        return await look(*args)

    monkeypatch.setattr(records, "logged", logged)


@pytest.mark.parametrize("error", [RuntimeError("no"), OperationalError("select", {}, Exception("no"))])
async def test_a_call_that_fails_takes_nothing_along(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fails_at(2, error, monkeypatch)
    session = await brain.open(athlete)
    told: list[SessionEvent] = []
    session.on_event(told.append)
    async with TextDoor(session) as door:
        turn = await door.say(TWO_SETS)
        assert turn.reply == f"225 for 8, barbell bench press. {phrase('not_saved')}"
        assert (await door.say("same again")).reply.startswith("225 for 8.")
    assert [one.failed for one in told if isinstance(one, ToolFinished)] == [False, True, False]
    assert await reps(brain, athlete) == [8, 8]
    assert await recorded(brain, athlete) == [TWO_SETS, "same again"]


async def test_a_turn_that_was_forgotten_is_still_done_once(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MAX_TURNS", 2)
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        for number in range(4):
            await door.say(f"bench 225 for {number + 1}", f"mine-{number}")
        known = [number for number in range(4) if session.turns.known(f"mine-{number}") is not None]
        again = await door.say("bench 225 for 1", "mine-0")
    assert known == [2, 3]
    assert again.reply.startswith("225 for 1")
    assert await reps(brain, athlete) == [1, 2, 3, 4]


async def test_a_call_that_asks_takes_nothing_along(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_at(2, Question("205? Are you sure?"), monkeypatch)
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say(TWO_SETS + " then 185 for 12")
    assert turn.reply.endswith("205? Are you sure?")
    async with brain.database.transaction(athlete) as db:
        calls = list(await db.scalars(select(ToolCall.tool)))
    assert (await reps(brain, athlete), calls) == ([8], ["log_set"])


async def test_when_the_commit_fails_nothing_was_done(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await brain.open(athlete)
    told: list[SessionEvent] = []
    session.on_event(told.append)
    async with TextDoor(session) as door:
        assert (await door.say("225 for 5")).reply.endswith("?")
        question = session.turns.situation.pending

        async def broken(_: AsyncSession) -> None:
            raise OperationalError("commit", {}, Exception("the disk is full"))

        with monkeypatch.context() as patch:
            patch.setattr(AsyncSession, "commit", broken)
            turn = await door.say("squat", item_id="turn")
            assert turn.reply == phrase("not_saved")
        assert session.turns.situation.pending is question
        assert [one.failed for one in told if isinstance(one, ToolFinished)] == [True]
        assert await reps(brain, athlete) == []
        for _ in range(2):  # sent again it is done, and then it is done
            assert (await door.say("squat", item_id="turn")).reply.startswith("225 for 5")
    assert await reps(brain, athlete) == [5]
    assert await recorded(brain, athlete) == ["225 for 5", "squat"]


async def test_only_a_turn_that_writes_waits_for_the_disk(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[str | None] = []
    commit = AsyncSession.commit

    async def noted(db: AsyncSession) -> None:
        modes.append(await db.scalar(text("select current_setting('synchronous_commit')")))
        await commit(db)

    session = await brain.open(athlete)
    await session.start()
    monkeypatch.setattr(AsyncSession, "commit", noted)
    for words in ("how's it going", "bench 225 for 8"):
        modes.clear()
        await session.turns.begin(words, words).done.wait()
        assert modes[0] == ("on" if words.startswith("bench") else "off")
        await session.turns.drain()
    await session.aclose()


async def test_a_later_call_sees_what_the_earlier_did(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        first = await door.say("squat 315 for 5 then 275 for 8 then bench 225 for 8")
        numbers = [(one["sets"][0]["slug"], one["sets"][0]["set_number"]) for one in first.outputs]
        assert numbers == [("barbell-back-squat", 1), ("barbell-back-squat", 2), ("barbell-bench-press", 1)]
        again = await door.say("same again")
    async with brain.database.transaction(athlete) as db:
        newest = (await workouts.snapshot(db, athlete)).newest
    assert newest is not None
    assert str(newest.id) == again.outputs[0]["sets"][0]["id"]


async def test_what_a_turn_came_to_may_be_taken_back_meanwhile(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 8")
    async with brain.database.transaction(athlete) as db:
        command = (await db.scalars(select(VoiceCommand.id))).one()
        row = (await db.scalars(select(WorkoutSet))).one()

    async def conclude() -> None:
        async with brain.database.transaction(athlete) as db:
            await voice.concluded(db, command, voice.Touched(row.workout_id, row.id, row.exercise_id))

    async with brain.database.transaction(athlete) as other_device:
        await other_device.execute(delete(WorkoutSet).where(WorkoutSet.id == row.id))
        concluding = asyncio.create_task(conclude())
        await until_it_waits(brain)
    await concluding
    async with brain.database.transaction(athlete) as db:
        kept = (await db.scalars(select(VoiceCommand))).one()
        assert (kept.workout_id, kept.workout_set_id) == (row.workout_id, None)


async def until_it_waits(brain: Brain) -> None:
    """Returns once a transaction waits for another one."""
    waiting = text("select count(*) from pg_locks where not granted")
    async with asyncio.timeout(10):
        while True:
            async with brain.database.transaction(None) as db:
                if await db.scalar(waiting):
                    return
            await asyncio.sleep(0.01)


async def test_a_turn_whose_reply_was_lost_is_followed_by_what_it_came_to(
    brain: Brain, athlete: UUID
) -> None:
    session = await brain.open(athlete)
    for item_id, words in (("one", TWO_SETS), ("two", "how's it going")):
        await session.turns.begin(item_id, words).done.wait()
    await session.turns.drain()
    back = await brain.open(athlete, session.conversation_id)
    assert [(item.role, item.text) for item in back.history] == [
        ("user", TWO_SETS),
        ("assistant", "225 for 8, barbell bench press. 205 for 10."),
        ("user", "how's it going"),
    ]


async def test_a_correction_that_is_taken_back_is_told_as_it_is_then(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("lat pulldown 125 for 9")
        for change in ("no, 97.5", "make that 6 reps"):
            await door.say(change)
            (told,) = (await door.say("undo that")).outputs
            assert [(one["weight"], one["reps"]) for one in told["sets"]] == [(125, 9)]

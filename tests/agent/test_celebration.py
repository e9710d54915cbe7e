"""News at the end of replies: short, once, rare, and never in the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from agent.brain import Brain
from agent.celebration import MAX_WORDS, words_of
from agent.doors.text import TextDoor
from db.catalogue.badges import load_badges
from db.catalogue.faults import Faults
from db.catalogue.files import PACKAGED
from db.models import UserBadge, Workout
from services import badges
from services.badges import Milestone, NewBadge
from services.exercises.catalogue import packaged_catalogue


async def has_trained(brain: Brain, athlete: UUID, days_ago: int = 5) -> None:
    """A workout of some time ago: the athlete is no newcomer, and has no streak."""
    then = datetime.now(UTC) - timedelta(days=days_ago)
    async with brain.database.transaction(athlete) as db:
        db.add(Workout(user_id=athlete, status="completed", started_at=then, completed_at=then))
    async with brain.database.transaction(athlete) as db:
        await badges.reconcile(db, athlete)


def news_in(reply: str) -> int:
    return reply.count("New badge") + reply.count("in a row")


async def test_what_a_set_earned_is_said_with_the_next_answer(brain: Brain, athlete: UUID) -> None:
    await has_trained(brain, athlete)
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say("bench 225 for 3")).reply == "225 for 3, barbell bench press."
        assert (await door.say("same again")).reply == "225 for 3. New badge: Two Plate Bench."
        assert news_in((await door.say("same again")).reply) == 0


async def test_after_the_end_of_a_workout_it_is_said_at_once(brain: Brain, athlete: UUID) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 3")
        reply = (await door.say("that's it for today")).reply
    assert reply.endswith("New badge: First Workout.")


async def test_a_rest_a_question_and_a_correction_are_left_alone(brain: Brain, athlete: UUID) -> None:
    await has_trained(brain, athlete)
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 3")
        for words in ("rest ninety seconds", "no make that five reps", "315 for", "thanks"):
            assert news_in((await door.say(words)).reply) == 0
        assert (await door.say("same again")).reply.endswith("New badge: Two Plate Bench.")


async def test_what_was_scratched_is_not_celebrated(brain: Brain, athlete: UUID) -> None:
    await has_trained(brain, athlete)
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 3")
        await door.say("scratch that")
        assert news_in((await door.say("bench 45 for 3")).reply) == 0
    async with brain.database.transaction(athlete) as db:
        kept = set(await db.scalars(select(UserBadge.badge_id)))
    assert "bench_two_plates" not in kept


async def test_one_a_turn_and_three_a_workout(brain: Brain, athlete: UUID) -> None:
    await has_trained(brain, athlete)
    replies = []
    async with TextDoor(await brain.open(athlete)) as door:
        for words in ("bench 225 for 3", "squat 225 for 3", "deadlift 225 for 3", "overhead press 185 for 3"):
            replies += [(await door.say(words)).reply, (await door.say("same again")).reply]
        for _ in range(3):
            replies.append((await door.say("same again")).reply)
    told = [news_in(reply) for reply in replies]
    assert max(told) == 1
    assert sum(told) == 3


async def test_what_there_was_no_occasion_to_say_is_said_next_time(brain: Brain, athlete: UUID) -> None:
    await has_trained(brain, athlete)
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 3")
    async with TextDoor(await brain.open(athlete)) as door, TextDoor(await brain.open(athlete)) as other:
        replies = [(await one.say("same again")).reply for one in (door, other)]
    assert [news_in(reply) for reply in replies] == [1, 0]


async def test_a_turn_sent_twice_says_it_once(brain: Brain, athlete: UUID) -> None:
    await has_trained(brain, athlete)
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 225 for 3")
        first = await door.say("same again", item_id="turn-2")
        again = await door.say("same again", item_id="turn-2")
    assert again.reply == first.reply


async def test_badges_that_cannot_be_looked_at_take_nothing_from_the_set(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    async with TextDoor(await brain.open(athlete)) as door:
        monkeypatch.setattr("services.badges.follow", broken)
        assert (await door.say("bench 225 for 3")).reply == "225 for 3, barbell bench press."
        assert (await door.say("that's it for today")).reply.startswith("Done. 1 set")
    monkeypatch.undo()
    async with brain.database.transaction(athlete) as db:
        await badges.reconcile(db, athlete)
        assert "first_workout" in set(await db.scalars(select(UserBadge.badge_id)))


async def test_a_streak_is_a_word_worth_on_its_day(brain: Brain, athlete: UUID) -> None:
    for back in range(1, 14):
        await has_trained(brain, athlete, back)
    async with brain.database.transaction(athlete) as db:
        await db.execute(update(UserBadge).values(to_tell=False))
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say("bench 45 for 3")
        assert (await door.say("same again")).reply == "45 for 3. 14 days in a row."


def test_all_news_are_short() -> None:
    found = load_badges(PACKAGED, packaged_catalogue().by_slug, Faults())
    news = [NewBadge(one.id, one.name) for one in found]
    milestones = [Milestone(kind, 1000) for kind in ("workout", "running", "weekly")]  # type: ignore[arg-type]
    assert len(news) > 100
    assert all(len(words_of(one).split()) <= MAX_WORDS for one in [*news, *milestones])

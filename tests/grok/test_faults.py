"""Whatever the provider does, the turn ends with something true said, and nothing that was not asked for."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import text

from agent.brain import Brain
from agent.doors.text import TextDoor
from agent.grok import Breaker
from agent.grok.breaker import FAILURES, MAX_REST_SECONDS, REST_SECONDS
from prompts import phrase
from tests.db.fixtures import new_athlete
from tests.grok.conftest import MakeBrain
from tests.grok.provider import Answer, Provider, Request
from tests.grok.test_answering import HARD, TALK, log, sets

NOT_UNDERSTOOD = phrase("not_understood")
BAD_JSON = 'data: {"id": "chatcmpl-1", "choices": [{"delta": {"conte\n\n'

FAULTS = {
    "outage": Answer(status=503),
    "busy": Answer(status=429, headers={"retry-after": "5"}),
    "wrong key": Answer(status=400),
    "hangs": Answer("Too late.", delay=60),
    "refuses": Answer(refusal="I cannot help with that."),
    "filtered": Answer("Some", finish="content_filter"),
    "says nothing": Answer(""),
    "breaks off": Answer("I was about to", cut=True),
    "broken JSON": Answer("", garbage=BAD_JSON),
    "not JSON at all": Answer("", garbage="data: <html>502 Bad Gateway</html>\n\n"),
    "an error in the stream": Answer("", garbage='data: {"error": {"message": "overloaded"}}\n\n'),
    "a null in the stream": Answer("", garbage="data: null\n\n", cut=True),
    "slow bytes": Answer("This sentence has no end in sight", bytes_at_once=7, pause=0.05),
    "unknown tool": Answer(calls=[("launch_rocket", {"at": "moon"})]),
    "half a call": Answer(calls=[("log_set", '{"reps": 8, "wei')]),
    "a list for arguments": Answer(calls=[("log_set", "[8, 225]")]),
    "an argument too many": Answer(calls=[("log_set", {"reps": 8, "weight": 225, "user_id": "x"})]),
    "a call without a name": Answer(calls=[("", {})]),
    "endless arguments": Answer(calls=[("log_set", '{"notes": "' + "a" * 20_000 + '"}')]),
    "many calls": Answer(calls=[("log_set", {"reps": i}) for i in range(40)]),
    "always another call": Answer(calls=[*([("get_workout_summary", {})] * 3), ("nothing", {})]),
    "says that it did": Answer("Logged 225 for 8. Nice one!"),
    "invents a record": Answer("Your bench record is 405 for 3."),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_ends_in_a_spoken_answer(
    make_brain: MakeBrain, athlete: UUID, provider: Provider, fault: str
) -> None:
    brain = make_brain(xai_first_words_seconds=0.4, xai_stall_seconds=0.3)
    provider.will(FAULTS[fault])
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say(TALK)
        assert turn.reply in (NOT_UNDERSTOOD, "No workout yet."), fault
        assert (await door.say("bench 225 for 8")).reply.startswith("225 for 8")  # the router goes on
    assert await sets(brain, athlete) == [(225, 8)]


async def test_what_was_committed_is_told_when_the_model_dies_afterwards(
    make_brain: MakeBrain, athlete: UUID, provider: Provider
) -> None:
    brain = make_brain(xai_first_words_seconds=0.4, xai_stall_seconds=0.3)
    provider.will(Answer(calls=[log()]), Answer(status=500))
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(HARD)).reply.startswith("225 for 8")
    assert await sets(brain, athlete) == [(225, 8)]


async def test_sentences_that_were_said_stand_when_the_rest_never_comes(
    make_brain: MakeBrain, athlete: UUID, provider: Provider
) -> None:
    brain = make_brain(xai_stall_seconds=0.3)
    provider.will(Answer("You show up. That counts. And then", piece=12, cut=True))
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(TALK)).reply == "You show up. That counts."


async def test_an_invented_number_is_not_said_and_nothing_after_it(
    brain: Brain, athlete: UUID, provider: Provider
) -> None:
    provider.will(Answer("You work hard. Your best squat is 455. Keep going."))
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(TALK)).reply == "You work hard."


@pytest.mark.parametrize(("piece", "size"), [(1, 11), (2, 7), (5, 5), (0, 64)])
async def test_calls_arrive_whole_however_the_stream_is_cut(
    make_brain: MakeBrain, athlete: UUID, provider: Provider, piece: int, size: int
) -> None:
    brain = make_brain(xai_first_words_seconds=20)
    calls = [log(), ("log_set", {"exercise": "flat bench", "reps": 10, "weight": 205, "set_type": "working"})]
    provider.will(Answer("é…", calls=calls, piece=piece, bytes_at_once=size), Answer("[silent]"))
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say(
            "the flat bench went two twenty five eight came off it and two oh five ten came off it"
        )
    assert [call.tool for call in turn.calls] == ["log_set", "log_set"]
    assert await sets(brain, athlete) == [(225, 8), (205, 10)]


async def test_errors_are_fed_back_and_put_right(brain: Brain, athlete: UUID, provider: Provider) -> None:
    def script(request: Request) -> Answer:
        told = request.outputs
        if not told:
            return Answer(calls=[("log_set", '{"reps": "eight or so"}')])
        return Answer(calls=[log()]) if not told[-1]["ok"] else Answer("[silent]")

    provider.plays(script)
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(HARD)).reply.startswith("225 for 8")
    assert "reps" in provider.requests[1].outputs[0]["why"]
    assert await sets(brain, athlete) == [(225, 8)]


async def test_rounds_have_an_end(make_brain: MakeBrain, athlete: UUID, provider: Provider) -> None:
    brain = make_brain(xai_rounds=3)
    provider.will(Answer(calls=[("get_workout_summary", {})]))
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(TALK)).reply.startswith("No workout yet.")
    assert len(provider.requests) == 3


async def test_a_turn_sent_again_after_a_crash_logs_nothing_twice(
    make_brain: MakeBrain, athlete: UUID, provider: Provider
) -> None:
    """The call was made, then everything stopped; the model would answer otherwise the second time."""
    provider.will(Answer(calls=[log()]), Answer("[silent]"))
    brain = make_brain()
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say(HARD, item_id="turn-1")
    async with brain.database.transaction(None) as db:
        await db.execute(text("delete from messages where role = 'assistant'"))
    provider.will(Answer(calls=[("get_workout_summary", {}), log(reps=8, weight=225)]), Answer("[silent]"))
    async with TextDoor(await make_brain().open(athlete, session.conversation_id)) as door:
        assert (await door.say(HARD, item_id="turn-1")).reply.startswith("225 for 8")
    assert await sets(brain, athlete) == [(225, 8)]


async def test_a_crash_before_the_call_is_made_good_by_the_retry(
    make_brain: MakeBrain, athlete: UUID, provider: Provider
) -> None:
    provider.will(Answer(calls=[log()]), Answer("[silent]"))
    brain = make_brain()
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say(HARD, item_id="turn-1")
    async with brain.database.transaction(None) as db:
        for table in ("messages where role = 'assistant'", "workout_sets", "tool_calls"):
            await db.execute(text(f"delete from {table}"))
    provider.will(Answer(status=500))
    async with TextDoor(await make_brain().open(athlete, session.conversation_id)) as door:
        await door.say(HARD, item_id="turn-1")
    assert await sets(brain, athlete) == [(225, 8)]


async def test_an_interruption_loses_no_call(brain: Brain, athlete: UUID, provider: Provider) -> None:
    provider.will(Answer(calls=[log()], piece=2, pause=0.01), Answer("[silent]"))
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await session.say(HARD, "turn-1")  # its reply has only begun
        await door.say("205 for 10")
    assert await sets(brain, athlete) == [(225, 8), (205, 10)]


async def test_the_breaker_leaves_a_dead_provider_alone(
    brain: Brain, athlete: UUID, provider: Provider
) -> None:
    provider.will(Answer(status=503))
    async with TextDoor(await brain.open(athlete)) as door:
        for _ in range(FAILURES + 3):
            assert (await door.say(TALK)).reply == NOT_UNDERSTOOD
    assert len(provider.requests) == FAILURES


def test_the_breaker_tries_again_one_turn_at_a_time_and_rests_longer_each_time() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(FAILURES):
        assert breaker.may_ask()
        breaker.failed()
    assert not breaker.may_ask()
    now += REST_SECONDS
    assert [breaker.may_ask(), breaker.may_ask()] == [True, False]
    breaker.failed()
    now += REST_SECONDS
    assert not breaker.may_ask()
    now += REST_SECONDS
    assert breaker.may_ask()
    breaker.worked()
    assert [breaker.may_ask(), breaker.may_ask()] == [True, True]
    breaker.failed(retry_seconds=10_000)
    now += MAX_REST_SECONDS - 1
    assert not breaker.may_ask()
    now += 1
    assert breaker.may_ask()


async def test_a_day_has_a_budget_in_tokens_and_in_money(
    make_brain: MakeBrain, athlete: UUID, provider: Provider
) -> None:
    provider.will(Answer("You show up."))
    other = await new_athlete(make_brain().database, email="other@example.org")
    for limit in (
        {"xai_daily_tokens": 1500, "xai_daily_usd": 0},
        {"xai_daily_tokens": 0, "xai_daily_usd": 0.0002},
    ):
        brain = make_brain(**limit)
        async with brain.database.transaction(None) as db:
            await db.execute(text("delete from internal.model_usage"))
        async with TextDoor(await brain.open(athlete)) as door:
            said = [(await door.say(TALK)).reply for _ in range(3)]
            assert said[0] == "You show up."
            assert said[2] == phrase("budget_used")
            assert (await door.say("bench 225 for 8")).reply.startswith("225 for 8")
        async with TextDoor(await brain.open(other)) as door:  # it is each athlete's own
            assert (await door.say(TALK)).reply == "You show up."


async def test_what_was_used_is_counted_exactly(brain: Brain, athlete: UUID, provider: Provider) -> None:
    provider.will(Answer("You show up."))
    async with TextDoor(await brain.open(athlete)) as door:
        await door.say(TALK)
        await door.say(TALK)
    async with brain.database.transaction(None) as db:
        row = (await db.execute(text("select * from internal.model_usage"))).one()
    assert (row.requests, row.asked_tokens, row.cached_tokens, row.answered_tokens) == (2, 2000, 1600, 40)
    assert row.usd == pytest.approx(2 * (200 * 1.25 + 800 * 0.2 + 20 * 2.5) / 1e6)


async def test_a_conversation_only_grows_at_its_end(brain: Brain, athlete: UUID, provider: Provider) -> None:
    provider.will(Answer("You show up."))
    session = await brain.open(athlete)
    async with TextDoor(session) as door:
        await door.say(TALK)
        await door.say("bench 225 for 8")
        provider.will(Answer(calls=[("get_workout_summary", {})]), Answer("Good pace."))
        await door.say("is my bench going anywhere")
        await door.say(TALK)
    bodies = [request.body for request in provider.requests]
    assert len(bodies) >= 4
    assert_prefix([body["messages"] for body in bodies])
    assert all(body["tools"] == bodies[0]["tools"] for body in bodies)
    assert {request.headers["x-grok-conv-id"] for request in provider.requests} == {
        str(session.conversation_id)
    }
    heard = [one["content"] for one in bodies[-1]["messages"]]
    assert any("bench 225 for 8" in one for one in heard)  # what the router did is part of the talk


def assert_prefix(conversations: Sequence[list[object]]) -> None:
    for earlier, later in itertools.pairwise(conversations):
        assert later[: len(earlier)] == earlier


async def test_conversations_begin_the_same(brain: Brain, athlete: UUID, provider: Provider) -> None:
    provider.will(Answer("You show up."))
    other = await new_athlete(brain.database, email="other@example.org", unit="kg")
    for one in (athlete, other):
        async with TextDoor(await brain.open(one)) as door:
            await door.say(TALK)
    first, second = (request.body for request in provider.requests)
    assert first["messages"][0] == second["messages"][0]
    assert first["tools"] == second["tools"]


async def test_athletes_at_once_stay_apart(brain: Brain, athlete: UUID, provider: Provider) -> None:
    provider.will(Answer(calls=[("get_workout_summary", {})], delay=0.02))
    provider.plays(lambda request: Answer(calls=[log()]) if not request.outputs else Answer("[silent]"))
    other = await new_athlete(brain.database, email="other@example.org")

    async def says(who: UUID) -> None:
        async with TextDoor(await brain.open(who)) as door:
            await door.say(HARD)

    await asyncio.gather(says(athlete), says(other))
    assert await sets(brain, athlete) == [(225, 8)]
    assert await sets(brain, other) == [(225, 8)]

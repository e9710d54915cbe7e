"""Corrections become training data, and a trained model answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.errors import Invalid, NotFound
from core.settings import Settings
from db.models import FineTunedModel, User, VoiceCommand
from db.session import Database
from services.finetune import (
    activate,
    active_model,
    athlete_with,
    deactivate,
    export,
    is_for_testing,
    masked,
)
from services.voice_analytics import analyse
from tests.db.fixtures import new_athlete
from tests.grok.provider import Answer, Request, running
from tests.grok.test_answering import TALK


@pytest.fixture
def brain(database: Database) -> Brain:
    return Brain(database, Settings(), speech=None)


async def athlete_for(database: Database, *, testing: bool) -> UUID:
    """An athlete whose turns are for testing, or for training."""
    wanted = next(one for one in iter(uuid4, None) if is_for_testing(one) is testing)
    async with database.transaction(None) as db:
        db.add(User(id=wanted, email=f"{wanted}@example.org", name="Maria Sanchez"))
    return wanted


async def says(brain: Brain, athlete: UUID, *sentences: str) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        for sentence in sentences:
            await door.say(sentence)


def calls_of(example: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    calls = example["messages"][2].get("tool_calls", [])
    return [(one["function"]["name"], json.loads(one["function"]["arguments"])) for one in calls]


async def test_a_corrected_turn_teaches_what_was_meant(brain: Brain, tmp_path: Path) -> None:
    athlete = await athlete_for(brain.database, testing=False)
    await says(brain, athlete, "bench 225 for 8", "no, I said two thirty five", "no I meant ten reps")
    async with brain.database.transaction(athlete) as db:
        first = (await db.scalars(select(VoiceCommand).order_by(VoiceCommand.created_at))).first()
        assert first is not None
        assert (first.was_corrected, first.correction_type) == (True, "reps")
    done = await export(brain.database, tmp_path, "Be brief.")
    lines = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    assert (done.train, done.test, done.athletes) == (len(lines), 0, 1)
    assert [one["role"] for one in lines[0]["messages"]] == ["system", "user", "assistant"]
    assert json.loads(lines[0]["messages"][1]["content"]) == {"athlete": "bench 225 for 8"}
    ((tool, args),) = calls_of(lines[0])
    assert tool == "log_set"
    assert args["reps"] == 10


async def test_an_athlete_is_in_one_file_and_named_in_neither(brain: Brain, tmp_path: Path) -> None:
    for testing in (True, False):
        athlete = await athlete_for(brain.database, testing=testing)
        await says(
            brain,
            athlete,
            "bench 225 for 8",
            "call me Maria",
            "I weigh 70 kilos",
            "one two three four five",
            "Maria here, 205 for 10",
        )
    await export(brain.database, tmp_path, "Be brief.")
    train, test = ((tmp_path / f"{name}.jsonl").read_text() for name in ("train", "test"))
    for written in (train, test):
        assert "225 for 8" in written
        for secret in ("Maria", "Sanchez", "example.org", "70", "@"):
            assert secret not in written
        assert not any(str(one) in written for one in (await ids(brain.database)))


async def ids(database: Database) -> list[UUID]:
    async with database.transaction(None) as db:
        return list(await db.scalars(select(User.id)))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail me at ana.b+gym@mail.example.com please", "mail me at … please"),
        ("my name is Ana Lopez and I squat", "my name is … and I squat"),
        ("call +44 20 7946 0958 now", "call … now"),
        ("415-555-0100 is the gym", "… is the gym"),
        ("see www.example.com/me", "see …"),
        ("ana did bench 225", "… did bench 225"),
        ("225 8 205 10 185 12", "225 8 205 10 185 12"),
        ("bench 225 for 8, 205 for 10", "bench 225 for 8, 205 for 10"),
    ],
)
def test_what_tells_who_speaks_is_masked(said: str, kept: str) -> None:
    assert masked(said, frozenset({"Ana"})) == kept


async def test_figures_of_what_was_understood(brain: Brain) -> None:
    athlete, other = await new_athlete(brain.database), await new_athlete(brain.database)
    await says(brain, athlete, "bench 225 for 8", "no make that ten reps", "205 for 10", "nice")
    await says(brain, other, "squat 315 for 5")
    async with brain.database.transaction(athlete) as db:
        found = await analyse(db, athlete)
        assert (found.turns, found.with_calls, found.corrected) == (4, 3, 1)
        assert found.accuracy == pytest.approx(2 / 3)
        assert found.corrections == {"reps": 1}
        (local,) = found.routes
        assert (local.route, local.turns, local.corrected) == ("local", 4, 1)
        assert local.latency_p50_ms is not None
        await db.execute(update(VoiceCommand).values(route="model").where(VoiceCommand.was_corrected))
        assert {one.route: one.corrected for one in (await analyse(db, athlete)).routes} == {
            "local": 0,
            "model": 1,
        }
    async with brain.database.transaction(other) as db:
        assert (await analyse(db, other)).turns == 1


async def test_an_athletes_own_model_goes_before_everybodys(database: Database) -> None:
    athlete, other = await new_athlete(database), await new_athlete(database)
    async with database.transaction(None) as db:
        assert await active_model(db, athlete, "voice_parser") is None
        await activate(db, "for-all-1", "voice_parser", "grok")
        await activate(db, "for-all-2", "voice_parser", "grok")
        await activate(db, "hers", "voice_parser", "grok", athlete)
        assert await active_model(db, athlete, "voice_parser") == "hers"
        assert await active_model(db, other, "voice_parser") == "for-all-2"
        with pytest.raises(Invalid):
            await activate(db, "hers", "voice_parser", "grok", other)
        assert await deactivate(db, "voice_parser", athlete)
        assert not await deactivate(db, "voice_parser", athlete)
        assert await active_model(db, athlete, "voice_parser") == "for-all-2"
        kept = {one.model_id: one.is_active for one in await db.scalars(select(FineTunedModel))}
        assert kept == {"for-all-1": False, "for-all-2": True, "hers": False}
        with pytest.raises(NotFound):
            await athlete_with(db, "nobody@example.org")


async def test_the_active_model_answers_and_the_usual_one_when_it_is_not_accepted(database: Database) -> None:
    athlete = await new_athlete(database)
    async with database.transaction(None) as db:
        await activate(db, "tuned", "voice_parser", "grok")

    def script(request: Request) -> Answer:
        gone = len(provider.requests) > 1 and request.body["model"] == "tuned"
        return Answer(status=404) if gone else Answer("You show up.")

    async with running() as provider:
        provider.plays(script)
        brain = Brain(database, Settings(xai_api_key="key", xai_base_url=provider.url), speech=None)
        async with TextDoor(await brain.open(athlete)) as door:
            for _ in range(3):
                assert (await door.say(TALK)).reply == "You show up."
        await brain.aclose()
        asked = [request.body["model"] for request in provider.requests]
    usual = brain.settings.xai_model
    assert asked == ["tuned", "tuned", usual, usual]

"""The stage on a real database: what a scenario is given is there when it begins."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.settings import Settings
from db.models import InjuryLog
from db.session import Database
from eval.player import SessionPlayer
from eval.scenario import Given, Scenario
from eval.stage import Stage


async def test_given_injuries_are_active_ones(database: Database) -> None:
    given = Given(injuries=("knee", "wrist"))
    async with Stage(database).athlete(given) as athlete, database.transaction(athlete) as db:
        rows = (await db.scalars(select(InjuryLog))).all()
    assert {(row.body_part, row.is_active) for row in rows} == {("knee", True), ("wrist", True)}


async def test_given_suggestions_can_be_chosen(database: Database) -> None:
    given = Given.model_validate(
        {
            "workout": {"exercise": "Overhead Press"},
            "suggestions": ["Machine Shoulder Press", "Landmine Press"],
        }
    )
    stage = Stage(database)
    async with stage.athlete(given) as athlete:
        conversation = await stage.conversation(athlete, given)
        session = await Brain(database, Settings(), speech=None).open(athlete, conversation)
        assert session.turns.situation.state.suggestions == ("machine-shoulder-press", "landmine-press")
        async with TextDoor(session) as door:
            turn = await door.say("go with the second one")
    assert turn.calls[0].arguments == {"substitute": "Landmine Press"}


async def test_without_suggestions_a_conversation_begins_anew(database: Database) -> None:
    stage = Stage(database)
    async with stage.athlete(Given()) as athlete:
        assert await stage.conversation(athlete, Given()) is None


async def test_a_scenario_with_suggestions_is_played(database: Database) -> None:
    scenario = Scenario.model_validate(
        {
            "id": "one",
            "given": {"workout": {"exercise": "Barbell Back Squat"}, "suggestions": ["Leg Press"]},
            "turns": [{"say": "the first one", "calls": []}],
        }
    )
    (outcome,) = await SessionPlayer(database, Settings()).play(scenario)
    assert [(call.tool, call.args) for call in outcome.calls] == [
        ("swap_exercise", {"substitute": "Leg Press"})
    ]


@pytest.mark.parametrize(("run", "reply"), [("active", "12"), ("paused", "Paused. 11:3")])
async def test_a_given_run_is_on(database: Database, run: Any, reply: str) -> None:
    given = Given(run=run)
    async with Stage(database).athlete(given) as athlete:
        session = await Brain(database, Settings(), speech=None).open(athlete)
        assert session.turns.situation.state.run == run
        async with TextDoor(session) as door:
            assert (await door.say("how long have I been running")).reply.startswith(reply)
            assert (await door.say("finish my run")).outputs[0]["run"]["status"] == "completed"

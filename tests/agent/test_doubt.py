"""Sets that were hardly heard."""

from __future__ import annotations

import pytest

from agent.brain import Brain
from agent.doubt import SURE_CONFIDENCE, SURE_OF_TENS, asked_first
from agent.router import Router
from agent.router.understanding import WorkoutState
from services.exercises.catalogue import packaged_catalogue
from tests.db.fixtures import new_athlete

BENCHING = WorkoutState(workout_open=True, exercise="barbell-bench-press")
UNSURE, SURE = SURE_CONFIDENCE - 0.1, SURE_CONFIDENCE + 0.1
RATHER_SURE = (SURE_CONFIDENCE + SURE_OF_TENS) / 2


@pytest.mark.parametrize(
    ("text", "confidence", "kind"),
    [
        ("225 for 8", UNSURE, "ask"),
        ("225 for 8", SURE, "calls"),
        ("225 for 8", None, "calls"),
        ("225 for 8", 0.0, "calls"),
        ("225 for 50", RATHER_SURE, "ask"),
        ("350 for 5", RATHER_SURE, "ask"),
        ("225 for 20", RATHER_SURE, "calls"),
        ("50 for 15", RATHER_SURE, "calls"),
        ("300 for 5", RATHER_SURE, "calls"),
        ("350 for 50", SURE_OF_TENS, "calls"),
        ("undo", UNSURE, "calls"),
        ("225 for", UNSURE, "ask"),
        ("set a timer for 90 seconds", UNSURE, "calls"),
    ],
)
def test_only_sets_that_were_hardly_heard_are_asked_about(
    text: str, confidence: float | None, kind: str
) -> None:
    understanding = Router(packaged_catalogue()).understand(text, BENCHING)
    assert asked_first(understanding, confidence).kind == kind


async def test_a_set_that_was_hardly_heard_is_written_once_it_is_confirmed(brain: Brain) -> None:
    session = await brain.open(await new_athlete(brain.database))
    turns = session.turns

    async def said(item_id: str, text: str, confidence: float | None) -> list[str]:
        await turns.take(item_id, text, {}, confidence)
        await turns.reply(item_id)
        turn = turns.find(item_id)
        assert turn is not None
        return [call.tool for call in turn.calls] or [turn.reply]

    assert await said("one", "bench press 225 for 8", UNSURE) == ["Was that 225 for 8?"]
    assert await said("two", "yes", UNSURE) == ["log_set"]
    assert await said("three", "235 for 8", UNSURE) == ["Was that 235 for 8?"]
    assert await said("four", "no, 225", SURE) == ["log_set"]
    fourth = turns.find("four")
    assert fourth is not None
    assert (fourth.calls[0].args["weight"], fourth.calls[0].args["reps"]) == (225, 8)
    await session.aclose()

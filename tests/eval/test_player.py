"""Calls as they are judged: what was written, what was only looked up, what was refused."""

import pytest

from core.errors import NotConfigured
from core.settings import Settings
from eval.loading import load_scenarios, packaged_scenarios
from eval.making import make_player
from eval.player import SessionPlayer, observed
from eval.run import run_scenarios
from tests.grok.provider import Answer, running


async def test_the_model_alone_needs_a_model(tmp_path):
    with pytest.raises(NotConfigured, match="XAI_API_KEY"):
        async with make_player(router="llm", settings=Settings(home=tmp_path)):
            pass


async def test_a_model_that_is_asked_first_is_judged_and_paid_for(database):
    """It knows what was said, and calls what the scenario expects: the policy lets through what was said."""
    (story,) = (one for one in load_scenarios([packaged_scenarios()]) if one.id == "log-001")
    (turn,) = story.turns
    calls = [(call.tool, dict(call.args)) for call in turn.calls]
    async with running() as provider:
        provider.plays(lambda request: Answer("[silent]") if request.outputs else Answer(calls=calls))
        settings = Settings(xai_api_key="key", xai_base_url=provider.url)
        player = SessionPlayer(database, settings, model_first=True)
        run = await run_scenarios(player, [story], dataset="one", router="llm")
        await player.aclose()
        assert provider.requests
    assert run.measures.exact.value == 1
    assert run.measures.cost_usd > 0


@pytest.mark.parametrize(
    ("tool", "output", "wrote", "failed"),
    [
        ("log_set", {"ok": True, "say": "225 for 8."}, True, False),
        ("log_set", {"ok": False, "question": "Which exercise?"}, False, True),
        ("get_personal_records", {"ok": True, "say": "245 for 1."}, False, False),
        ("calculate_plates", {"ok": False, "question": "What does the bar weigh?"}, False, True),
        ("undo_last", {"ok": False, "question": "There is nothing to undo."}, False, False),
        ("a_tool_that_we_lack", {"ok": True}, True, False),
    ],
)
def test_a_question_that_is_answered_writes_nothing(tool, output, wrote, failed):
    call = observed(tool, {}, output)
    assert (call.wrote, call.failed) == (wrote, failed)

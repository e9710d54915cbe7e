"""With the provider dead, slow or lying, scenarios pass as they do without it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from core.settings import Settings
from db.session import Database
from eval.judge import judge_scenario
from eval.loading import load_scenarios, packaged_scenarios
from eval.player import SessionPlayer
from tests.grok.provider import Answer, Provider, Request

HANDED_OVER = "conv-009 conv-010 conv-012 ask-056 ask-057 nfa-025 nfa-034 nfa-039 nfa-044 nfa-046 pro-007"
UNDERSTOOD = "log-001 log-020 ses-001 cor-001 und-001 ask-001 nfa-001"


def lies(request: Request) -> Answer:
    """Logs what was never done, undoes what was, and boasts of records."""
    if request.outputs:
        return Answer("Logged! Your best is 405 for 3.")
    numbers = [int(one) for one in re.findall(r"\d+", str(request.said["athlete"]))] or [245, 10]
    return Answer(
        "Done!",
        calls=[
            ("log_set", {"weight": max(numbers), "reps": min(numbers)}),
            *[(tool, {}) for tool in ("undo_last", "finish_workout", "repeat_set", "start_workout")],
            ("update_profile", {"name": "Pwned"}),
        ],
    )


SCRIPTS: dict[str, Callable[[Request], Answer]] = {
    "dead": lambda _: Answer(status=503),
    "slow": lambda _: Answer("This is very slow", delay=5),
    "lying": lies,
    "smooth": lambda _: Answer("Sounds great, nice work!"),
}


@pytest.mark.parametrize("fault", SCRIPTS)
async def test_scenarios_pass_whatever_the_provider_does(
    database: Database, provider: Provider, fault: str
) -> None:
    wanted = {*HANDED_OVER.split(), *UNDERSTOOD.split()}
    stories = [one for one in load_scenarios([packaged_scenarios()]) if one.id in wanted]
    assert len(stories) > len(HANDED_OVER.split())
    provider.plays(SCRIPTS[fault])
    settings = Settings(xai_api_key="key", xai_base_url=provider.url, xai_first_words_seconds=0.2)
    player = SessionPlayer(database, settings)
    for story in stories:
        for result in judge_scenario(story, await player.play(story), tools=player.tools):
            assert result.exact or not result.supported, (story.id, result.reasons)
            assert not result.false_writes, story.id
    assert provider.requests
    await player.aclose()

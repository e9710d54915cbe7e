"""The judge may object to a turn that is exact and never makes a wrong one right; without it all goes on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from core.errors import NotConfigured
from core.settings import Settings
from eval.outcome import TurnOutcome
from eval.report import to_json
from eval.run import run_scenarios
from eval.scenario import Turn
from eval.verdicts import Judge
from tests.eval.builders import FakePlayer, expect, made, scenario, turn

STORIES = [
    scenario(turn(expect("log_set", reps=n, weight=230), say=f"230 for {n}"), id=f"s-{n}")
    for n in (5, 6, 7, 8)
]


def plays(wanted: Turn) -> TurnOutcome:
    """Exact but for 8; says something else than it did for 6."""
    reps = wanted.calls[0].args["reps"]
    call = made("log_set", reps=99 if reps == 8 else reps, weight=230)
    return TurnOutcome((call,), f"230 for {16 if reps == 6 else reps}.")


@asynccontextmanager
async def model(answer: Callable[[dict[str, Any]], str]) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A chat completions service on loopback that answers what `answer` makes of the turn it is shown."""
    shown: list[dict[str, Any]] = []

    async def complete(request: web.Request) -> web.Response:
        turn = json.loads((await request.json())["messages"][-1]["content"])
        shown.append(turn)
        message = {"role": "assistant", "content": answer(turn)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        head = {"id": "1", "object": "chat.completion", "created": 0, "model": "m"}
        return web.json_response({**head, "choices": [choice]})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/v1")), shown
    await server.close()


def objects(shown: dict[str, Any]) -> str:
    wrong = f" {shown['calls'][0]['arguments']['reps']}." not in shown["answer"]
    return json.dumps({"object": wrong, "why": "it says other reps"})


@pytest.mark.parametrize(
    ("answer", "exact", "verdicts"), [(objects, 2, (3, 1, 0)), (lambda _: "I think it is fine", 3, (3, 0, 3))]
)
async def test_a_judge_may_object_and_never_rescues(
    answer: Callable[[dict[str, Any]], str],
    exact: int,
    verdicts: tuple[int, int, int],
) -> None:
    async with model(answer) as (url, shown):
        judge = Judge("m", Settings(xai_api_key="any", xai_base_url=url))
        run = await run_scenarios(FakePlayer(plays), STORIES, dataset="mine", router="local", judge=judge)
    report = to_json(run)
    assert report["exact_turns"] == exact
    assert report["judge"] == dict(zip(("asked", "vetoed", "failed"), verdicts, strict=True), model="m")
    assert "230 for 8" not in [one["said"] for one in shown], "what is wrong is not shown to it"
    reasons = {one["id"]: one["reasons"] for one in report["failures"]}
    assert reasons.get("s-6", ["the judge objects: it says other reps"]) == [
        "the judge objects: it says other reps"
    ]


def test_without_a_key_it_says_what_to_set() -> None:
    with pytest.raises(NotConfigured, match="XAI_API_KEY"):
        Judge("m", Settings(xai_api_key=None))

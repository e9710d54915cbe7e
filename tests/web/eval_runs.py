"""What the page of evaluation runs asks: nights of three sets, made by the code of the harness."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.problems import problem
from api.routers.evaluations import POLICY, EvalComparisonOut
from eval.keeping import new_run
from eval.outcome import TurnOutcome
from eval.report import to_json
from eval.run import run_scenarios
from eval.scenario import Scenario, Turn
from services import evaluations
from services.evaluations import NewRun
from tests.eval.builders import FakePlayer, as_expected, expect, scenario, turn

NIGHTS = 4
LAST = datetime(2026, 3, 3, 2, 23, tzinfo=UTC)
STORIES = [
    scenario(
        turn(expect(tool, reps=n, weight=230), say=f"230 for {n}"),
        id=f"log-{n:03}",
        tags=[tag, f"noise:{noise}"],
    )
    for n, (tool, tag, noise) in enumerate(
        zip(
            ["log_set", "correct_set", "undo_last"] * 8,
            ["number-words", "unit-switch", "rpe", "filler"] * 6,
            ["none", "plates 10 dB", "music 10 dB"] * 8,
            strict=True,
        ),
        start=1,
    )
]
NOISES = ["plates 10 dB", "music 10 dB", "babble 10 dB", "treadmill 10 dB"]
SETS: tuple[tuple[str, dict[str, Any], tuple[int, ...]], ...] = (
    ("packaged scenarios", {}, (20, 24, 22, 24)),
    ("packaged scenarios", {"vary": 1}, (20, 20, 22, 21)),
    (
        "eval/scenarios/logging.jsonl, eval/scenarios/not_for_the_agent.jsonl",
        {"aloud": True, "voices": 6, "noise": NOISES},
        (12, 15, 15, 18),
    ),
)
"""The set, how it was played, and how many turns were understood, night by night."""


class EvalRuns:
    """Runs that were kept. `runs` may be emptied, and `fault` set, before a page is opened."""

    def __init__(self) -> None:
        self.runs = dict(kept_runs())
        self.fault = ""

    def routes(self) -> list[Route]:
        """What a server has for the page."""
        return [
            Route("/api/admin/eval/runs", self._list),
            Route("/api/admin/eval/compare", self._compare),
            Route("/api/admin/eval/runs/{run:uuid}/page", self._page),
        ]

    async def _list(self, _: Request) -> Response:
        if self.fault:
            return problem(503, self.fault)
        newest = sorted(self.runs.items(), key=lambda one: one[1][0], reverse=True)
        return JSONResponse({"runs": [_told(key, at, run) for key, (at, run) in newest]})

    async def _compare(self, request: Request) -> Response:
        sides = [self.runs[UUID(request.query_params[name])][1].report for name in ("first", "second")]
        try:
            found = evaluations.compare(*sides)
        except evaluations.ReportError as error:
            return problem(422, str(error))
        return JSONResponse(EvalComparisonOut.of(found).model_dump(mode="json"))

    async def _page(self, request: Request) -> Response:
        _, run = self.runs[request.path_params["run"]]
        return Response(run.page, media_type="text/html", headers={"Content-Security-Policy": POLICY})


@cache
def kept_runs() -> Mapping[UUID, tuple[str, NewRun]]:
    """By id, when each was kept and what it is."""
    # The browser's loop may run in this thread, and there can be but one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _nights()).result()


async def _nights() -> dict[UUID, tuple[str, NewRun]]:
    kept = {}
    for night in range(NIGHTS):
        for place, (name, how, understood) in enumerate(SETS):
            at = LAST - timedelta(days=NIGHTS - 1 - night) + timedelta(minutes=9 * place)
            run = await _run(name, how, understood[night])
            kept[UUID(int=100 * night + place + 1)] = at.isoformat(), run
    return kept


async def _run(name: str, how: dict[str, Any], understood: int) -> NewRun:
    report = to_json(await run_scenarios(_player(STORIES, understood), STORIES, dataset=name, router="local"))
    settings = {"stt_model": "auto", "tts_voice": "auto"}
    return new_run(report | {"how": how, "commit": f"{understood:02}b1efbc7d2a", "settings": settings})


def _player(stories: Iterable[Scenario], understood: int) -> FakePlayer:
    """Of the turns the first so many are understood, and of the others the first two falsely."""
    says = [story.turns[0].say for story in stories]

    def behave(wanted: Turn) -> TurnOutcome:
        place = says.index(wanted.say)
        if place < understood:
            return as_expected(wanted)
        if place >= understood + 2:
            return TurnOutcome(reply="Sorry, what was that?")
        falsely = wanted.calls[0].model_copy(update={"args": {"reps": 99, "weight": 230}})
        return as_expected(wanted.model_copy(update={"calls": (falsely,)}))

    return FakePlayer(behave)


def _told(key: UUID, at: str, run: NewRun) -> dict[str, Any]:
    return {
        "id": str(key),
        "taken_at": at,
        "series": run.series,
        "router": run.router,
        "commit_id": run.commit_id,
        "settings": dict(run.settings),
        "figures": dict(run.figures),
    }

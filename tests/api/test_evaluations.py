"""Evaluation runs over HTTP: operators alone see them, their reports and two compared."""

from __future__ import annotations

from uuid import uuid4

import pytest

from eval.keeping import keep
from eval.outcome import TurnOutcome
from eval.report import to_json
from eval.run import run_scenarios
from eval.scenario import Turn
from services.operators import assign_role
from tests.api.conftest import Athlete
from tests.eval.builders import FakePlayer, as_expected, expect, scenario, turn

STORIES = [
    scenario(turn(expect("log_set", reps=n, weight=230), say=f"230 for {n}"), id=f"log-{n}", tags=["log"])
    for n in range(1, 11)
]


@pytest.fixture
async def olga(ana: Athlete) -> Athlete:
    """An operator."""
    async with ana.database.transaction(None) as db:
        await assign_role(db, ana.id, "admin")
    return ana


def clumsy(wanted: Turn) -> TurnOutcome:
    """Understands nothing above 4."""
    return as_expected(wanted) if wanted.calls[0].args["reps"] <= 4 else TurnOutcome(reply="What?")


async def saved(athlete: Athlete, player: FakePlayer, name: str = "mine") -> str:
    report = to_json(await run_scenarios(player, STORIES, dataset=name, router="local"))
    run_id, _ = await keep(athlete.database, report | {"commit": "abc", "settings": {"stt_model": "tiny"}})
    return str(run_id)


async def test_runs_are_listed_the_newest_first_with_what_they_came_to(olga: Athlete) -> None:
    older, newer = await saved(olga, FakePlayer(clumsy)), await saved(olga, FakePlayer())
    runs = (await olga.get("/api/admin/eval/runs")).json()["runs"]
    assert [one["id"] for one in runs] == [newer, older]
    assert (runs[1]["series"], runs[1]["router"], runs[1]["commit_id"]) == ("mine: typed", "local", "abc")
    assert runs[1]["settings"] == {"stt_model": "tiny"}
    figures = runs[1]["figures"]
    assert (figures["turns"], figures["exact_turns"]) == (10, 4)
    assert figures["by_tool"] == {"log_set": [4, 10]}
    assert figures["by_tag"] == {"log": [4, 10]}
    assert len((await olga.get("/api/admin/eval/runs?limit=1")).json()["runs"]) == 1


async def test_the_report_of_a_run_is_a_page_that_can_do_nothing_but_be_read(olga: Athlete) -> None:
    answer = await olga.get(f"/api/admin/eval/runs/{await saved(olga, FakePlayer(clumsy))}/page")
    assert answer.headers["content-type"].startswith("text/html")
    assert "What went wrong: 6 turns" in answer.text
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "sandbox" in policies[0]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_two_runs_are_compared_turn_by_turn(olga: Athlete) -> None:
    first, second = await saved(olga, FakePlayer()), await saved(olga, FakePlayer(clumsy))
    found = (await olga.get(f"/api/admin/eval/compare?first={first}&second={second}")).json()
    assert (found["better"], found["only_first_total"], found["only_second_total"]) == ("first", 6, 0)
    assert found["p_value"] == pytest.approx(2 / 2**6)
    assert found["only_first"][0] == {"id": "log-5", "run": 1, "turn": 1}
    assert found["first"] == {"exact_turns": 10, "turns": 10, "false_writes": 0}
    same = (await olga.get(f"/api/admin/eval/compare?first={first}&second={first}")).json()
    assert same["better"] is None


async def test_what_is_not_there_or_has_nothing_in_common(olga: Athlete) -> None:
    first = await saved(olga, FakePlayer())
    run = await run_scenarios(FakePlayer(), [scenario(turn(), id="x")], dataset="other", router="local")
    second, _ = await keep(olga.database, to_json(run))
    assert (await olga.get(f"/api/admin/eval/compare?first={first}&second={second}")).status_code == 422
    assert (await olga.get(f"/api/admin/eval/compare?first={first}&second={uuid4()}")).status_code == 404
    assert (await olga.get(f"/api/admin/eval/runs/{uuid4()}/page")).status_code == 404


@pytest.mark.parametrize("path", ["runs", "runs/{id}/page", "compare?first={id}&second={id}"])
async def test_nobody_else_sees_them(ana: Athlete, ben: Athlete, path: str) -> None:
    run = await saved(ana, FakePlayer())
    assert (await ben.get(f"/api/admin/eval/{path.format(id=run)}")).status_code == 403

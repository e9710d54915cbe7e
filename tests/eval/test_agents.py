"""The harness put to the test: agents that are no good, and a fault in the router, score what they should."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from agent.router import Router
from agent.router.understanding import Understanding
from core.settings import Settings
from db.session import Database
from eval.agents import KnownAgent
from eval.loading import load_scenarios, packaged_scenarios
from eval.outcome import Player
from eval.player import SessionPlayer
from eval.report import to_json
from eval.run import Run, run_scenarios
from eval.scenario import Scenario
from services.evaluations import compare, is_worse
from tests.eval.faults import wrong_reps
from tools import TOOLS

SCENARIOS = load_scenarios([packaged_scenarios()])
TURNS = [turn for scenario in SCENARIOS for turn in scenario.turns]
FAULTY = 0.3


def play(player: Player, scenarios: list[Scenario] = SCENARIOS) -> Run:
    return asyncio.run(
        run_scenarios(player, scenarios, dataset="mine", router="local", count_unsupported=True)
    )


def test_who_does_nothing_is_right_where_nothing_is_to_be_done() -> None:
    measures = play(KnownAgent("silent", list(TOOLS))).measures
    idle = [t for t in TURNS if not t.calls and not t.ask and not t.reply and not t.after]
    may_be_idle = [t for t in TURNS if not t.calls and not t.ask]
    assert len(idle) <= measures.exact.hits <= len(may_be_idle)
    assert measures.false_writes == 0
    assert measures.missed == sum(len(turn.calls) for turn in TURNS)


def test_who_always_logs_writes_falsely_wherever_no_set_was_said() -> None:
    run = play(KnownAgent("eager", list(TOOLS)))
    assert run.measures.exact.hits == 0
    quiet = [r for r in run.results if not any(c.tool in ("log_set", "repeat_set") for c in r.turn.calls)]
    assert all(r.false_writes == 1 for r in quiet)
    assert run.measures.false_writes > 0.95 * len(TURNS)


def test_who_answers_at_random_is_seldom_right_and_alike_with_the_same_seed() -> None:
    one, two, other = [play(KnownAgent("random", list(TOOLS), seed)) for seed in (1, 1, 2)]
    outcomes = [[r.outcome for r in run.results] for run in (one, two, other)]
    assert outcomes[0] == outcomes[1] != outcomes[2]
    exact = one.measures.exact
    # One tool in dozens is the right one by chance, and its arguments hardly ever.
    assert 0 < exact.hits / exact.total < 0.1
    assert one.measures.false_writes > exact.total / 2


@pytest.mark.slow
async def test_a_fault_in_the_router_is_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios = [s for s in SCENARIOS if s.id.startswith("log-") and len(s.turns) == 1][:40]
    sound = await run_scenarios(
        SessionPlayer(database, Settings(), passing=True), scenarios, dataset="mine", router="local"
    )
    chance, broken = Random(5), []
    understand = Router.understand

    def faulty(self: Router, *args: Any, **more: Any) -> Understanding:
        understood = understand(self, *args, **more)
        if chance.random() > FAULTY or wrong_reps(understood) == understood:
            return understood
        broken.append(args[0])
        return wrong_reps(understood)

    monkeypatch.setattr(Router, "understand", faulty)
    run = await run_scenarios(
        SessionPlayer(database, Settings(), seed=1, passing=True), scenarios, dataset="mine", router="local"
    )
    assert sound.measures.exact.value == sound.measures.end_states.value == 1.0
    assert len(broken) > 5
    assert [r.turn.say for r in run.failures] == broken
    assert run.measures.false_writes >= len(broken)
    different = [r.turn.say for r in run.results if r.outcome.end_state]
    assert different == broken, "the rows say so too"
    compared = compare(to_json(sound), to_json(run))
    assert is_worse(compared)
    assert len(compared.only_first) == len(broken)

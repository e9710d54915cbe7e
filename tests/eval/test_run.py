import asyncio
import json
import math

import pytest
from rich.console import Console

from eval import run as running
from eval.loading import load_scenarios, packaged_scenarios
from eval.outcome import ObservedCall, TurnOutcome
from eval.report import to_json
from eval.run import run_scenarios
from eval.tables import render
from tests.eval.builders import FakePlayer, as_expected, expect, made, scenario, turn

STORIES = [
    scenario(turn(expect("log_set", reps=8, weight=230), say="two thirty for eight"), id="log", tags=["log"]),
    scenario(turn(say="nice"), id="chat", tags=["[bold]"]),
    scenario(turn(expect("get_wod", wod="Fran"), say="what's fran"), id="wod"),
]
CONTRACT = {
    "dataset", "router", "prompts", "turns", "exact_turns", "tool_accuracy", "argument_accuracy",
    "false_writes",
    "missed", "word_error_rate", "latency_ms", "cost_usd", "pass_at_k", "pass_hat_k", "failures",
}  # fmt: skip


def play(player, scenarios=STORIES, **options):
    return asyncio.run(run_scenarios(player, scenarios, dataset="mine", router="local", **options))


def printed(done):
    console = Console(width=120)
    with console.capture() as capture:
        console.print(render(done))
    return capture.get()


def talks_nonsense(wanted):
    return TurnOutcome(calls=(made("log_set", reps=99, weight=math.nan),), reply="[red]Done", row_counts=(2,))


def test_a_perfect_player_is_exact_on_every_packaged_scenario():
    stories = load_scenarios([packaged_scenarios()])
    done = play(FakePlayer(), stories, count_unsupported=True)
    assert done.failures == []
    assert done.measures.exact.value == 1.0
    assert done.measures.exact.total == sum(len(s.turns) for s in stories)


def test_a_player_that_logs_everything_is_caught_on_every_turn_that_asks_for_nothing():
    stories = load_scenarios([packaged_scenarios() / f"{n}.jsonl" for n in ("must_ask", "not_for_the_agent")])
    done = play(FakePlayer(talks_nonsense), stories)
    quiet = [t for s in stories for t in s.turns if not t.calls]
    assert done.measures.exact.hits == 0
    assert done.measures.false_writes >= len(quiet)


def test_a_player_that_splits_sets_and_spells_repeats_out_stays_exact():
    def spelt_out(wanted):
        calls = []
        for call in wanted.calls:
            sets = call.args.get("sets", 1) if call.tool == "log_set" else 1
            args = (
                {k: v for k, v in call.args.items() if k != "sets"} if call.tool == "log_set" else call.args
            )
            calls += [ObservedCall(call.tool, args, wrote=True)] * sets
        outcome = as_expected(wanted)
        return TurnOutcome(tuple(calls), outcome.reply, row_counts=outcome.row_counts)

    stories = load_scenarios([packaged_scenarios()])
    assert play(FakePlayer(spelt_out), stories, count_unsupported=True).failures == []


def test_unsupported_turns_are_left_out_unless_asked_for():
    assert play(FakePlayer()).measures.exact.total == 2
    done = play(FakePlayer(), count_unsupported=True)
    assert (done.measures.exact.total, done.measures.unsupported_turns) == (3, 0)


def test_everything_is_played_again():
    player = FakePlayer()
    done = play(player, repeat=3)
    assert player.played == ["log", "chat", "wod"] * 3
    assert (done.measures.exact.total, done.measures.pass_hat_k) == (6, 1.0)


def test_several_at_once_and_results_in_order():
    class SlowPlayer(FakePlayer):
        now = most = 0

        async def play(self, scenario):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.01 if scenario.id == "log" else 0)
            self.now -= 1
            return await super().play(scenario)

    ticks = []
    player = SlowPlayer()
    done = play(player, jobs=2, on_played=lambda: ticks.append(1))
    assert player.most == 2
    assert len(ticks) == 3
    assert [r.scenario.id for r in done.results] == ["log", "chat", "wod"]


def test_a_scenario_that_breaks_does_not_end_the_run():
    class BrittlePlayer(FakePlayer):
        async def play(self, scenario):
            if scenario.id == "chat":
                raise RuntimeError("lost the thread")
            return await super().play(scenario)

    done = play(BrittlePlayer())
    assert (done.measures.exact.hits, done.measures.errors) == (1, 1)
    assert "RuntimeError: lost the thread" in printed(done)


def test_a_scenario_that_hangs_does_not_hang_the_run(monkeypatch):
    class StuckPlayer(FakePlayer):
        async def play(self, scenario):
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

    monkeypatch.setattr(running, "TURN_TIMEOUT_SECONDS", 0.01)
    assert play(StuckPlayer()).measures.errors == 2


def test_the_report_has_what_the_contract_names():
    report = to_json(play(FakePlayer(talks_nonsense)))
    assert report.keys() >= CONTRACT
    assert report["latency_ms"].keys() == {"p50", "p95", "p99"}
    assert (report["turns"], report["exact_turns"], report["false_writes"]) == (2, 0, 3)
    assert report["unsupported"] == {"turns": 1, "tools": {"get_wod": 1}}
    assert [f["id"] for f in report["failures"]] == ["log", "chat", "wod"]
    failure = report["failures"][0]
    assert (failure["turn"], failure["say"]) == (1, "two thirty for eight")
    assert failure["expected"]["calls"] == [{"tool": "log_set", "args": {"reps": 8, "weight": 230}}]
    assert failure["got"]["calls"][0]["args"]["reps"] == 99
    json.dumps(report)


@pytest.mark.parametrize("behave", [as_expected, talks_nonsense])
def test_the_report_for_people(behave):
    text = printed(play(FakePlayer(behave), repeat=2))
    assert "exact turns" in text
    assert ("log_set(reps=99" in text) is (behave is talks_nonsense)
    assert ("[red]Done" in text) is (behave is talks_nonsense), "replies are shown as they are, not as markup"
    assert "pass^2" in text


def test_only_the_first_failures_are_shown():
    many = [scenario(turn(say="hi"), id=f"s-{n}") for n in range(60)]
    assert "... and 10 more failures" in printed(play(FakePlayer(talks_nonsense), many))

import json
import sys
from contextlib import asynccontextmanager
from types import ModuleType

import pytest
from typer.testing import CliRunner

from cli.eval import eval_app
from core.errors import NotConfigured
from core.statistics import Share, mcnemar
from eval.outcome import TurnOutcome
from services.evaluations.comparing import Compared, Side
from tests.eval.builders import FakePlayer, as_expected

LINES = [
    {"id": "a", "tags": ["x"], "turns": [{"say": "undo", "calls": [{"tool": "undo_last"}]}]},
    {"id": "b", "turns": [{"say": "nice", "calls": []}]},
]


class Factory(ModuleType):
    """Stands where `eval.making` is imported from."""

    def __init__(self):
        super().__init__("eval.making")
        self.player = FakePlayer()
        self.routers = []

    @asynccontextmanager
    async def make_player(self, *, router, settings, jobs, seed):
        if router == "llm":
            raise NotConfigured("No language model is configured. Set a key.")
        self.routers.append(router)
        yield self.player


@pytest.fixture
def factory(monkeypatch):
    module = Factory()
    monkeypatch.setitem(sys.modules, "eval.making", module)
    return module


@pytest.fixture
def dataset(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)), encoding="utf-8")
    return path


def invoke(*args):
    return CliRunner().invoke(eval_app, ["run", *map(str, args)])


def test_a_run_that_completes_exits_0(factory, dataset):
    factory.player.behave = lambda turn: TurnOutcome()
    result = invoke(dataset)
    assert result.exit_code == 0, result.output
    assert "1 of 2" in result.stdout
    assert factory.routers == ["local"]


def test_the_report_is_written(factory, dataset, tmp_path):
    out = tmp_path / "out.json"
    assert invoke(dataset, "--json", out, "--router", "auto", "--repeat", 2).exit_code == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert (report["turns"], report["exact_turns"], report["router"]) == (4, 4, "auto")
    assert report["dataset"] == str(dataset)
    assert report["settings"].keys() >= {"stt_model", "tts_voice"}


@pytest.mark.parametrize(("minimum", "exit_code"), [("0.5", 0), ("0.51", 1), ("1", 1)])
def test_a_lower_share_than_the_minimum_exits_1(factory, dataset, minimum, exit_code):
    factory.player.behave = lambda turn: TurnOutcome()
    assert invoke(dataset, "--min-exact", minimum).exit_code == exit_code


def test_a_minimum_of_nothing_is_not_met(factory, dataset):
    factory.player.tools = frozenset()
    assert invoke(dataset, "--id", "a", "--min-exact", "0").exit_code == 1
    assert invoke(dataset, "--id", "a", "--min-exact", "0", "--all").exit_code == 0


def test_selecting(factory, dataset):
    assert invoke(dataset, "--tag", "x").exit_code == 0
    assert invoke(dataset, "--id", "b", "--jobs", 4).exit_code == 0
    assert factory.player.played == ["a", "b"]


def test_the_packaged_scenarios_are_the_default(factory):
    factory.player.behave = as_expected
    result = invoke("--tag", "undo_last", "--min-exact", "1")
    assert result.exit_code == 0, result.output
    assert len(factory.player.played) > 10


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl: no such file or folder"),
        (["{dataset}", "--id", "zzz"], "zzz"),
        (["{dataset}", "--router", "llm"], "No language model is configured"),
        (["{dataset}", "--json", "/nowhere/at/all.json"], "/nowhere/at/all.json"),
        (["{dataset}", "--router", "grok"], "grok"),
        (["{dataset}", "--min-exact", "98"], "--min-exact"),
        (["{dataset}", "--repeat", "0"], "--repeat"),
    ],
)
def test_bad_input_exits_2_and_says_why(factory, dataset, args, message):
    result = invoke(*(arg.format(dataset=dataset) for arg in args))
    assert result.exit_code == 2
    assert message in result.stderr
    assert factory.player.played == []


def test_a_malformed_file_exits_2_and_names_the_line(factory, dataset):
    dataset.write_text('{"id": "a"\n', encoding="utf-8")
    result = invoke(dataset)
    assert result.exit_code == 2
    assert "set.jsonl:1: not JSON" in result.stderr


@pytest.mark.parametrize(("only_before", "exit_code"), [(6, 1), (5, 0), (0, 0)])
def test_a_run_that_is_worse_than_the_one_before_exits_1_if_that_is_more_than_chance(
    factory, dataset, monkeypatch, only_before, exit_code
):
    side = Side("mine", Share(0, 0), {}, 0, {}, None)
    lost = tuple((f"s-{n}", 1, 1) for n in range(only_before))
    compared = Compared(side, side, lost, (), mcnemar(only_before, 0), 0)
    monkeypatch.setattr("cli.eval.keep", lambda report: compared)
    result = invoke(dataset, "--save", "--not-worse")
    assert result.exit_code == exit_code
    assert ("worse than the one before" in result.stderr) is (exit_code == 1)
    assert invoke(dataset, "--not-worse").exit_code == 2

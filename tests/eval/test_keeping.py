"""Runs that are kept: in their series, each compared with the one before; and the nightly sets."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.nightly import eval_app
from db.session import Database
from eval.gates import gate
from eval.keeping import keep, series_of
from eval.nightly import sets
from eval.outcome import TurnOutcome
from eval.report import to_json
from eval.run import run_scenarios
from eval.scenario import Turn
from services.evaluations import is_worse
from tests.eval.builders import FakePlayer, as_expected, expect, scenario, turn

STORIES = [
    scenario(turn(expect("log_set", reps=n, weight=230), say=f"230 for {n}"), id=f"log-{n}")
    for n in range(1, 13)
]


async def report_of(player: FakePlayer, **more: Any) -> dict[str, Any]:
    return to_json(await run_scenarios(player, STORIES, dataset="mine", router="local")) | more


def worse(wanted: Turn) -> TurnOutcome:
    return as_expected(wanted) if wanted.calls[0].args["reps"] > 6 else TurnOutcome(reply="What?")


async def test_a_run_is_compared_with_the_one_before_of_its_series(database: Database) -> None:
    good, bad = await report_of(FakePlayer()), await report_of(FakePlayer(worse))
    _, first = await keep(database, good)
    assert first is None
    await keep(database, bad | {"how": {"aloud": True}})
    _, same = await keep(database, good)
    assert same is not None
    assert not is_worse(same)
    _, dropped = await keep(database, bad)
    assert dropped is not None
    assert is_worse(dropped)
    _, recovered = await keep(database, good)
    assert recovered is not None
    assert not is_worse(recovered), "better is not worse"


async def test_a_set_that_is_another_one_by_now_is_no_fault(database: Database) -> None:
    await keep(database, await report_of(FakePlayer()))
    others = [scenario(turn(), id="other")]
    report = to_json(await run_scenarios(FakePlayer(), others, dataset="mine", router="local"))
    assert (await keep(database, report))[1] is None


def test_a_series_says_how_it_was_played() -> None:
    how = {"aloud": True, "voices": 6, "noise": ["plates 10 dB"], "vary": 2, "selected": ["rpe"]}
    report = {"dataset": "packaged scenarios", "how": how}
    assert series_of(report) == (
        "packaged scenarios: aloud, in 2 other words, 6 voices, plates 10 dB, only rpe"
    )
    assert series_of({"dataset": "mine", "how": {"door": True}}) == "mine: aloud through the door"


def test_every_nightly_set_has_a_gate_and_its_files() -> None:
    for name, arguments in sets().items():
        assert gate(name)
        assert all(Path(one).exists() for one in arguments if one.endswith(".jsonl"))


@pytest.mark.parametrize(("bad", "exit_code"), [((), 0), (("varied",), 1)])
def test_a_night_goes_through_all_sets_and_names_the_bad(
    bad: tuple[str, ...], exit_code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        name = command[command.index("--gate") + 1]
        assert {"--save", "--not-worse", str(tmp_path / f"{name}.json")} <= set(command)
        played.append(name)
        return SimpleNamespace(returncode=int(name in bad))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("os.nice", lambda _: 0)
    result = CliRunner().invoke(eval_app, ["nightly", "--reports", str(tmp_path)])
    assert result.exit_code == exit_code, result.output
    assert played == ["text", "varied", "aloud", "door"]
    assert ("worse than before: varied" in result.stderr) is bool(bad)
    assert CliRunner().invoke(eval_app, ["nightly", "--only", "everything"]).exit_code == 2

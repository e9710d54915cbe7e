"""A small set said aloud passes its gate, and nothing that is broken does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.router import Router, lexer
from core.settings import Settings
from db.session import Database
from eval.gates import below, gate, measures
from eval.judge import TurnResult
from eval.loading import load_scenarios, packaged_scenarios
from eval.player import SessionPlayer
from eval.report import to_json
from eval.run import Run, run_scenarios
from eval.scenario import Scenario
from eval.voices import VOICES, Noise, Studio
from tests.eval.faults import wrong_reps

NOISES = (Noise(), Noise("plates", 25.0))
EVERY = {"logging": 8, "not_for_the_agent": 14}
"""One scenario in so many is said here, `make eval` says all of these files: enough turns that chance, which
falls otherwise on each processor, does not decide."""

pytestmark = [pytest.mark.slow, pytest.mark.alone]


def chosen() -> list[Scenario]:
    return [
        s for name, n in EVERY.items() for s in load_scenarios([packaged_scenarios() / f"{name}.jsonl"])[::n]
    ]


def as_heard(results: Sequence[TurnResult], texts: Sequence[str]) -> list[Scenario]:
    """The scenarios of one turn each in text, as if they had been heard as `texts`."""
    return [
        r.scenario.model_copy(update={"turns": (r.turn.model_copy(update={"say": text, "audio": None}),)})
        for r, text in zip(results, texts, strict=True)
    ]


def unread(*_: Any) -> None:
    """A number is not recognised as one."""


async def test_scenarios_said_aloud_pass_their_gate_and_faults_do_not(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio(tmp_path / "sounds", seed=2)
    aloud = studio.aloud(chosen(), len(VOICES), NOISES)
    assert len({turn.audio for one in aloud for turn in one.turns}) == len(aloud) > 24
    player = SessionPlayer(database, Settings(), passing=True)

    async def play(scenarios: list[Scenario]) -> Run:
        return await run_scenarios(player, scenarios, dataset="heard", router="local")

    needed = gate("heard")
    run = await play(aloud)
    report = to_json(run)
    assert below(needed, report) == [], report["failures"]
    assert {one["noise"] for one in report["results"]} == {"none", "plates 25 dB"}

    again = SessionPlayer(database, Settings(), seed=1, passing=True)
    one_in_ten = to_json(await run_scenarios(again, aloud[::10], dataset="again", router="local"))
    assert one_in_ten["results"] == report["results"][::10], "heard alike, and as surely"

    quiet = run.results[:: len(NOISES)]
    texts = [r.outcome.transcript or "" for r in quiet]
    others = measures(to_json(await play(as_heard(quiet, [*texts[1:], *texts[:1]]))))
    assert others["exact"] < needed["exact"], "the recogniser hears what another said"
    assert others["true_writes"] < needed["true_writes"]
    understand = Router.understand
    with monkeypatch.context() as broken:
        broken.setattr(lexer, "read_number", unread)
        assert measures(to_json(await play(as_heard(quiet, texts))))["exact"] < needed["exact"]
    with monkeypatch.context() as broken:
        broken.setattr(Router, "understand", lambda *args, **more: wrong_reps(understand(*args, **more)))
        faulty = measures(to_json(await play(as_heard(quiet, texts))))
        assert faulty["exact"] < needed["exact"]
        assert faulty["true_writes"] < needed["true_writes"]

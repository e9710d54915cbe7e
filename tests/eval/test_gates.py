"""The gates: they only rise, and VoiceFit as it is passes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import Settings
from db.session import Database
from eval.gates import FILE, UnknownGate, below, gate, history, lowered, measures
from eval.loading import load_scenarios, packaged_scenarios
from eval.player import SessionPlayer
from eval.report import to_json
from eval.run import run_scenarios

ROOT = Path(__file__).parents[2]
EVERY = 9
"""One scenario in so many is played here; `make eval` plays all."""

GATES = st.dictionaries(
    st.sampled_from(["text", "aloud"]),
    st.dictionaries(st.sampled_from(["exact", "end_states"]), st.floats(0, 1), min_size=1),
    min_size=1,
)


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"git tells nothing of this folder: {done.stderr}")
    return done.stdout


def test_no_entry_asks_for_less_than_the_one_before() -> None:
    assert lowered(history()) == []


@pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="not a git checkout")
def test_recorded_entries_are_never_changed() -> None:
    path = f"eval/{FILE}"
    # What was joined from branches is recorded where they were joined.
    commits = git("log", "--first-parent", "--format=%H", "--", path).split()
    versions = [git("show", f"{commit}:{path}") for commit in commits]
    for recorded in versions:
        known = history(recorded)
        assert history()[: len(known)] == known


@given(GATES, st.data())
def test_lowering_anything_is_seen(entry: dict[str, dict[str, float]], data: st.DataObject) -> None:
    assert lowered([entry, entry]) == []
    name = data.draw(st.sampled_from(sorted(entry)))
    measure = data.draw(st.sampled_from(sorted(entry[name])))
    less = {key: value for key, value in entry[name].items() if key != measure}
    assert len(lowered([entry, {**entry, name: less}])) == 1
    assert len(lowered([entry, {**entry, name: {**entry[name], measure: entry[name][measure] - 0.01}}])) == 1
    assert lowered([entry, {**entry, name: {**entry[name], measure: 1.0}, "new": {"exact": 0.1}}]) == []


def test_a_gate_that_nobody_made_is_not_passed() -> None:
    with pytest.raises(UnknownGate, match=r"the gates are: .*text"):
        gate("nothing")


def test_what_was_not_measured_is_not_reached() -> None:
    report = {"turns": 4, "exact_turns": 3, "results": [{"supported": True, "false_writes": 2}] * 1}
    assert measures(report) == {"exact": 0.75, "true_writes": 0.0}
    assert below({"exact": 0.75}, report) == []
    assert measures({**report, "asked": 1})["right_or_asked"] == 1.0
    said_otherwise = {"turns": 4, "exact_as_they_stand": 4, "exact_varied": 2}
    assert measures({**report, "robustness": said_otherwise})["varied"] == 0.5
    assert below({"exact": 0.8, "numbers_heard": 0.5}, report) == [
        "exact is 75.00%, and must be at least 80.00%",
        "numbers_heard is not measured, and must be at least 50.00%",
    ]


@pytest.mark.slow
async def test_a_sample_of_the_packaged_scenarios_passes_its_gate(database: Database) -> None:
    scenarios = load_scenarios([packaged_scenarios()])[::EVERY]
    player = SessionPlayer(database, Settings(), passing=True)
    report = to_json(await run_scenarios(player, scenarios, dataset="sample", router="local", jobs=4))
    assert below(gate("sample"), report) == [], report["failures"] or report["end_state_differences"]

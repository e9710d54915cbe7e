"""Reports as pages and Markdown, and two runs compared, through the command line."""

from __future__ import annotations

import json
import re
import wave
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.evaluated import eval_app
from eval.outcome import TurnOutcome
from eval.report import to_json
from eval.scenario import Turn
from eval.sounds import Sounds
from tests.eval.builders import FakePlayer, as_expected, expect, made, scenario, turn
from tests.eval.test_run import play

STORIES = [
    *(
        scenario(
            turn(expect("log_set", reps=n, weight=230), say=f"{n} <b>reps</b>"), id=f"log-{n}", tags=["log"]
        )
        for n in range(1, 11)
    ),
    scenario(turn(say="nice | one"), id="chat", tags=["talk"]),
]


def off_by_one(wanted: Turn) -> TurnOutcome:
    """Wrong in all that is even, and hasty when nothing was asked."""
    if not wanted.calls:
        return TurnOutcome((made("undo_last"),), "<i>Gone.</i>")
    if wanted.calls[0].args["reps"] % 2:
        return as_expected(wanted)
    return TurnOutcome(
        (made("log_set", reps=99, weight=230),), "Logged.", timings={"state": 2.0, "committed": 9.0}
    )


def write(path: Path, behave: Any = as_expected, **options: Any) -> dict[str, Any]:
    report = to_json(play(FakePlayer(behave), STORIES, **options))
    path.write_text(json.dumps(report, default=str), encoding="utf-8")
    return report


def invoke(*args: object) -> Any:
    return CliRunner().invoke(eval_app, [*map(str, args)])


@pytest.fixture
def reports(tmp_path: Path) -> tuple[Path, Path]:
    write(tmp_path / "a.json")
    write(tmp_path / "b.json", off_by_one)
    return tmp_path / "a.json", tmp_path / "b.json"


def test_a_page_shows_every_failure_and_needs_nothing_else(
    reports: tuple[Path, Path], tmp_path: Path
) -> None:
    assert invoke("report", reports[1], "--html", tmp_path / "page.html").exit_code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<details open><summary>") == 6
    assert "5 of 11, 45.5% (21.3% to 72.0%)" in page
    assert "log_set(reps=99, weight=230)" in page
    assert "&lt;i&gt;Gone.&lt;/i&gt;" in page
    assert "<b>reps</b>" not in page, "what was said is shown, not run"
    assert not re.search(r"https?://|<script|<link|@import|url\(", page)
    assert "(nothing)</th><td>undo_last</td><td>1</td>" in page, "what was done instead"
    assert "calls committed" in page


def test_a_page_plays_the_sound_of_a_failure(tmp_path: Path) -> None:
    report = write(tmp_path / "b.json", off_by_one)
    with wave.open(str(tmp_path / "one.wav"), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 2400)
    report["failures"][0]["audio"] = "one.wav"
    (tmp_path / "b.json").write_text(json.dumps(report), encoding="utf-8")
    assert invoke("report", tmp_path / "b.json", "--html", tmp_path / "page.html").exit_code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count('<audio controls preload="none" src="data:audio/mpeg;base64,') == 1


def test_a_page_has_so_many_sounds_as_one_hears(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "one.wav"), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 24_000)
    sounds = Sounds(tmp_path, limit=6_000)
    players = [sounds.player("one.wav") for _ in range(4)]
    assert [bool(one) for one in players] == [True, True, False, False]
    assert max(map(len, players)) < 24_000, "far smaller than the recording"
    (tmp_path / "two.wav").write_bytes(b"no sound")
    assert [Sounds(tmp_path).player(path) for path in ("two.wav", "none.wav", None)] == ["", "", ""]


def test_markdown_names_the_weak_tools(reports: tuple[Path, Path]) -> None:
    text = invoke("report", reports[1]).stdout
    assert "| `log_set` | 5 of 10 |" in text
    assert "nice \\| one" in text
    assert "6 turns went wrong" in text
    assert "went wrong" not in invoke("report", reports[0], "--markdown").stdout


def test_the_better_run_is_named_only_when_it_is_more_than_chance(reports: tuple[Path, Path]) -> None:
    text = invoke("compare", *reports).stdout
    assert "**A is better** (6 turns only A, 0 only B; exact McNemar test over 11 turns" in text
    assert "p = 0.0312" in text
    assert "Only A is exact: log-2 turn 1, log-4 turn 1" in text
    assert "Between A and B nothing is shown" in invoke("compare", reports[0], reports[0]).stdout


def test_models_in_which_two_runs_differ_are_named(tmp_path: Path) -> None:
    for name, stt in (("a", "tiny"), ("b", "base")):
        report = write(tmp_path / f"{name}.json") | {"settings": {"stt_model": stt, "tts_voice": "auto"}}
        (tmp_path / f"{name}.json").write_text(json.dumps(report), encoding="utf-8")
    text = invoke("compare", tmp_path / "a.json", tmp_path / "b.json").stdout
    assert "| stt_model | tiny | base |" in text
    assert "tts_voice" not in text


def test_repeated_runs_are_compared_by_how_steady_they_are(tmp_path: Path) -> None:
    tries: dict[str, int] = {}

    def at_the_second_try(wanted: Turn) -> TurnOutcome:
        tries[wanted.say] = tries.get(wanted.say, 0) + 1
        return as_expected(wanted) if tries[wanted.say] == 2 else TurnOutcome(reply="What?")

    write(tmp_path / "a.json", repeat=2)
    write(tmp_path / "b.json", at_the_second_try, repeat=2)
    text = invoke("compare", tmp_path / "a.json", tmp_path / "b.json").stdout
    # "nice" is right both times, by doing nothing.
    assert "| pass@2 / pass^2 | 100.0% / 100.0% | 100.0% / 9.1% |" in text
    assert "| pass@1 / pass^1 | 100.0% / 100.0% | 54.5% / 54.5% |" in text


@pytest.mark.parametrize("content", ["", "[]", '{"dataset": "x"}'])
def test_what_is_no_report_exits_2(tmp_path: Path, content: str) -> None:
    path = tmp_path / "out.json"
    path.write_text(content, encoding="utf-8")
    for command in (("report", path), ("compare", path, path), ("report", tmp_path / "none.json")):
        result = invoke(*command)
        assert result.exit_code == 2
        assert "report" in result.stderr

"""Reading scenarios from files and folders, with errors that name the file and the line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import ValidationError

from core.errors import VoiceFitError
from eval.scenario import Scenario, Turn

MAX_FAULTS = 20


class ScenarioError(VoiceFitError):
    """An evaluation set cannot be read, or selects nothing."""


def packaged_scenarios() -> Path:
    """The folder of the scenarios that come with VoiceFit."""
    with as_file(files("eval") / "scenarios") as folder:
        return folder


def load_scenarios(paths: Sequence[Path]) -> list[Scenario]:
    """Every scenario of `paths`, in order: files as given, folders searched for `*.jsonl`, each file once.

    Raises:
        ScenarioError: a path is missing, a folder holds no scenarios, or lines are malformed. It lists up to
            20 faults, each as `file:line: what is wrong`.
    """
    scenarios: list[Scenario] = []
    faults: list[str] = []
    for path in _scenario_files(paths):
        _read_file(path, scenarios, faults)
    if faults:
        more = [f"... and {len(faults) - MAX_FAULTS} more"] if len(faults) > MAX_FAULTS else []
        raise ScenarioError("\n".join([*faults[:MAX_FAULTS], *more]))
    if not scenarios:
        raise ScenarioError(
            f"{', '.join(map(str, paths))}: no scenarios in it. A scenario is one line of JSON."
        )
    return scenarios


def select(
    scenarios: Sequence[Scenario], tags: Iterable[str] = (), ids: Iterable[str] = ()
) -> list[Scenario]:
    """The scenarios that carry any of `tags` and whose id is among `ids`; an empty one selects all.

    Raises:
        ScenarioError: nothing is left.
    """
    wanted_tags, wanted_ids = set(tags), set(ids)
    chosen = [
        s
        for s in scenarios
        if (not wanted_tags or wanted_tags & set(s.tags)) and (not wanted_ids or s.id in wanted_ids)
    ]
    if not chosen:
        asked = ", ".join(sorted(wanted_tags | wanted_ids))
        raise ScenarioError(f"none of {len(scenarios)} scenarios has the tag or id asked for: {asked}")
    return chosen


def _scenario_files(paths: Sequence[Path]) -> list[Path]:
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.jsonl"))
            if not inside:
                raise ScenarioError(f"{path}: no .jsonl file in this folder")
        elif path.exists():
            inside = [path]
        else:
            raise ScenarioError(f"{path}: no such file or folder")
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _read_file(path: Path, scenarios: list[Scenario], faults: list[str]) -> None:
    try:
        # Not splitlines(): U+2028 and its like may stand inside a JSON string.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{path}: cannot be read: {error}")
        return
    lines_of_ids: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            scenario = _parse(line, where, path.parent)
        except ValidationError as error:
            faults.extend(f"{where}: {_describe(fault)}" for fault in _details(error))
            continue
        except ValueError as error:
            faults.append(f"{where}: {error}")
            continue
        first = lines_of_ids.setdefault(scenario.id, number)
        if first != number:
            faults.append(f"{where}: id {scenario.id!r} is taken by line {first}")
        scenarios.append(scenario)


def _parse(line: str, where: str, folder: Path) -> Scenario:
    try:
        content = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(content, dict):
        raise ValueError("a scenario must be a JSON object")
    # The loader alone says where a scenario is from, so the key is unknown in a file.
    if "source" in content:
        raise ValueError("source: unknown key")
    scenario = Scenario.model_validate(content)
    turns = tuple(_with_audio(turn, folder) for turn in scenario.turns)
    return scenario.model_copy(update={"turns": turns, "source": where})


def _with_audio(turn: Turn, folder: Path) -> Turn:
    if turn.audio is None:
        return turn
    audio = (folder / turn.audio).resolve()
    if not audio.is_file():
        raise ValueError(f"audio: no such file: {audio}")
    return turn.model_copy(update={"audio": audio})


def _details(error: ValidationError) -> list[tuple[str, str]]:
    return [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors(include_url=False)]


def _describe(fault: tuple[str, str]) -> str:
    place, message = fault
    return f"{place}: {message}" if place else message

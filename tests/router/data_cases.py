"""The sentences under `data/`: what is said, in which state, and what must come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.router.understanding import Call, Understanding, WorkoutState
from services.exercises.catalogue import Catalogue
from tests.router.simulate import Log, same

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Case:
    """One sentence. `expected` is `ask`, `nothing`, `hand_over`, or calls as `tool key=value; tool …`."""

    id: str
    say: str
    expected: str
    log: Log

    @property
    def state(self) -> WorkoutState:
        return self.log.state

    def exact(self, got: Understanding) -> bool:
        """Whether `got` is what must come of the sentence."""
        if self.expected == "ask":
            return got.kind == "ask" and (got.reply or "").endswith("?")
        if self.expected == "nothing":
            return got.kind in ("ignore", "chat", "hand_over")
        if self.expected == "hand_over":
            return got.kind in ("hand_over", "ask", "ignore")
        return got.kind == "calls" and same(self.log, calls(self.expected, self.log.catalogue), got.calls)


def calls(text: str, catalogue: Catalogue) -> list[Call]:
    """The calls written as `log_set weight=225 reps=8; undo_last`."""
    out = []
    for part in text.split(";"):
        tool, *pairs = part.split()
        args: dict[str, Any] = {}
        for pair in pairs:
            key, value = pair.split("=")
            args[key] = _value(key, value, catalogue)
        out.append(Call(tool, args))
    return out


def _value(key: str, value: str, catalogue: Catalogue) -> Any:
    if key in ("exercise", "substitute"):
        return catalogue.by_slug[value].name
    if key in ("unit", "set_type", "cue_type", "reason", "body_part", "equipment", "run_type"):
        return value
    return float(value) if "." in value else int(value)


def cases(catalogue: Catalogue) -> Iterator[Case]:
    """Every sentence of every file, in order."""
    for path in sorted(DATA.glob("*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            for say, expected in group["say"].items():
                yield Case(f"{path.stem}: {say}", str(say), expected, _log(group["given"], catalogue))


def _log(given: dict[str, Any], catalogue: Catalogue) -> Log:
    name = catalogue.by_slug[given["exercise"]].name if "exercise" in given else None
    rows = [{"exercise": name, "unit": given["unit"], **given["last"]}] if "last" in given else []
    workout = {"exercise": name, "sets": rows} if given.get("open", True) else None
    offered = [catalogue.by_slug[slug].name for slug in given.get("suggestions", ())]
    return Log.given(catalogue, {"unit": given["unit"], "workout": workout, "suggestions": offered})

"""Thresholds that only rise: what a set of scenarios has to reach, by the name of the gate.

`gates.jsonl` beside this file is a history: a line is never changed, one with higher values is put below it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from core.errors import VoiceFitError
from services.evaluations.comparing import Report, counted

FILE = "gates.jsonl"

Gate = Mapping[str, float]
"""The least value, 0 to 1, of each measure; more is better for all of them."""


class UnknownGate(VoiceFitError):
    """No gate has this name."""


def history(text: str | None = None) -> list[dict[str, dict[str, float]]]:
    """What was in force at each time, the newest last."""
    text = text if text is not None else files("eval").joinpath(FILE).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def gate(name: str) -> Gate:
    """The gate called `name`, as it is in force. Raises `UnknownGate`."""
    newest = history()[-1]
    if name not in newest:
        raise UnknownGate(f"there is no gate {name!r}; the gates are: {', '.join(sorted(newest))}")
    return newest[name]


def measures(report: Report) -> dict[str, float]:
    """What a report comes to, by the names that gates use; what it did not measure is left out."""
    turns = counted(report)
    states = report.get("end_states") or {}
    heard = report.get("key_word_errors") or {}
    varied = report.get("robustness") or {}
    found = {
        "exact": report["exact_turns"] / report["turns"] if report["turns"] else None,
        "right_or_asked": _right_or_asked(report),
        "true_writes": 1 - sum(one["false_writes"] > 0 for one in turns) / len(turns) if turns else None,
        "end_states": states["as_expected"] / states["compared"] if states.get("compared") else None,
        "varied": varied["exact_varied"] / varied["turns"] if varied else None,
        "silenced": _silenced(report.get("talking")),
        **{f"{kind}_heard": 1 - share for kind, share in heard.items() if share is not None},
    }
    return {name: value for name, value in found.items() if value is not None}


def _right_or_asked(report: Report) -> float | None:
    """Turns that are exact, and those in which something was asked and nothing written instead."""
    if not report["turns"] or "asked" not in report:
        return None
    return float((report["exact_turns"] + report["asked"]) / report["turns"])


def _silenced(talk: Mapping[str, Any] | None) -> float | None:
    own = (talk or {}).get("interruptions") or {}
    return own["silenced"] / own["turns"] if own.get("turns") else None


def below(needed: Gate, report: Report) -> list[str]:
    """What of `needed` the report does not reach, in words; what it did not measure is not reached."""
    got = measures(report)
    return [
        f"{name} is {f'{got[name]:.2%}' if name in got else 'not measured'}, and must be at least {least:.2%}"
        for name, least in needed.items()
        if got.get(name, -1.0) < least
    ]


def lowered(entries: Iterable[Mapping[str, Gate]]) -> list[str]:
    """Where an entry asks for less than the one before it: a lower value, or a measure or gate left out."""
    found, before = [], dict[str, Gate]()
    for number, entry in enumerate(entries, start=1):
        for name, needed in before.items():
            for measure, least in needed.items():
                now = entry.get(name, {}).get(measure)
                if now is None or now < least:
                    found.append(f"entry {number}: {measure} of {name} was {least} and is {now}")
        before = dict(entry)
    return found

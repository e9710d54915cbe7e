"""Questions beside a run: "what's my 5k PR", "how far did I run this week", "what pace for a 10k"."""

from __future__ import annotations

from typing import Any

from agent.router.context import Clause, Reading
from agent.router.lexer import Sentence
from agent.router.questions.concepts import find
from agent.router.running.measures import Said, distance
from agent.router.understanding import Call
from agent.router.vocabulary import POLITE, words
from services.running.track.result import METERS

CONCEPTS = "router/running/questions.txt"
MAX_WORDS = 14
PERIODS = ("today", "week", "month", "year", "ever")
NEAR = 0.5
"""Metres within which a distance is the one that records are kept of."""
_KINDS = {
    "easy": "easy", "recovery": "easy", "tempo": "threshold", "threshold": "threshold",
    "interval": "interval", "intervals": "interval", "repetition": "repetition", "rep": "repetition",
    "long": "easy",
}  # fmt: skip
_ASKS = words(
    "what whats how hows when which tell show give remind estimate predict calculate have did do can read"
)
_SUMMED = words("far many much mileage total distance long")


def parse(clause: Clause) -> Reading | None:
    """A question about other runs than the one that is on, or None."""
    said = [word for word in clause.words if word != ","]
    if not said or len(said) > MAX_WORDS or not (_ASKS & set(said[:3]) or said[0] in ("my", "running")):
        return None
    names, length, kind, strange = _parts(said)
    if strange or not (names - {"filler", "ask"}):
        return None
    return (
        _record(names, length)
        or _total(names, said, length)
        or _paces(names, said, kind, length)
        or _prediction(names, length)
    )


def _parts(said: list[str]) -> tuple[set[str], float | None, str | None, list[str]]:
    """The concepts, the distance and the kind of running in a question, and what nothing explains."""
    places = Said(said, Sentence.of(said, ()).numbers)
    found = find(said, CONCEPTS)
    explained = {i for one in found for i in range(one.start, one.end)}
    length: float | None = None
    for i in range(len(said)):
        if length is None and (read := distance(places, i)) is not None and said[i] not in ("mile", "k"):
            length = read[0]
            explained |= set(range(i, read[1]))
    if length is None and "mile" in said:
        length = METERS["1mi"]
    kind = next((_KINDS[word] for word in said if word in _KINDS), None)
    strange = [
        word
        for i, word in enumerate(said)
        if i not in explained and word not in POLITE and word not in _KINDS
    ]
    return {one.name for one in found}, length, kind, strange


def _record(names: set[str], length: float | None) -> Reading | None:
    if "record" not in names or names & {"predict"}:
        return None
    if length is None:
        return _call("get_running_records", {}) if "ran" in names else None
    kind = next((one for one, meters in METERS.items() if abs(meters - length) <= NEAR), None)
    return _call("get_running_records", {"distance": kind}) if kind else None


def _total(names: set[str], said: list[str], length: float | None) -> Reading | None:
    period = next((one for one in PERIODS if one in names), None)
    if period is None or length is not None or not names & {"sum"} or not _SUMMED & set(said):
        return None
    if "ran" not in names and not {"miles", "k", "kilometers", "mileage", "km"} & set(said):
        return None
    return _call("get_running_totals", {"period": "all" if period == "ever" else period})


def _prediction(names: set[str], length: float | None) -> Reading | None:
    if length is None or "predict" not in names:
        return None
    return _call("predict_race", {"distance_meters": round(length, 3)})


def _paces(names: set[str], said: list[str], kind: str | None, length: float | None) -> Reading | None:
    if "train" not in names or length is not None or not {"pace", "paces", "fast"} & set(said):
        return None
    if kind is None:
        return _call("get_training_paces", {}) if "training" in said else None
    return _call("get_training_paces", {"kind": kind})


def _call(tool: str, args: dict[str, Any]) -> Reading:
    return Reading("calls", tool, (Call(tool, args),), confidence=0.9)

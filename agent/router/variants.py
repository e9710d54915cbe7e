"""The current exercise with one thing about it changed: "dumbbells instead", "switch to incline"."""

from __future__ import annotations

from agent.router.context import Clause
from services.exercises.catalogue import Exercise

_WORDS = {
    **dict.fromkeys(("dumbbell", "dumbbells", "db", "dbs"), "dumbbell"),
    **dict.fromkeys(("barbell", "barbells"), "barbell"),
    **dict.fromkeys(("cable", "cables"), "cable"),
    **dict.fromkeys(("machine", "machines"), "machine"),
    **dict.fromkeys(("kettlebell", "kettlebells", "kb", "kbs"), "kettlebell"),
    **dict.fromkeys(("band", "bands"), "band"),
    **dict.fromkeys(("incline", "decline", "flat", "front", "sumo", "seated", "standing"), ""),
}
_PAIRS = frozenset(
    {
        ("smith", "machine"),
        ("trap", "bar"),
        ("ez", "bar"),
        ("close", "grip"),
        ("wide", "grip"),
        ("single", "arm"),
    }
)
_GEAR = frozenset({"barbell", "dumbbell", "cable", "machine", "kettlebell", "band", "smith"})
_PLACED = frozenset({"incline", "decline", "flat"})
_PLAIN = frozenset({"conventional", "back"})


def variant(clause: Clause) -> Exercise | None:
    """The exercise that the one change named in `clause` makes of the current one, or None."""
    current = clause.current
    said = _changes(clause.words)
    cut_short = (
        clause.sentence.words[clause.end : clause.end + 1] and clause.sentence.words[clause.end] in _WORDS
    )
    if current is None or len(said) != 1 or cut_short:
        return None
    change = said[0]
    name = current.name.lower().replace("-", " ").split()
    for kept in _kept(name, change):
        words = kept if change == ("flat",) else [*change, *kept]
        match clause.matcher.find_in(words):
            case [span] if span.exercise is not None and span.end - span.start == len(words):
                return span.exercise if span.exercise.slug != current.slug else None
    return None


def says_only_changes(words: tuple[str, ...], besides: frozenset[str]) -> bool:
    """Whether all of `words` are such changes and words of `besides`."""
    paired = {i + k for i in range(len(words)) if words[i : i + 2] in _PAIRS for k in (0, 1)}
    return all(w in _WORDS or w in besides or i in paired for i, w in enumerate(words))


def _changes(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What is to be changed, in order; what it is done "instead of", or "not", is left out."""
    ends = (i for i, w in enumerate(words) if w == "not" or words[i : i + 2] == ("instead", "of"))
    end = next(ends, len(words))
    found: list[tuple[str, ...]] = []
    i = 0
    while i < end:
        if words[i : i + 2] in _PAIRS:
            found.append(words[i : i + 2])
            i += 1
        elif words[i] in _WORDS:
            change: tuple[str, ...] = (_WORDS[words[i]] or words[i],)
            if i and words[i - 1] in _PLACED and found:  # "incline dumbbells"
                change = (*found.pop(), *change)
            found.append(change)
        i += 1
    return found


def _kept(name: list[str], change: tuple[str, ...]) -> list[list[str]]:
    """What of the name may stay beside the change, most of it first."""
    unplaced = [w for w in name if w not in _PLACED] if set(change) & _PLACED else name
    ungeared = [w for w in unplaced if w not in _GEAR]
    if len(change) > 1 or change[0] in _GEAR:
        return [ungeared, [w for w in ungeared if w not in _PLAIN]]
    return [unplaced, ungeared, [w for w in ungeared if w not in _PLAIN]]

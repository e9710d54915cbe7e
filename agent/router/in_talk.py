"""A command with talk around it: "got to leave it there, the baby's up, end the workout".

Commands that need no number (undo, start, finish, a timer with its time) are found at the end or the
beginning of what was said. The talk beside them may be anything that does not turn the command into a wish,
a story or somebody else's; `asides.py` has the talk that fits closely and is read first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.router.context import Clause, Reading
from agent.router.intents import start_rest_timer, undo_last, workout
from agent.router.vocabulary import OTHERS, UNREAL, words

MAX_TALK = 14
"""More words than these beside a command make it part of a story."""
MIN_COMMAND = 2
CONFIDENCE = 0.85
_COMMANDS = (undo_last.parse, workout.parse, start_rest_timer.parse)
_SPOKEN_TO = frozenset({"coach", "buddy", "you", "we"})
_LEADS_ON = words("""
    to the a an of for my your his her i we he she they you gonna dont didnt and or but not never than as
    will would could should can if when
""")
"""Words that what follows belongs to: no command begins after one."""
_EXPLAINS = words("""
    i it that thats its im ive because cause cos cuz since before we
""")
"""Words that what explains a command begins with."""
_UNLESS = words("""
    if when unless later tomorrow tonight until till after once would should could
""")


def command_in_talk(clause: Clause) -> Reading | None:
    """The command that `clause` ends or begins with, or None when the talk beside it may change it."""
    for cut in range(clause.start + 1, clause.end - MIN_COMMAND + 1):
        if clause.sentence.words[cut] in _LEADS_ON:
            continue
        if _is_talk_before(replace(clause, end=cut)):
            reading = _command(replace(clause, start=cut))
            if reading is not None:
                return reading
    for cut in range(clause.end - 1, clause.start + MIN_COMMAND - 1, -1):
        reading = _command(replace(clause, end=cut)) if _is_talk_after(replace(clause, start=cut)) else None
        if reading is not None and reading.intent == "undo_last":
            return reading
    return None


def _command(clause: Clause) -> Reading | None:
    for parse in _COMMANDS:
        reading = parse(clause)
        if reading is not None and reading.kind == "calls" and reading.confidence >= CONFIDENCE:
            return replace(reading, intent=reading.intent, confidence=CONFIDENCE)
    return None


def _said(clause: Clause) -> list[str]:
    return [word for word in clause.words if word != ","]


def _says_quantity(clause: Clause) -> bool:
    places: Iterator[int] = iter([*clause.sentence.numbers, *clause.sentence.exercises])
    return any(clause.start <= place < clause.end for place in places)


def _is_talk_before(clause: Clause) -> bool:
    said = _said(clause)
    if not 1 <= len(said) <= MAX_TALK or said[-1] in _LEADS_ON or _says_quantity(clause):
        return False
    return not (UNREAL | OTHERS - _SPOKEN_TO) & set(said)


def _is_talk_after(clause: Clause) -> bool:
    said = _said(clause)
    if not 2 <= len(said) <= MAX_TALK or said[0] not in _EXPLAINS or _says_quantity(clause):
        return False
    return not (_UNLESS | OTHERS - _SPOKEN_TO) & set(said)

"""Scenarios out of what athletes corrected: of those who agreed, without anything personal, for review."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent.router.numbers import is_number_word
from db.models import User, UserProfile, VoiceCommand, WorkoutSet
from db.session import Database
from eval.arguments import FACTS
from eval.hearing import exercise_at
from eval.loading import load_scenarios, packaged_scenarios
from eval.names import find_exercise
from eval.replies import words_of
from eval.scenario import Scenario
from services.exercises.catalogue import packaged_catalogue

SETS = ("log_set", "repeat_set")
VOCABULARY_OF = (*SETS, "correct_set")
SETS_BEFORE = 3
LONGEST_NUMBER, MOST_DIGITS, MOST_NUMBERS = 4, 5, 5
"""Digits of one number, and digits and numbers in a row: more is no load, time or distance that is said, but
a telephone number, a card, a date."""


@dataclass
class Harvest:
    """What was found. `left_out` counts what was not taken, by the reason."""

    scenarios: list[Scenario] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def lines(self) -> str:
        """The scenarios as JSON lines."""
        dumped = (one.model_dump(mode="json", exclude_unset=True) for one in self.scenarios)
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in dumped)


async def harvest(database: Database) -> Harvest:
    """The corrected commands of athletes who agreed (`share_corrections`), each sentence once.

    A sentence with any word with which no scenario of ours logs sets, with a word of the athlete's name, or
    with a long number is left out whole: what is left names nobody. So are arguments in free text. Ids tell
    neither the athlete nor the time.
    """
    found = Harvest()
    seen: set[str] = set()
    query = (
        select(VoiceCommand, UserProfile.preferred_unit, User.name, User.email)
        .join(User, User.id == VoiceCommand.user_id)
        .join(UserProfile, UserProfile.user_id == User.id)
        .where(VoiceCommand.was_corrected, UserProfile.share_corrections)
        .order_by(VoiceCommand.created_at, VoiceCommand.id)
    )
    async with database.transaction(None, snapshot=True) as db:
        for command, unit, name, email in (await db.execute(query)).all():
            say = " ".join(command.raw_transcript.split())
            calls = _meant(command)
            if calls is None:
                found.left_out["it is not clear what was meant"] += 1
            elif reason := personal(say, name, email):
                found.left_out[reason] += 1
            else:
                scenario = _scenario(say, calls, await _given(db, command, unit))
                if scenario is None:
                    found.left_out["it is not clear what was meant"] += 1
                elif scenario.id in seen:
                    found.left_out["it was there already"] += 1
                else:
                    seen.add(scenario.id)
                    found.scenarios.append(scenario)
    return found


def personal(say: str, name: str | None, email: str) -> str | None:
    """Why a sentence may say something personal; None when it cannot."""
    words = words_of(say)
    own = set(words_of(f"{name or ''} {re.sub(r'[^a-z]+', ' ', email.split('@')[0].casefold())}"))
    if any(word in own and not is_number_word(word) for word in words):
        return "it has a word of the athlete's name"
    if any(_is_long(run) for run in _numbers(words)):
        return "it has a long number"
    if any(not _is_number(word) and word not in _vocabulary() for word in _without_exercises(words)):
        return "it has a word that we do not know"
    return None


def _is_number(word: str) -> bool:
    return word[0].isdigit() or is_number_word(word)


def _numbers(words: Iterable[str]) -> Iterator[list[str]]:
    """Numbers that follow one another at once: a telephone number is said in several."""
    for number, run in groupby(words, key=_is_number):
        if number:
            yield list(run)


def _is_long(run: Sequence[str]) -> bool:
    digits = [re.sub(r"\D", "", word) for word in run]
    return (
        len(run) > MOST_NUMBERS
        or max(map(len, digits)) > LONGEST_NUMBER
        or sum(map(len, digits)) > MOST_DIGITS
    )


def _without_exercises(words: Sequence[str]) -> Iterator[str]:
    """The words that are no part of an exercise's whole name: many names are those of people."""
    place = 0
    while place < len(words):
        name, length = exercise_at(words, place)
        if name is None:
            yield words[place]
        place += length


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    """The words with which sets are logged in our own scenarios, but for the names of exercises.

    Not those of other texts: there are names of people and places among them, and illnesses.
    """
    scenarios = load_scenarios([packaged_scenarios()])
    turns = [turn for one in scenarios for turn in one.turns if turn.calls]
    logged = (turn.say for turn in turns if all(call.tool in VOCABULARY_OF for call in turn.calls))
    return frozenset(word for say in logged for word in _without_exercises(words_of(say)))


def _meant(command: VoiceCommand) -> list[dict[str, Any]] | None:
    """The calls that the turn should have made: those it made, with the last set as it was corrected."""
    calls = [dict(call) for call in (command.parsed_output or {}).get("calls", ())]
    if not calls or not command.corrected_output or any(call.get("tool") not in SETS for call in calls):
        return None
    corrected = dict(command.corrected_output)
    if (words := corrected.get("exercise")) is not None:
        exercise = find_exercise(str(words))
        if exercise is None:
            return None
        corrected["exercise"] = exercise.name
    calls[-1]["args"] = {**calls[-1].get("args", {}), **corrected}
    return [{"tool": call["tool"], "args": _facts(call.get("args", {}))} for call in calls]


def _facts(args: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name in FACTS or name in ("exercise", "unit")}


async def _given(db: AsyncSession, command: VoiceCommand, unit: str) -> dict[str, Any]:
    """The unit and the newest sets of the workout before the turn."""
    given: dict[str, Any] = {"unit": unit}
    if command.workout_id is None:
        return given
    query = (
        select(WorkoutSet)
        .where(
            WorkoutSet.workout_id == command.workout_id,
            WorkoutSet.completed_at < command.created_at,
            WorkoutSet.voice_command_id.is_distinct_from(command.id),
        )
        .order_by(WorkoutSet.sequence.desc())
        .limit(SETS_BEFORE)
    )
    rows = list(reversed((await db.scalars(query)).all()))
    if rows:
        given["workout"] = {"sets": [_given_set(row) for row in rows]}
    return given


def _given_set(row: WorkoutSet) -> dict[str, Any]:
    exercise = packaged_catalogue().by_id[row.exercise_id]
    said: Mapping[str, Any] = {
        "exercise": exercise.name,
        "reps": row.reps,
        "weight": None if row.weight is None else float(row.weight),
        "unit": None if row.weight is None else row.weight_unit,
        "set_type": None if row.set_type == "working" else row.set_type,
    }
    return {name: value for name, value in said.items() if value is not None}


def _scenario(say: str, calls: list[dict[str, Any]], given: dict[str, Any]) -> Scenario | None:
    key = json.dumps([say.casefold(), calls], sort_keys=True)
    turn = {"say": say, "calls": calls}
    tags = ["harvested", *dict.fromkeys(call["tool"] for call in calls)]
    name = f"harvest-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    try:
        return Scenario.model_validate({"id": name, "tags": tags, "given": given, "turns": [turn]})
    except ValidationError:
        return None

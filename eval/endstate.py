"""What an athlete has once a scenario is over, next to what the expected calls alone come to.

Rows are compared by what they say: ids stand for the row they name, times only for whether there is one.
Left out are the records of the conversation itself, what follows from others by rules of its own (streaks,
badges), and free text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Table, Uuid, text

from db.models import Base
from db.session import Database

OF_THE_CONVERSATION = {
    *("conversations", "messages", "voice_commands", "tool_calls", "imports", "fine_tuned_models"),
    *("account_passwords", "account_sessions", "account_refresh_tokens"),
}
FOLLOWS = {"user_badges", "user_streaks", "daily_summaries"}
RECORDS = {"personal_records", "pr_history"}
FREE_TEXT = {
    *("notes", "description", "scaling_notes", "raw_voice_input", "voice_transcript", "food_items", "reason"),
    *("generation_prompt", "ai_summary", "injury_type"),
}
FREE_NAMES = {("workouts", "name"), ("generated_programs", "name")}
LINKS = {"pr_history_id", "previous_pr_id"}
"""Which record is before which follows from the sets."""
LEFT_OUT = {"id", "user_id", "sequence", "metadata"} | FREE_TEXT | LINKS
TAKES_TIME = {
    *("duration", "duration_seconds", "moving_seconds", "paused_seconds", "avg_pace_min_per_km"),
    *("grade_adjusted_pace_min_per_km", "pauses"),
}
"""Columns that may say how long the scenario took to play: a few seconds more or less are the same."""
SECONDS_ALIKE = 10.0
MAX_SHOWN = 8
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.+:Z-]*")

TABLES: dict[str, Table] = {
    name: table
    for name, table in sorted(Base.metadata.tables.items())
    if "user_id" in table.c and name not in OF_THE_CONVERSATION | FOLLOWS
}
ROWS = text(
    " union all ".join(
        f"select '{name}' as in_table, to_jsonb(t) as said from {name} as t where user_id = :athlete"
        for name in TABLES
    )
)
ORDER = ("started_at", "start_time", "created_at", "sequence", "id")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EndState:
    """The athlete's rows by table, normalised and sorted; tables without any are left out."""

    rows: Mapping[str, Sequence[Row]]


async def end_state(database: Database, athlete_id: UUID) -> EndState:
    """What the athlete has now."""
    async with database.transaction(None) as db:
        found = (await db.execute(ROWS, {"athlete": athlete_id})).all()
    by_table: dict[str, list[dict[str, Any]]] = {}
    for name, said in found:
        by_table.setdefault(name, []).append(said if isinstance(said, dict) else json.loads(said))
    places = _places(by_table)
    return EndState(
        {
            name: sorted((_normal(TABLES[name], row, places) for row in rows), key=_sort_key)
            for name, rows in sorted(by_table.items())
        }
    )


def differences(wanted: EndState, got: EndState) -> tuple[str, ...]:
    """How two end states differ, in words; empty when they are the same.

    Of records only when all else is the same: they follow from the sets.
    """
    names = {*wanted.rows, *got.rows}
    for group in (names - RECORDS, names & RECORDS):
        found = [
            f"{name}: {words}"
            for name in sorted(group)
            for words in _different(wanted.rows.get(name, ()), got.rows.get(name, ()))
        ]
        if found:
            return tuple(found[:MAX_SHOWN])
    return ()


def _places(by_table: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """What stands for an id of the athlete's own: its table and the row's place in it."""
    places: dict[str, str] = {}
    for name, rows in by_table.items():
        ordered = sorted(rows, key=lambda row: [_orderly(row.get(column)) for column in ORDER])
        places |= {row["id"]: f"{name} {place}" for place, row in enumerate(ordered, 1) if "id" in row}
    return places


def _orderly(value: Any) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, (int, float)) else (0.0, str(value or ""))


def _normal(table: Table, row: Row, places: Mapping[str, str]) -> dict[str, Any]:
    normal: dict[str, Any] = {}
    for column in table.columns:
        name = column.name
        if name in LEFT_OUT or (table.name, name) in FREE_NAMES:
            continue
        value = row.get(name)
        if isinstance(column.type, DateTime):
            value = value is not None
        elif isinstance(column.type, Uuid) and value is not None:
            # What is neither a row of theirs nor content is the conversation's: a call, a command.
            value = places.get(value) or (value if _is_content(column) else None)
        elif isinstance(value, (list, dict)):
            value = json.loads(MOMENT.sub("a moment", json.dumps(value)))
        if value is not None and value is not False:
            normal[name] = value
    return normal


def _is_content(column: Any) -> bool:
    return any("user_id" not in key.column.table.c for key in column.foreign_keys)


def _sort_key(row: Row) -> str:
    return json.dumps({k: v for k, v in row.items() if k not in TAKES_TIME}, sort_keys=True, default=str)


def _different(wanted: Sequence[Row], got: Sequence[Row]) -> Iterator[str]:
    left = list(got)
    unmet = []
    for row in wanted:
        match = next((one for one in left if _alike(row, one)), None)
        if match is None:
            unmet.append(row)
        else:
            left.remove(match)
    for want, have in zip_longest(unmet, left):
        if want is None:
            yield f"a row too many, {_shown(have)}"
        elif have is None:
            yield f"a row is missing, {_shown(want)}"
        else:
            for key in sorted({*want, *have}):
                if not _same(key, want.get(key), have.get(key)):
                    yield f"{key} is {have.get(key)!r}, not {want.get(key)!r}"


def _alike(one: Row, other: Row) -> bool:
    return all(_same(key, one.get(key), other.get(key)) for key in {*one, *other})


def _same(key: str, one: Any, other: Any) -> bool:
    if one == other:
        return True
    if key == "pauses":
        return bool(one) == bool(other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= (SECONDS_ALIKE if key in TAKES_TIME else 0.01)
    return False


def _shown(row: Row) -> str:
    return json.dumps(dict(row), sort_keys=True, default=str)

"""The content's rows: which table has which, and writing those that are new or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    bindparam,
    column,
    delete,
    func,
    null,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.catalogue.badges import badge_rows
from db.catalogue.content import Content
from db.catalogue.cues import cue_rows
from db.catalogue.entries import Row
from db.catalogue.exercises import exercise_rows
from db.catalogue.knowledge import knowledge_rows
from db.catalogue.muscles import muscle_rows
from db.catalogue.stress import stress_rows
from db.catalogue.substitutions import substitution_rows
from db.catalogue.templates import template_rows
from db.catalogue.wods import wod_rows
from db.models import Base

if TYPE_CHECKING:
    from db.catalogue.loader import Changes

# How a name sounds, word by word: "dumbbell row" is "TMBL R".
SET_PHONETIC_KEYS = text(
    """
    update exercises set phonetic_key = (
        select string_agg(metaphone(word, 32), ' ' order by place)
        from regexp_split_to_table(lower(name), '[^a-z]+') with ordinality as words (word, place)
        where word <> ''
    )
    where phonetic_key is null
    """
)

Key = tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """How one table is filled. Rows without a `content_hash` are somebody else's: they are left alone.

    Rows that left the files are removed, unless `keeps` says that athletes' rows may name them. Rows that
    belong to one in the column `stays_with` stay for as long as the files say nothing of it at all.
    """

    table_name: str
    rows: Callable[[Content], list[Row]]
    keeps: bool = False
    stays_with: str | None = None
    unique_name: bool = False

    @property
    def table(self) -> Table:
        """The table."""
        return Base.metadata.tables[self.table_name]

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key's columns."""
        return tuple(column.name for column in self.table.primary_key)

    def is_ours(self) -> ColumnElement[bool]:
        """The condition that a row came from the files."""
        owned = self.table.c.content_hash.is_not(None)
        return owned & self.table.c.user_id.is_(None) if "user_id" in self.table.c else owned


KINDS = (
    Kind("exercises", lambda c: exercise_rows(c.exercises), keeps=True, unique_name=True),
    Kind("exercise_muscles", lambda c: muscle_rows(c.exercises), stays_with="exercise_id"),
    Kind("exercise_cues", lambda c: cue_rows(c.cues)),
    Kind("exercise_substitutions", lambda c: substitution_rows(c.substitutions)),
    Kind("exercise_body_part_stress", lambda c: stress_rows(c.stress)),
    Kind("crossfit_wods", lambda c: wod_rows(c.wods), keeps=True, unique_name=True),
    Kind("badge_definitions", lambda c: badge_rows(c.badges), keeps=True),
    Kind("knowledge_base", lambda c: knowledge_rows(c.knowledge)),
    Kind("warmup_templates", lambda c: template_rows("warmup_templates", c.warmups)),
    Kind("cooldown_templates", lambda c: template_rows("cooldown_templates", c.cooldowns)),
)
"""In an order in which rows come after those that they name."""


async def write_content(session: AsyncSession, content: Content, changes: Changes) -> None:
    """Brings every table to what `content` says, and counts in `changes`."""
    for kind in KINDS:
        await _load(session, kind, kind.rows(content), changes)


async def _load(session: AsyncSession, kind: Kind, rows: list[Row], changes: Changes) -> None:
    table = kind.table
    stored = await session.execute(
        select(*(table.c[name] for name in kind.key), table.c.content_hash).where(kind.is_ours())
    )
    known: dict[Key, str] = {tuple(map(str, key)): content_hash for *key, content_hash in stored}
    wanted: dict[Key, Row] = {tuple(row[name] for name in kind.key): row for row in rows}
    if gone := _gone(kind, known, wanted):
        changes.removed[kind.table_name] = await _remove(session, kind, gone)
    changed = [row for key, row in wanted.items() if known.get(key) != row["content_hash"]]
    if changed:
        changes.written[kind.table_name] = await _write(session, kind, changed)


def _gone(kind: Kind, known: Iterable[Key], wanted: dict[Key, Row]) -> list[Row]:
    if kind.keeps:
        return []
    gone = [dict(zip(kind.key, key, strict=True)) for key in known if key not in wanted]
    if kind.stays_with is not None:
        named = {row[kind.stays_with] for row in wanted.values()}
        gone = [row for row in gone if row[kind.stays_with] in named]
    return gone


async def _write(session: AsyncSession, kind: Kind, rows: list[Row]) -> int:
    """One statement, however many rows there are."""
    table = kind.table
    if kind.unique_name:
        await _make_way(session, kind, rows)
    names = list(rows[0])
    new = _recordset(table, names)
    statement = insert(table).from_select(names, select(*(new.c[name] for name in names)))
    written = await session.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c[name] for name in kind.key],
            set_={
                **{name: statement.excluded[name] for name in names if name not in kind.key},
                **{name: value for name, value in _renewed().items() if name in table.c},
            },
            where=kind.is_ours(),
        ),
        {"rows": rows},
    )
    if "phonetic_key" in table.c:
        await session.execute(SET_PHONETIC_KEYS)
    return _count(written)


async def _remove(session: AsyncSession, kind: Kind, keys: list[Row]) -> int:
    table = kind.table
    gone = _recordset(table, list(kind.key))
    removed = await session.execute(
        delete(table).where(
            tuple_(*(table.c[name] for name in kind.key)).in_(select(*(gone.c[name] for name in kind.key)))
        ),
        {"rows": keys},
    )
    return _count(removed)


async def _make_way(session: AsyncSession, kind: Kind, rows: list[Row]) -> None:
    """Renames rows of ours that have the name of another in `rows`: it is unique at every moment.

    Those whose new name is in the files get it by the statement that follows; those that left them keep
    this one.
    """
    table = kind.table
    new = _recordset(table, ["id", "name"])
    await session.execute(
        update(table)
        .where(table.c.name == new.c.name, table.c.id != new.c.id, kind.is_ours())
        .values(name=func.concat(table.c.name, " (", table.c.id, ")"), content_hash=""),
        {"rows": [{"id": row["id"], "name": row["name"]} for row in rows]},
    )


def _recordset(table: Table, names: list[str]) -> FromClause:
    """Rows given as the parameter `rows`, a JSON list, with the types of the columns `names` of `table`."""
    return (
        func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
        .table_valued(*(column(name, table.c[name].type) for name in names))
        .render_derived(name="new", with_types=True)
    )


def _renewed() -> dict[str, Any]:
    """What a changed row needs anew: its place in the search index, how its name sounds."""
    return {"upstash_indexed": False, "phonetic_key": null(), "updated_at": func.now()}


def _count(result: Any) -> int:
    return int(result.rowcount)

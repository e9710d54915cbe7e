"""The documents of each index, from the rows of the catalogue and of the knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Base, Exercise, ExerciseCue, KnowledgeChunk, SearchIndexName
from search.documents import Document

CUE_WORDS = {
    "setup": "setup, starting position",
    "execution": "execution, form",
    "breathing": "breathing, bracing",
    "common_mistake": "common mistake",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the documents of an index come from: the table, all its rows, and the document of one."""

    index: SearchIndexName
    rows: Select[*tuple[Any, ...]]
    document: Callable[[Any], Document]

    @property
    def table(self) -> Table:
        """The table, whose rows say whether Upstash Search has them (`upstash_indexed`)."""
        return Base.metadata.tables[self.index]

    async def page(self, db: AsyncSession, size: int, *, after: UUID | None, unsent: bool) -> list[Document]:
        """The next documents, by id; with `unsent`, of the rows that Upstash does not have as they are."""
        query = self.rows.order_by(self.table.c.id).limit(size)
        if after is not None:
            query = query.where(self.table.c.id > after)
        if unsent:
            query = query.where(~self.table.c.upstash_indexed)
        return [self.document(row) for row in await db.execute(query)]

    async def all(self, db: AsyncSession) -> list[Document]:
        """All documents."""
        return [self.document(row) for row in await db.execute(self.rows.order_by(self.table.c.id))]

    async def mark(self, db: AsyncSession, ids: Sequence[str], *, sent: bool) -> None:
        """Notes whether Upstash has the rows as they are now."""
        await db.execute(
            text(
                f"update {self.index} set upstash_indexed = :sent "
                "where id = any(cast(:ids as uuid[])) and upstash_indexed <> :sent"
            ),
            {"ids": list(ids), "sent": sent},
        )


def _exercise(row: Any) -> Document:
    said = [
        ", ".join(row.synonyms),
        row.description or "",
        f"Works {_listed([row.primary_muscle, *row.secondary_muscles])}",
        f"With {_listed(row.equipment)}" if row.equipment else "",
        _listed([row.movement_pattern or ""]),
        "Compound" if row.is_compound else "Isolation, single joint",
        "One arm or leg at a time" if row.is_unilateral else "",
    ]
    return Document(
        "exercises",
        str(row.id),
        row.name,
        ". ".join(part for part in said if part),
        {"slug": row.slug, "primary_muscle": row.primary_muscle},
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _cue(row: Any) -> Document:
    return Document(
        "exercise_cues",
        str(row.id),
        f"{row.name}, {CUE_WORDS[row.cue_type]}",
        row.cue_text,
        {"exercise_id": str(row.exercise_id), "slug": row.slug, "cue_type": row.cue_type},
    )


def _chunk(row: Any) -> Document:
    metadata = {"chunk_id": row.chunk_id, "chunk_type": row.chunk_type, "red_flag": row.is_red_flag}
    return Document(
        "knowledge_base",
        str(row.id),
        row.title or "",
        " ".join([*row.questions, row.content]),
        metadata | ({"category": row.category} if row.category else {}),
    )


SOURCES: Mapping[SearchIndexName, Source] = {
    source.index: source
    for source in (
        Source("exercises", select(*Exercise.__table__.columns), _exercise),
        Source(
            "exercise_cues",
            select(
                ExerciseCue.id,
                ExerciseCue.exercise_id,
                ExerciseCue.cue_type,
                ExerciseCue.cue_text,
                Exercise.slug,
                Exercise.name,
            ).join(Exercise, Exercise.id == ExerciseCue.exercise_id),
            _cue,
        ),
        Source("knowledge_base", select(*KnowledgeChunk.__table__.columns), _chunk),
    )
}

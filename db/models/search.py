"""What search finds: a document for every exercise, cue and chunk, and the words that are in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pgvector.sqlalchemy import Vector
from sqlalchemy import BigInteger, Computed, Index, Text, func, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, UpdatedAt, one_of

SearchIndexName = Literal["exercises", "exercise_cues", "knowledge_base"]
EMBEDDING_DIMENSIONS = 384


def _indexes(name: SearchIndexName) -> tuple[Index, Index]:
    """Of each search index its own: what is found in one is not sought among the others' rows."""
    rows = text(f"index = '{name}'")
    return (
        Index(
            f"ix_search_documents_words_{name}",
            "words",
            postgresql_using="gin",
            # Otherwise what was written last is read through from end to end until a vacuum.
            postgresql_with={"fastupdate": "off"},
            postgresql_where=rows,
        ),
        Index(
            f"ix_search_documents_embedding_{name}",
            "embedding",
            postgresql_using="hnsw",
            postgresql_ops={"embedding": "vector_cosine_ops"},
            postgresql_where=rows,
        ),
    )


class SearchDocument(Base):
    """A document of a search index. `id` is its source row's; `content_hash` is of all that is found by.

    `words` are the title's (weight A) and the text's (weight B). On a server without pgvector the table has
    no column `embedding` (`db.vectors`).
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        one_of("index", SearchIndexName),
        *_indexes("exercises"),
        *_indexes("exercise_cues"),
        *_indexes("knowledge_base"),
    )

    index: Mapped[SearchIndexName] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    words: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('english'::regconfig, title), 'A') || "
            "setweight(to_tsvector('english'::regconfig, text), 'B')",
            persisted=True,
        ),
        nullable=True,
    )
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default="{}")
    content_hash: Mapped[str]
    updated_at: Mapped[UpdatedAt]
    embedding: Mapped[list[float] | None] = mapped_column(Vector(EMBEDDING_DIMENSIONS))


class SearchWord(Base):
    """A word that is in some document, and how it sounds: what a word that is in none may have been."""

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "sound"),)

    word: Mapped[str] = mapped_column(primary_key=True)
    sound: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SearchVersion(Base):
    """How often an index has changed: what was found in another version of it may be something else now."""

    __tablename__ = "search_versions"
    __table_args__ = (one_of("index", SearchIndexName),)

    index: Mapped[SearchIndexName] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())

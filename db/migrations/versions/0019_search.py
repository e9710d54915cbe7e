"""Documents that search finds, by words and (where the server has pgvector) by meaning."""

from __future__ import annotations

from alembic import op

from db.migrations.security import publish
from db.vectors import ADD_EMBEDDINGS

revision = "0019"
down_revision = "0021"
branch_labels = None
depends_on = None

INDEXES = ("exercises", "exercise_cues", "knowledge_base")

TABLES = (
    """
    create table search_documents (
        index text not null,
        id text not null,
        title text not null,
        text text not null,
        words tsvector generated always as (
            setweight(to_tsvector('english'::regconfig, title), 'A')
            || setweight(to_tsvector('english'::regconfig, text), 'B')
        ) stored,
        metadata jsonb default '{}' not null,
        content_hash text not null,
        updated_at timestamptz default now() not null,
        constraint pk_search_documents primary key (index, id),
        constraint ck_search_documents_index check (index in ('exercises', 'exercise_cues', 'knowledge_base'))
    )
    """,
    """
    create table search_words (
        word text not null,
        sound text not null,
        added_at timestamptz default now() not null,
        constraint pk_search_words primary key (word)
    )
    """,
    """
    create table search_versions (
        index text not null,
        version bigint not null,
        changed_at timestamptz default now() not null,
        constraint pk_search_versions primary key (index),
        constraint ck_search_versions_index check (index in ('exercises', 'exercise_cues', 'knowledge_base'))
    )
    """,
    "create index ix_search_words_sound on search_words (sound)",
)


def upgrade() -> None:
    """Makes the tables, which everybody reads."""
    for statement in TABLES:
        op.execute(statement)
    for name in INDEXES:
        op.execute(
            f"create index ix_search_documents_words_{name} on search_documents using gin (words) "
            f"with (fastupdate = off) where index = '{name}'"
        )
    op.execute(ADD_EMBEDDINGS)
    publish("search_documents")
    publish("search_words")
    publish("search_versions")


def downgrade() -> None:
    """Removes them. The extension stays: others may use it."""
    op.execute("drop table search_versions")
    op.execute("drop table search_words")
    op.execute("drop table search_documents")

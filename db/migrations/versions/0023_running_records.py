"""The best efforts of a run, which records are made of, and the shoes that are worn by default."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds both columns; an athlete has at most one default pair."""
    op.execute("alter table runs add column best_efforts jsonb")
    op.execute("alter table running_shoes add column is_default boolean default false not null")
    op.execute("create unique index uq_running_shoes_one_default on running_shoes (user_id) where is_default")


def downgrade() -> None:
    """Drops both."""
    op.execute("alter table running_shoes drop column is_default")
    op.execute("alter table runs drop column best_efforts")

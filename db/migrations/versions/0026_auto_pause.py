"""Runs that pause by themselves while the athlete stands."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds since when an athlete stands, and whether they want to be told."""
    op.execute("alter table runs add auto_paused_at timestamptz")
    op.execute("alter table user_profiles add auto_pause boolean default true not null")


def downgrade() -> None:
    """Takes both away."""
    op.execute("alter table user_profiles drop auto_pause")
    op.execute("alter table runs drop auto_paused_at")

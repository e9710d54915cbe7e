"""The standing records of an exercise are found at once: they are asked for with every set."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the index; those that hold the records to one each are partial, and serve no query for all."""
    op.execute(
        "create index ix_personal_records_user_id_exercise_id on personal_records (user_id, exercise_id)"
    )


def downgrade() -> None:
    """Drops the index."""
    op.execute("drop index ix_personal_records_user_id_exercise_id")

"""What is done in place of what in a workout."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; workouts that there are swapped nothing."""
    op.execute("alter table workouts add column swaps jsonb default '{}'::jsonb not null")


def downgrade() -> None:
    """Removes it."""
    op.execute("alter table workouts drop column swaps")

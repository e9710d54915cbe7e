"""A set sets at most one record of a type; the standing records of an exercise are found at once."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lets records of several sets be of one moment: imported workouts give all their sets one time."""
    op.execute(
        """
        alter table pr_history
            drop constraint uq_pr_history_user_id_exercise_id_pr_type_achieved_at,
            add constraint uq_pr_history_user_id_exercise_id_pr_type_workout_set_id
                unique (user_id, exercise_id, pr_type, workout_set_id)
        """
    )
    op.execute(
        "create index ix_personal_records_user_id_exercise_id on personal_records (user_id, exercise_id)"
    )


def downgrade() -> None:
    """As it was; fails when two records of a type are of one moment."""
    op.execute("drop index ix_personal_records_user_id_exercise_id")
    op.execute(
        """
        alter table pr_history
            drop constraint uq_pr_history_user_id_exercise_id_pr_type_workout_set_id,
            add constraint uq_pr_history_user_id_exercise_id_pr_type_achieved_at
                unique (user_id, exercise_id, pr_type, achieved_at)
        """
    )

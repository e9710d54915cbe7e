"""The version of the content, cues in their order, hashes for what had none, templates for CrossFit."""

from __future__ import annotations

from alembic import op

from db.migrations.security import publish

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = """
    create table content_version (
        is_only boolean default true not null,
        version text not null,
        loaded_at timestamptz default now() not null,
        constraint pk_content_version primary key (is_only),
        constraint ck_content_version_is_only check (is_only)
    )
"""

CHANGES = (
    """
    alter table exercise_cues
        add position integer default 1 not null,
        add constraint ck_exercise_cues_position check (position >= 1)
    """,
    "alter table exercise_muscles add content_hash text",
    "alter table exercise_body_part_stress add content_hash text",
)
UNDO = (
    "alter table exercise_body_part_stress drop content_hash",
    "alter table exercise_muscles drop content_hash",
    "alter table exercise_cues drop position",
)

BEFORE = ("push", "pull", "legs", "upper", "lower", "full_body", "running")
WITH_TYPES = ("program_days", "warmup_templates", "cooldown_templates")


def upgrade() -> None:
    """Makes the table, which everybody reads, and adds the columns."""
    op.execute(TABLE)
    publish("content_version")
    for statement in CHANGES:
        op.execute(statement)
    _allow((*BEFORE, "crossfit"))


def downgrade() -> None:
    """Removes them. What is of the type `crossfit` is left without a type."""
    for table in WITH_TYPES:
        op.execute(f"update {table} set workout_type = null where workout_type = 'crossfit'")
    _allow(BEFORE)
    for statement in UNDO:
        op.execute(statement)
    op.execute("drop table content_version")


def _allow(workout_types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in workout_types)
    for table in WITH_TYPES:
        constraint = f"ck_{table}_workout_type"
        op.execute(f"alter table {table} drop constraint {constraint}")
        op.execute(f"alter table {table} add constraint {constraint} check (workout_type in ({listed}))")

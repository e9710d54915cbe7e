"""Athletes' own names for exercises."""

from __future__ import annotations

from alembic import op

from db.migrations.security import protect

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = """
    create table exercise_names (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        words text not null,
        exercise_id uuid not null,
        source text not null,
        created_at timestamptz default now() not null,
        constraint pk_exercise_names primary key (id),
        constraint fk_exercise_names_user_id_users
            foreign key (user_id) references users (id) on delete cascade,
        constraint fk_exercise_names_exercise_id_exercises
            foreign key (exercise_id) references exercises (id) on delete cascade,
        constraint uq_exercise_names_user_id_words unique (user_id, words),
        constraint ck_exercise_names_words check (words <> '' and words = lower(words)),
        constraint ck_exercise_names_source check (source in ('said', 'corrected', 'app'))
    )
"""


def upgrade() -> None:
    """Makes the table. What an athlete says stays theirs: no coach reads it."""
    op.execute(TABLE)
    protect("exercise_names")


def downgrade() -> None:
    """Removes it."""
    op.execute("drop table exercise_names")

"""Imports from other apps, and the keys by which a second import finds what the first wrote."""

from __future__ import annotations

from alembic import op

from db.migrations.security import protect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    create table imports (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        app text not null,
        file_name text,
        unit text,
        workouts integer not null,
        sets integer not null,
        created_at timestamptz default now() not null,
        constraint pk_imports primary key (id),
        constraint ck_imports_app check (app in ('strong', 'hevy', 'fitnotes', 'fitbod')),
        constraint ck_imports_unit check (unit in ('lbs', 'kg')),
        constraint ck_imports_workouts check (workouts >= 0),
        constraint ck_imports_sets check (sets >= 0),
        constraint uq_imports_id_user_id unique (id, user_id),
        constraint fk_imports_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    "create index ix_imports_user_id_created_at on imports (user_id, created_at)",
    """
    alter table workouts
        add column import_id uuid,
        add constraint fk_workouts_import_id_user_id_imports foreign key (import_id, user_id)
            references imports (id, user_id) on delete set null (import_id)
    """,
    """
    alter table workout_sets
        add column import_id uuid,
        add column import_key uuid,
        add constraint fk_workout_sets_import_id_user_id_imports foreign key (import_id, user_id)
            references imports (id, user_id) on delete set null (import_id)
    """,
    "create index ix_workouts_import_id on workouts (import_id)",
    "create index ix_workout_sets_import_id on workout_sets (import_id)",
    "create unique index uq_workout_sets_user_id_import_key on workout_sets (user_id, import_key) "
    "where import_key is not null",
)


def upgrade() -> None:
    """Makes the table and the columns, and says who may see it."""
    for statement in STATEMENTS:
        op.execute(statement)
    protect("imports")


def downgrade() -> None:
    """Forgets what came from where. What was imported stays."""
    op.execute("alter table workout_sets drop column import_id, drop column import_key")
    op.execute("alter table workouts drop column import_id")
    op.execute("drop table imports")

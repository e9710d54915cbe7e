"""The points of runs, as they were recorded."""

from __future__ import annotations

from alembic import op

from db.migrations.security import protect

revision = "0022"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = """
    create table run_points (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        run_id uuid not null,
        sequence bigint generated always as identity,
        first_at timestamptz not null,
        last_at timestamptz not null,
        count integer not null,
        columns text not null,
        created_at timestamptz default now() not null,
        constraint pk_run_points primary key (id),
        constraint ck_run_points_count check (count >= 1),
        constraint ck_run_points_last_at check (last_at >= first_at),
        constraint fk_run_points_user_id_users foreign key (user_id) references users (id) on delete cascade,
        constraint fk_run_points_run_id_user_id_runs foreign key (run_id, user_id)
            references runs (id, user_id) on delete cascade
    )
"""
INDEXES = (
    "create index ix_run_points_run_id on run_points (run_id, sequence)",
    "create index ix_run_points_user_id on run_points (user_id)",
)


def upgrade() -> None:
    """Makes the table: the athlete's, and their coach's to read, as runs are."""
    op.execute(TABLE)
    for statement in INDEXES:
        op.execute(statement)
    protect("run_points", shared_with="workouts")


def downgrade() -> None:
    """Drops the table and all points: runs keep what was computed of them."""
    op.execute("drop table run_points")

"""Evaluation runs that were saved, for looking at them over time."""

from __future__ import annotations

from alembic import op

from db.migrations.security import ALL
from db.roles import SERVICE_ROLE

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

EVAL_RUNS = """
create table internal.eval_runs (
    id uuid not null default gen_random_uuid(),
    taken_at timestamptz not null default now(),
    series text not null,
    router text not null,
    commit_id text,
    settings jsonb not null,
    figures jsonb not null,
    report bytea not null,
    page bytea not null,
    constraint pk_eval_runs primary key (id)
)
"""


def upgrade() -> None:
    """Makes the table."""
    op.execute(EVAL_RUNS)
    op.execute("create index ix_eval_runs_series on internal.eval_runs (series, router, taken_at)")
    op.execute("create index ix_eval_runs_taken_at on internal.eval_runs (taken_at)")
    op.execute(f"grant {ALL} on internal.eval_runs to {SERVICE_ROLE}")


def downgrade() -> None:
    """Drops it with all that is in it."""
    op.execute("drop table internal.eval_runs")

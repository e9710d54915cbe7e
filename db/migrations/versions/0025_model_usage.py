"""What each athlete's questions to a language model have used, by day."""

from __future__ import annotations

from alembic import op

from db.migrations.security import seclude

revision = "0025"
down_revision = "0019"
branch_labels = None
depends_on = None

# Logged, unlike rate limits: it is money.
MODEL_USAGE = """
create table internal.model_usage (
    athlete_id uuid not null,
    day date not null,
    requests integer not null,
    asked_tokens bigint not null,
    cached_tokens bigint not null,
    answered_tokens bigint not null,
    usd double precision not null,
    constraint pk_model_usage primary key (athlete_id, day),
    constraint fk_model_usage_athlete_id_users foreign key (athlete_id)
        references public.users (id) on delete cascade
)
"""


def upgrade() -> None:
    """Makes the table."""
    op.execute(MODEL_USAGE)
    op.execute("create index ix_model_usage_day on internal.model_usage (day)")
    seclude("internal")


def downgrade() -> None:
    """Drops it with all that is in it."""
    op.execute("drop table internal.model_usage")

"""The job queue, in a schema that only the server's own work gets into."""

from __future__ import annotations

from alembic import op

from db.migrations.security import seclude

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# One odd time zone must not stop the summaries of everybody: such an athlete's days are those of UTC.
DAY_OF = """
create function app.day_of(moment timestamptz, zone text) returns date
language plpgsql stable parallel safe as $$
begin
    return (moment at time zone zone)::date;
exception when invalid_parameter_value then
    return (moment at time zone 'UTC')::date;
end $$
"""


def upgrade() -> None:
    """Makes the tables as pgqueuer declares them (a test compares them with the installed version's)."""
    # Only here: Alembic reads every migration whenever a server starts.
    from db.queue import SCHEMA, install

    op.execute(f"create schema {SCHEMA}")
    for statement in install():
        op.execute(statement)
    # What looks for yesterday's workouts of all athletes asks by time alone.
    op.execute("create index ix_workouts_started_at on workouts (started_at)")
    op.execute("grant usage on schema app to authenticated, voicefit_service")
    op.execute(DAY_OF)
    seclude(SCHEMA)


def downgrade() -> None:
    """Drops the queue with all that waits in it."""
    op.execute("drop function app.day_of")
    op.execute("revoke usage on schema app from authenticated, voicefit_service")
    op.execute("drop index ix_workouts_started_at")
    op.execute("drop schema internal cascade")

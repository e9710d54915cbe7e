"""The job queue's tables: pgqueuer's, under names of ours in a schema that athletes cannot enter.

Every name is said here: pgqueuer would otherwise take them from environment variables such as `CHANNEL`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pgqueuer.adapters.persistence.schema_ddl import (
    render_enum,
    render_function,
    render_index,
    render_table,
    render_trigger,
)
from pgqueuer.domain.schema.declaration import target
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from sqlalchemy import text

SCHEMA = "internal"

QUEUE = DBSettings(
    prefix="",
    db_schema=SCHEMA,
    channel=Channel("voicefit_jobs"),
    queue_table="jobs",
    queue_table_log="job_log",
    statistics_table="job_statistics",
    schedules_table="job_schedules",
    queue_status_type="job_status",
    function="jobs_changed",
    trigger="jobs_changed",
    durability=Durability.durable,
    widen_id=True,
)

WAKE = text(
    """
    select pg_notify(cast(:channel as text), json_build_object(
        'channel', cast(:channel as text), 'operation', 'update', 'sent_at', now(), 'table', 'jobs',
        'type', 'table_changed_event'
    )::text)
    """
).bindparams(channel=QUEUE.channel)
"""Tells workers to look for work, as pgqueuer's trigger does for new jobs but not for changed ones."""


def install() -> Iterator[str]:
    """The statements that make the queue's tables, as the installed pgqueuer wants them."""
    schema = target(QUEUE)
    yield from (render_enum(one, QUEUE) for one in schema.enums)
    yield from (render_table(one, QUEUE) for one in schema.tables)
    yield from (render_index(one, QUEUE) for one in schema.indexes)
    yield from (render_function(one, QUEUE) for one in schema.functions)
    yield from (render_trigger(one, QUEUE) for one in schema.triggers)

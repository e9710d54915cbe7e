"""How turns went, for operators: without a word that was said, unless they have leave, which is noted."""

from __future__ import annotations

from alembic import op

from db.migrations.security import seclude
from db.roles import ATHLETE_ROLE, SERVICE_ROLE

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COLUMNS = """
alter table voice_commands
    add column door text,
    add column outcome text,
    add column error text,
    add column trace_id text,
    add column call_timings jsonb,
    add column interrupted boolean default false not null
"""

GRANTS = """
create table internal.transcript_grants (
    operator_id uuid not null,
    reason text not null,
    granted_at timestamp with time zone not null default now(),
    expires_at timestamp with time zone not null,
    constraint pk_transcript_grants primary key (operator_id),
    constraint ck_transcript_grants_reason check (reason <> ''),
    constraint fk_transcript_grants_operator_id_users foreign key (operator_id)
        references public.users (id) on delete cascade
)
"""

# It says that a turn of theirs was read, so it goes when the athlete goes; not when the operator does.
READS = """
create table internal.transcript_reads (
    id bigint generated always as identity,
    operator_id uuid,
    operator_email text not null,
    reason text not null,
    athlete_id uuid not null,
    voice_command_id uuid not null,
    read_at timestamp with time zone not null default now(),
    constraint pk_transcript_reads primary key (id),
    constraint fk_transcript_reads_operator_id_users foreign key (operator_id)
        references public.users (id) on delete set null,
    constraint fk_transcript_reads_athlete_id_users foreign key (athlete_id)
        references public.users (id) on delete cascade
)
"""

# A turn that failed is rolled back with its record: a retry must find nothing of it.
FAILED = """
create table internal.failed_turns (
    id uuid not null,
    user_id uuid not null,
    conversation_id uuid not null,
    door text,
    route text,
    reason text,
    outcome text not null,
    error text,
    confidence real,
    trace_id text,
    timings jsonb not null,
    call_timings jsonb not null,
    created_at timestamp with time zone not null default now(),
    constraint pk_failed_turns primary key (id),
    constraint fk_failed_turns_user_id_users foreign key (user_id)
        references public.users (id) on delete cascade
)
"""

IS_OPERATOR = """
create function app.is_operator() returns boolean language sql stable security definer
set search_path = '' as $$
    select exists (select from public.users where id = auth.uid() and role = 'admin')
$$
"""

CHECK = """
create function app.require_operator() returns void language plpgsql stable security definer
set search_path = '' as $$
begin
    if not app.is_operator() then
        raise insufficient_privilege using message = 'only operators may see the turns of others';
    end if;
end $$
"""

# Names of arguments are those of tools; a model may invent one, so they have to look like it.
SHAPE = """
create function app.shape_of(calls jsonb) returns jsonb language sql immutable
begin atomic
    select coalesce(
        jsonb_agg(
            jsonb_build_object('tool', one.call ->> 'tool', 'arguments', coalesce(given.shape, '{}'))
            order by one.place
        ), '[]')
    from jsonb_array_elements(case jsonb_typeof(calls) when 'array' then calls else '[]' end)
        with ordinality as one(call, place)
    left join lateral (
        select jsonb_object_agg(key, jsonb_typeof(value)) as shape
        from jsonb_each(case jsonb_typeof(one.call -> 'args') when 'object' then one.call -> 'args' end)
        where key ~ '^[a-z][a-z0-9_]{0,39}$' and jsonb_typeof(value) <> 'null'
    ) as given on true
    where one.call ->> 'tool' ~ '^[a-z][a-z0-9_]{0,39}$';
end
"""

WAITED = """
create function app.waited_ms(timings jsonb, latency_ms integer) returns integer language sql immutable
begin atomic
    select round(coalesce(
        (timings ->> 'first_audio')::numeric
            - least(coalesce((timings ->> 'speech_ended')::numeric, 0), 0),
        (timings ->> 'done')::numeric,
        latency_ms,
        0
    ))::integer;
end
"""

# With their owner's rights, for operators alone. What is not in the lists cannot be seen through them. The
# condition is asked once, before any row is looked at. Two: a union would be sorted whole for one page of it.
TURNS = """
create view app.turns as
select id, conversation_id, created_at, door, route, reason, outcome, error, interrupted, confidence,
    model_used as model, trace_id, timings, call_timings, app.shape_of(parsed_output -> 'calls') as shapes,
    app.waited_ms(timings, latency_ms) as waited_ms
from public.voice_commands
where (select app.is_operator())
"""

FAILED_TURNS = """
create view app.failed_turns as
select id, conversation_id, created_at, door, route, reason, outcome, error, false as interrupted, confidence,
    null::text as model, trace_id, timings, call_timings, '[]'::jsonb as shapes,
    app.waited_ms(timings, null) as waited_ms
from internal.failed_turns
where (select app.is_operator())
"""

LEAVE = """
create function app.operator_leave() returns timestamp with time zone language plpgsql stable
security definer set search_path = '' as $$
begin
    perform app.require_operator();
    return (
        select expires_at from internal.transcript_grants
        where operator_id = auth.uid() and expires_at > now()
    );
end $$
"""

WORDS = """
create function app.operator_transcript(turn uuid)
returns table (transcript text, reply text, calls jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
    leave internal.transcript_grants;
begin
    perform app.require_operator();
    select * into leave from internal.transcript_grants
    where operator_id = auth.uid() and expires_at > now();
    if not found then
        raise insufficient_privilege using message = 'this operator has no leave to read what was said';
    end if;
    insert into internal.transcript_reads (operator_id, operator_email, reason, athlete_id, voice_command_id)
    select auth.uid(), operator.email, leave.reason, command.user_id, command.id
    from public.voice_commands as command, public.users as operator
    where command.id = turn and operator.id = auth.uid();
    return query
    select command.raw_transcript,
        (select message.content from public.messages as message
         where message.conversation_id = command.conversation_id
           and message.metadata ->> 'reply_to' = command.item_id
         order by message.sequence desc limit 1),
        coalesce(command.parsed_output -> 'calls', '[]')
    from public.voice_commands as command where command.id = turn;
end $$
"""

FUNCTIONS = (
    "operator_transcript(uuid)",
    "operator_leave()",
    "waited_ms(jsonb, integer)",
    "shape_of(jsonb)",
    "require_operator()",
    "is_operator()",
)


def upgrade() -> None:
    """Adds the columns, the leave to read what was said, the record of it, and the ways to both."""
    op.execute(COLUMNS)
    op.execute("create index ix_voice_commands_created_at_id on voice_commands (created_at, id)")
    op.execute(GRANTS)
    op.execute(READS)
    op.execute(FAILED)
    op.execute("create index ix_failed_turns_created_at_id on internal.failed_turns (created_at, id)")
    op.execute("create index ix_failed_turns_user_id on internal.failed_turns (user_id)")
    op.execute(
        "create index ix_transcript_reads_athlete_id on internal.transcript_reads (athlete_id, read_at)"
    )
    op.execute("create index ix_transcript_reads_operator_id on internal.transcript_reads (operator_id)")
    seclude("internal")
    # What was read stays known: also the server's own work can only add to it.
    op.execute(f"revoke insert, update, delete on internal.transcript_reads from {SERVICE_ROLE}")
    for function in (IS_OPERATOR, CHECK, SHAPE, WAITED, LEAVE, WORDS):
        op.execute(function)
    for view, made in (("turns", TURNS), ("failed_turns", FAILED_TURNS)):
        op.execute(made)
        op.execute(f"revoke all on app.{view} from public, {ATHLETE_ROLE}, {SERVICE_ROLE}")
        op.execute(f"grant select on app.{view} to {ATHLETE_ROLE}")
    for name in FUNCTIONS:
        op.execute(f"revoke all on function app.{name} from public")
        op.execute(f"grant execute on function app.{name} to {ATHLETE_ROLE}")


def downgrade() -> None:
    """Drops it all."""
    op.execute("drop view app.failed_turns")
    op.execute("drop view app.turns")
    for name in FUNCTIONS:
        op.execute(f"drop function app.{name}")
    op.execute("drop table internal.failed_turns")
    op.execute("drop table internal.transcript_reads")
    op.execute("drop table internal.transcript_grants")
    op.execute("drop index ix_voice_commands_created_at_id")
    for column in ("door", "outcome", "error", "trace_id", "call_timings", "interrupted"):
        op.execute(f"alter table voice_commands drop column {column}")

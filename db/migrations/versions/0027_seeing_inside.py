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

# Security definer: each asks first who asks. What is not in the lists of columns cannot be seen through them.
CHECK = """
create function app.require_operator() returns void language plpgsql stable security definer
set search_path = '' as $$
begin
    if not exists (select from public.users where id = auth.uid() and role = 'admin') then
        raise insufficient_privilege using message = 'only operators may see the turns of others';
    end if;
end $$
"""

# Names of arguments are those of tools; a model may invent one, so they have to look like it.
SHAPE = """
create function app.shape_of(arguments jsonb) returns jsonb language sql immutable
set search_path = '' as $$
    select coalesce(jsonb_object_agg(key, jsonb_typeof(value)), '{}')
    from jsonb_each(case jsonb_typeof(arguments) when 'object' then arguments else '{}' end)
    where key ~ '^[a-z][a-z0-9_]{0,39}$' and jsonb_typeof(value) <> 'null'
$$
"""

TURNS = """
create function app.operator_turns(wanted jsonb, at_most integer)
returns table (
    id uuid, conversation_id uuid, created_at timestamp with time zone, door text, route text, reason text,
    outcome text, error text, interrupted boolean, confidence real, model text, trace_id text,
    waited_ms double precision, timings jsonb, call_timings jsonb, shapes jsonb
)
language plpgsql stable security definer set search_path = '' as $$
begin
    perform app.require_operator();
    return query
    with turn as (
        select command.*,
            coalesce(
                (command.timings ->> 'first_audio')::double precision
                    - least(coalesce((command.timings ->> 'speech_ended')::double precision, 0), 0),
                (command.timings ->> 'done')::double precision,
                command.latency_ms, 0
            ) as waited
        from public.voice_commands as command
        where (wanted ->> 'id' is null or command.id = (wanted ->> 'id')::uuid)
          and (wanted ->> 'conversation_id' is null
               or command.conversation_id = (wanted ->> 'conversation_id')::uuid)
          and (wanted ->> 'door' is null or command.door = wanted ->> 'door')
          and (wanted ->> 'route' is null or command.route = wanted ->> 'route')
          and (wanted ->> 'outcome' is null or command.outcome = wanted ->> 'outcome')
          and (wanted ->> 'tool' is null or command.call_timings
               @> jsonb_build_array(jsonb_build_object('tool', wanted ->> 'tool')))
          and (wanted ->> 'since' is null
               or command.created_at >= (wanted ->> 'since')::timestamp with time zone)
    )
    select turn.id, turn.conversation_id, turn.created_at, turn.door, turn.route, turn.reason, turn.outcome,
        turn.error, turn.interrupted, turn.confidence, turn.model_used, turn.trace_id, turn.waited,
        turn.timings, turn.call_timings,
        (select coalesce(
            jsonb_agg(
                jsonb_build_object('tool', one.call ->> 'tool', 'arguments', app.shape_of(one.call -> 'args'))
                order by one.place
            ), '[]')
         from jsonb_array_elements(
             case jsonb_typeof(turn.parsed_output -> 'calls')
                 when 'array' then turn.parsed_output -> 'calls' else '[]' end
         ) with ordinality as one(call, place))
    from turn
    where (wanted ->> 'slower_than' is null
           or (turn.waited, turn.id)
              < ((wanted ->> 'slower_than')::double precision, (wanted ->> 'after')::uuid))
      and (wanted ->> 'before' is null
           or (turn.created_at, turn.id)
              < ((wanted ->> 'before')::timestamp with time zone, (wanted ->> 'after')::uuid))
    order by
        case when (wanted ->> 'slowest')::boolean then turn.waited end desc nulls last,
        case when (wanted ->> 'slowest')::boolean then null else turn.created_at end desc nulls last,
        turn.id desc
    limit at_most;
end $$
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

FOR_OPERATORS = (
    "operator_turns(jsonb, integer)",
    "operator_leave()",
    "operator_transcript(uuid)",
    "require_operator()",
)


def upgrade() -> None:
    """Adds the columns, the leave to read what was said, the record of it, and the ways to both."""
    op.execute(COLUMNS)
    op.execute("create index ix_voice_commands_created_at_id on voice_commands (created_at, id)")
    op.execute(GRANTS)
    op.execute(READS)
    op.execute(
        "create index ix_transcript_reads_athlete_id on internal.transcript_reads (athlete_id, read_at)"
    )
    op.execute("create index ix_transcript_reads_operator_id on internal.transcript_reads (operator_id)")
    seclude("internal")
    # What was read stays known: also the server's own work can only add to it.
    op.execute(f"revoke insert, update, delete on internal.transcript_reads from {SERVICE_ROLE}")
    for function in (CHECK, SHAPE, TURNS, LEAVE, WORDS):
        op.execute(function)
    for name in FOR_OPERATORS:
        op.execute(f"revoke all on function app.{name} from public")
        op.execute(f"grant execute on function app.{name} to {ATHLETE_ROLE}")


def downgrade() -> None:
    """Drops it all."""
    for name in (*FOR_OPERATORS, "shape_of(jsonb)"):
        op.execute(f"drop function app.{name}")
    op.execute("drop table internal.transcript_reads")
    op.execute("drop table internal.transcript_grants")
    op.execute("drop index ix_voice_commands_created_at_id")
    for column in ("door", "outcome", "error", "trace_id", "call_timings", "interrupted"):
        op.execute(f"alter table voice_commands drop column {column}")

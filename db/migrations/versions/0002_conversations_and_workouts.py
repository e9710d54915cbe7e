"""Conversations, workouts, and what was said and done in them."""

from __future__ import annotations

from alembic import op

from db.migrations.security import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """
    create table conversations (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        title text,
        context_type text,
        context_id uuid,
        is_active boolean default true not null,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_conversations primary key (id),
        constraint ck_conversations_context_type
            check (context_type in ('general', 'workout', 'program', 'injury')),
        constraint uq_conversations_id_user_id unique (id, user_id),
        constraint fk_conversations_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table messages (
        id uuid default gen_random_uuid() not null,
        conversation_id uuid not null,
        user_id uuid not null,
        role text not null,
        content text not null,
        metadata jsonb,
        item_id text,
        sequence bigint generated always as identity,
        created_at timestamptz default now() not null,
        constraint pk_messages primary key (id),
        constraint fk_messages_conversation_id_user_id_conversations foreign key (conversation_id, user_id)
            references conversations (id, user_id) on delete cascade,
        constraint ck_messages_role check (role in ('user', 'assistant', 'system')),
        constraint uq_messages_conversation_id_item_id unique (conversation_id, item_id),
        constraint fk_messages_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table workouts (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        name text,
        status text default 'active' not null,
        started_at timestamptz default now() not null,
        completed_at timestamptz,
        duration integer,
        current_exercise_id uuid,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_workouts primary key (id),
        constraint ck_workouts_status check (status in ('active', 'completed', 'cancelled')),
        constraint ck_workouts_duration check (duration >= 0),
        constraint uq_workouts_id_user_id unique (id, user_id),
        constraint fk_workouts_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_workouts_current_exercise_id_exercises foreign key (current_exercise_id)
            references exercises (id) on delete set null
    )
    """,
    """
    create table voice_commands (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        conversation_id uuid,
        item_id text,
        workout_id uuid,
        workout_set_id uuid,
        exercise_id uuid,
        raw_transcript text not null,
        audio_url text,
        parsed_output jsonb,
        confidence real,
        model_used text,
        search_results jsonb,
        search_latency_ms integer,
        was_corrected boolean default false not null,
        corrected_output jsonb,
        correction_type text,
        route text,
        reason text,
        latency_ms integer,
        timings jsonb,
        created_at timestamptz default now() not null,
        constraint pk_voice_commands primary key (id),
        constraint ck_voice_commands_confidence check (confidence between 0 and 1),
        constraint ck_voice_commands_search_latency_ms check (search_latency_ms >= 0),
        constraint ck_voice_commands_latency_ms check (latency_ms >= 0),
        constraint ck_voice_commands_correction_type
            check (correction_type in ('exercise', 'reps', 'weight', 'full')),
        constraint uq_voice_commands_conversation_id_item_id unique (conversation_id, item_id),
        constraint fk_voice_commands_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_voice_commands_conversation_id_conversations foreign key (conversation_id)
            references conversations (id) on delete set null,
        constraint fk_voice_commands_workout_id_workouts foreign key (workout_id)
            references workouts (id) on delete set null,
        constraint fk_voice_commands_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete set null
    )
    """,
    """
    create table tool_calls (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        conversation_id uuid,
        voice_command_id uuid,
        idempotency_key text not null,
        tool text not null,
        arguments jsonb not null,
        result jsonb,
        undo jsonb,
        undone_at timestamptz,
        sequence bigint generated always as identity,
        created_at timestamptz default now() not null,
        constraint pk_tool_calls primary key (id),
        constraint uq_tool_calls_user_id_idempotency_key unique (user_id, idempotency_key),
        constraint ck_tool_calls_idempotency_key check (idempotency_key <> ''),
        constraint fk_tool_calls_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_tool_calls_conversation_id_conversations foreign key (conversation_id)
            references conversations (id) on delete set null,
        constraint fk_tool_calls_voice_command_id_voice_commands foreign key (voice_command_id)
            references voice_commands (id) on delete set null
    )
    """,
    """
    create table workout_sets (
        id uuid default gen_random_uuid() not null,
        workout_id uuid not null,
        exercise_id uuid not null,
        user_id uuid not null,
        set_number integer not null,
        reps integer,
        weight double precision,
        weight_unit text default 'lbs' not null,
        rpe real,
        rir integer,
        set_type text default 'working' not null,
        duration_seconds double precision,
        distance_meters double precision,
        is_pr boolean default false not null,
        notes text,
        voice_transcript text,
        voice_command_id uuid,
        was_prescribed boolean default false not null,
        prescribed_reps integer,
        prescribed_weight real,
        tool_call_id uuid,
        sequence bigint generated always as identity,
        completed_at timestamptz default now() not null,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_workout_sets primary key (id),
        constraint fk_workout_sets_workout_id_user_id_workouts foreign key (workout_id, user_id)
            references workouts (id, user_id) on delete cascade,
        constraint ck_workout_sets_set_number check (set_number >= 1),
        constraint ck_workout_sets_reps check (reps between 0 and 1000),
        constraint ck_workout_sets_weight check (weight >= 0 and weight < 'infinity'),
        constraint ck_workout_sets_weight_unit check (weight_unit in ('lbs', 'kg')),
        constraint ck_workout_sets_rpe check (rpe between 1 and 10),
        constraint ck_workout_sets_rir check (rir between 0 and 20),
        constraint ck_workout_sets_set_type
            check (set_type in ('working', 'warmup', 'drop', 'failure', 'amrap')),
        constraint ck_workout_sets_duration_seconds
            check (duration_seconds >= 0 and duration_seconds < 'infinity'),
        constraint ck_workout_sets_distance_meters
            check (distance_meters >= 0 and distance_meters < 'infinity'),
        constraint ck_workout_sets_prescribed_reps check (prescribed_reps between 0 and 1000),
        constraint ck_workout_sets_prescribed_weight
            check (prescribed_weight >= 0 and prescribed_weight < 'infinity'),
        constraint fk_workout_sets_exercise_id_exercises foreign key (exercise_id)
            references exercises (id),
        constraint fk_workout_sets_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_workout_sets_voice_command_id_voice_commands foreign key (voice_command_id)
            references voice_commands (id) on delete set null,
        constraint fk_workout_sets_tool_call_id_tool_calls foreign key (tool_call_id)
            references tool_calls (id) on delete set null
    )
    """,
    # Sets name their command and commands their set.
    """
    alter table voice_commands
        add constraint fk_voice_commands_workout_set_id_workout_sets foreign key (workout_set_id)
            references workout_sets (id) on delete set null
    """,
)

INDEXES = (
    "create index ix_conversations_user_id_updated_at on conversations (user_id, updated_at)",
    "create index ix_messages_conversation_id_sequence on messages (conversation_id, sequence)",
    "create index ix_messages_user_id on messages (user_id)",
    "create index ix_workouts_user_id_started_at on workouts (user_id, started_at)",
    "create unique index uq_workouts_one_active on workouts (user_id) where status = 'active'",
    "create index ix_voice_commands_user_id_created_at on voice_commands (user_id, created_at)",
    "create index ix_voice_commands_workout_id on voice_commands (workout_id)",
    "create index ix_voice_commands_workout_set_id on voice_commands (workout_set_id)",
    "create index ix_tool_calls_conversation_id on tool_calls (conversation_id)",
    "create index ix_tool_calls_user_id_sequence on tool_calls (user_id, sequence)",
    "create index ix_tool_calls_voice_command_id on tool_calls (voice_command_id)",
    "create index ix_workout_sets_tool_call_id on workout_sets (tool_call_id)",
    "create index ix_workout_sets_user_id_exercise_id_sequence "
    "on workout_sets (user_id, exercise_id, sequence)",
    "create index ix_workout_sets_voice_command_id on workout_sets (voice_command_id)",
    "create index ix_workout_sets_workout_id_sequence on workout_sets (workout_id, sequence)",
)


def upgrade() -> None:
    """Makes the tables, and says who may see them."""
    for statement in (*TABLES, *INDEXES):
        op.execute(statement)
    for table in ("conversations", "messages", "workouts", "voice_commands", "workout_sets"):
        protect(table)
    # What was done once stays done: a call can be marked as undone, not forgotten.
    protect("tool_calls", grant="select, insert, update")


def downgrade() -> None:
    """Drops the tables and all that is in them."""
    # Sets and commands name each other, so neither can go first.
    op.execute("drop table workout_sets, tool_calls, voice_commands, workouts, messages, conversations")

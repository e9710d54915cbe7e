"""The library of WODs, their results, and benchmarks."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW = (
    "crossfit_wods",
    "wod_logs",
    "wod_benchmarks",
)

TABLES = (
    """
    create table crossfit_wods (
        id uuid default gen_random_uuid() not null,
        name text,
        kind text,
        wod_type text not null,
        description text,
        movements jsonb not null,
        time_cap_minutes integer,
        rounds integer,
        interval_seconds integer,
        is_benchmark boolean default false not null,
        is_hero_wod boolean default false not null,
        difficulty_level text,
        rx_standards jsonb,
        scaling_options jsonb,
        content_hash text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_crossfit_wods primary key (id),
        constraint ck_crossfit_wods_kind check (kind in ('girl', 'hero', 'open')),
        constraint ck_crossfit_wods_wod_type
            check (wod_type in ('amrap', 'emom', 'for_time', 'chipper', 'ladder', 'max_reps', 'max_load')),
        constraint ck_crossfit_wods_time_cap_minutes check (time_cap_minutes >= 1),
        constraint ck_crossfit_wods_rounds check (rounds >= 1),
        constraint ck_crossfit_wods_interval_seconds check (interval_seconds >= 1),
        constraint uq_crossfit_wods_name unique (name)
    )
    """,
    """
    create table wod_logs (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        wod_id uuid,
        workout_id uuid,
        logged_at timestamptz default now() not null,
        result_time_seconds integer,
        result_rounds integer,
        result_reps integer,
        result_load jsonb,
        was_rx boolean default false not null,
        scaling_notes text,
        notes text,
        raw_voice_input text,
        voice_command_id uuid,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_wod_logs primary key (id),
        constraint ck_wod_logs_result_time_seconds check (result_time_seconds >= 1),
        constraint ck_wod_logs_result_rounds check (result_rounds >= 0),
        constraint ck_wod_logs_result_reps check (result_reps >= 0),
        constraint uq_wod_logs_id_user_id unique (id, user_id),
        constraint fk_wod_logs_user_id_users foreign key (user_id) references users (id) on delete cascade,
        constraint fk_wod_logs_wod_id_crossfit_wods foreign key (wod_id)
            references crossfit_wods (id) on delete set null,
        constraint fk_wod_logs_workout_id_user_id_workouts foreign key (workout_id, user_id)
            references workouts (id, user_id) on delete set null (workout_id),
        constraint fk_wod_logs_voice_command_id_voice_commands foreign key (voice_command_id)
            references voice_commands (id)
    )
    """,
    """
    create table wod_benchmarks (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        wod_id uuid not null,
        wod_log_id uuid,
        best_time_seconds integer,
        best_rounds integer,
        best_reps integer,
        achieved_at timestamptz not null,
        constraint pk_wod_benchmarks primary key (id),
        constraint ck_wod_benchmarks_best_time_seconds check (best_time_seconds >= 1),
        constraint ck_wod_benchmarks_best_rounds check (best_rounds >= 0),
        constraint ck_wod_benchmarks_best_reps check (best_reps >= 0),
        constraint uq_wod_benchmarks_user_id_wod_id unique (user_id, wod_id),
        constraint fk_wod_benchmarks_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_wod_benchmarks_wod_id_crossfit_wods foreign key (wod_id)
            references crossfit_wods (id) on delete cascade,
        constraint fk_wod_benchmarks_wod_log_id_user_id_wod_logs foreign key (wod_log_id, user_id)
            references wod_logs (id, user_id) on delete set null (wod_log_id)
    )
    """,
)

INDEXES = (
    "create index ix_wod_logs_user_id_logged_at on wod_logs (user_id, logged_at)",
    "create index ix_wod_logs_voice_command_id on wod_logs (voice_command_id)",
    "create index ix_wod_logs_wod_id on wod_logs (wod_id)",
    "create index ix_wod_logs_workout_id on wod_logs (workout_id)",
    "create index ix_wod_benchmarks_wod_id on wod_benchmarks (wod_id)",
    "create index ix_wod_benchmarks_wod_log_id on wod_benchmarks (wod_log_id)",
)


def upgrade() -> None:
    """Makes the tables. Nobody gets at them until 0010 says who may."""
    for statement in (*TABLES, *INDEXES):
        op.execute(statement)
    for table in NEW:
        close(table)


def downgrade() -> None:
    """Drops the tables and all that is in them."""
    op.execute(f"drop table {', '.join(NEW)}")

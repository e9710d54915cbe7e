"""Runs with their splits and intervals, shoes, and records over distances."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEW = (
    "running_shoes",
    "runs",
    "run_splits",
    "run_intervals",
    "running_prs",
)

TABLES = (
    """
    create table running_shoes (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        brand text not null,
        model text not null,
        nickname text,
        purchase_date date,
        initial_mileage_km real default 0 not null,
        current_mileage_km real default 0 not null,
        max_mileage_km real default 800 not null,
        is_retired boolean default false not null,
        notes text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_running_shoes primary key (id),
        constraint ck_running_shoes_initial_mileage_km
            check (initial_mileage_km >= 0 and initial_mileage_km < 'infinity'),
        constraint ck_running_shoes_current_mileage_km
            check (current_mileage_km >= 0 and current_mileage_km < 'infinity'),
        constraint ck_running_shoes_max_mileage_km
            check (max_mileage_km >= 0 and max_mileage_km < 'infinity'),
        constraint uq_running_shoes_id_user_id unique (id, user_id),
        constraint fk_running_shoes_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table runs (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        workout_id uuid,
        status text default 'completed' not null,
        start_time timestamptz not null,
        end_time timestamptz,
        duration_seconds integer,
        moving_seconds integer,
        paused_at timestamptz,
        pauses jsonb,
        distance_meters real,
        avg_pace_min_per_km real,
        best_pace_min_per_km real,
        grade_adjusted_pace_min_per_km real,
        avg_heart_rate integer,
        max_heart_rate integer,
        elevation_gain_meters real,
        elevation_loss_meters real,
        avg_cadence integer,
        avg_power_watts real,
        route_data jsonb,
        start_location jsonb,
        end_location jsonb,
        run_type text,
        planned_workout jsonb,
        weather jsonb,
        surface_type text,
        shoe_id uuid,
        notes text,
        source text default 'app' not null,
        external_id text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_runs primary key (id),
        constraint ck_runs_status check (status in ('active', 'paused', 'completed')),
        constraint ck_runs_end_time check (end_time >= start_time),
        constraint ck_runs_duration_seconds check (duration_seconds >= 0),
        constraint ck_runs_moving_seconds check (moving_seconds >= 0),
        constraint ck_runs_distance_meters check (distance_meters >= 0 and distance_meters < 'infinity'),
        constraint ck_runs_avg_pace_min_per_km
            check (avg_pace_min_per_km >= 0 and avg_pace_min_per_km < 'infinity'),
        constraint ck_runs_best_pace_min_per_km
            check (best_pace_min_per_km >= 0 and best_pace_min_per_km < 'infinity'),
        constraint ck_runs_grade_adjusted_pace_min_per_km
            check (grade_adjusted_pace_min_per_km >= 0 and grade_adjusted_pace_min_per_km < 'infinity'),
        constraint ck_runs_avg_heart_rate check (avg_heart_rate between 20 and 300),
        constraint ck_runs_max_heart_rate check (max_heart_rate between 20 and 300),
        constraint ck_runs_elevation_gain_meters
            check (elevation_gain_meters >= 0 and elevation_gain_meters < 'infinity'),
        constraint ck_runs_elevation_loss_meters
            check (elevation_loss_meters >= 0 and elevation_loss_meters < 'infinity'),
        constraint ck_runs_avg_cadence check (avg_cadence >= 0),
        constraint ck_runs_avg_power_watts check (avg_power_watts >= 0 and avg_power_watts < 'infinity'),
        constraint ck_runs_run_type check (run_type in ('easy', 'tempo', 'intervals', 'long', 'race')),
        constraint ck_runs_surface_type check (surface_type in ('road', 'trail', 'track', 'treadmill')),
        constraint uq_runs_id_user_id unique (id, user_id),
        constraint uq_runs_user_id_source_external_id unique (user_id, source, external_id),
        constraint fk_runs_user_id_users foreign key (user_id) references users (id) on delete cascade,
        constraint fk_runs_workout_id_user_id_workouts foreign key (workout_id, user_id)
            references workouts (id, user_id) on delete set null (workout_id),
        constraint fk_runs_shoe_id_user_id_running_shoes foreign key (shoe_id, user_id)
            references running_shoes (id, user_id)
    )
    """,
    """
    create table run_splits (
        id uuid default gen_random_uuid() not null,
        run_id uuid not null,
        split_number integer not null,
        distance_meters real not null,
        duration_seconds integer not null,
        pace_min_per_km real,
        avg_heart_rate integer,
        elevation_change_meters real,
        avg_cadence integer,
        avg_power_watts real,
        constraint pk_run_splits primary key (id),
        constraint ck_run_splits_split_number check (split_number >= 1),
        constraint ck_run_splits_distance_meters
            check (distance_meters >= 0 and distance_meters < 'infinity'),
        constraint ck_run_splits_duration_seconds check (duration_seconds >= 0),
        constraint ck_run_splits_pace_min_per_km
            check (pace_min_per_km >= 0 and pace_min_per_km < 'infinity'),
        constraint ck_run_splits_avg_heart_rate check (avg_heart_rate between 20 and 300),
        constraint ck_run_splits_avg_cadence check (avg_cadence >= 0),
        constraint ck_run_splits_avg_power_watts
            check (avg_power_watts >= 0 and avg_power_watts < 'infinity'),
        constraint uq_run_splits_run_id_split_number unique (run_id, split_number),
        constraint fk_run_splits_run_id_runs foreign key (run_id) references runs (id) on delete cascade
    )
    """,
    """
    create table run_intervals (
        id uuid default gen_random_uuid() not null,
        run_id uuid not null,
        interval_number integer not null,
        interval_type text not null,
        target_pace real,
        actual_pace real,
        distance_meters real,
        duration_seconds integer,
        avg_heart_rate integer,
        constraint pk_run_intervals primary key (id),
        constraint ck_run_intervals_interval_number check (interval_number >= 1),
        constraint ck_run_intervals_interval_type
            check (interval_type in ('work', 'recovery', 'warmup', 'cooldown')),
        constraint ck_run_intervals_target_pace check (target_pace >= 0 and target_pace < 'infinity'),
        constraint ck_run_intervals_actual_pace check (actual_pace >= 0 and actual_pace < 'infinity'),
        constraint ck_run_intervals_distance_meters
            check (distance_meters >= 0 and distance_meters < 'infinity'),
        constraint ck_run_intervals_duration_seconds check (duration_seconds >= 0),
        constraint ck_run_intervals_avg_heart_rate check (avg_heart_rate between 20 and 300),
        constraint uq_run_intervals_run_id_interval_number unique (run_id, interval_number),
        constraint fk_run_intervals_run_id_runs foreign key (run_id) references runs (id) on delete cascade
    )
    """,
    """
    create table running_prs (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        run_id uuid,
        distance_type text not null,
        time_seconds integer not null,
        pace_min_per_km real,
        achieved_at timestamptz not null,
        previous_pr_id uuid,
        improvement_seconds integer,
        created_at timestamptz default now() not null,
        constraint pk_running_prs primary key (id),
        constraint ck_running_prs_distance_type
            check (distance_type in ('1k', '1mi', '5k', '10k', 'half', 'marathon')),
        constraint ck_running_prs_time_seconds check (time_seconds >= 1),
        constraint ck_running_prs_pace_min_per_km
            check (pace_min_per_km >= 0 and pace_min_per_km < 'infinity'),
        constraint uq_running_prs_id_user_id unique (id, user_id),
        constraint uq_running_prs_user_id_distance_type_achieved_at
            unique (user_id, distance_type, achieved_at),
        constraint fk_running_prs_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_running_prs_run_id_user_id_runs foreign key (run_id, user_id)
            references runs (id, user_id) on delete set null (run_id),
        constraint fk_running_prs_previous_pr_id_user_id_running_prs foreign key (previous_pr_id, user_id)
            references running_prs (id, user_id)
    )
    """,
)

INDEXES = (
    "create index ix_running_shoes_user_id on running_shoes (user_id)",
    "create index ix_runs_shoe_id on runs (shoe_id)",
    "create index ix_runs_user_id_start_time on runs (user_id, start_time)",
    "create index ix_runs_workout_id on runs (workout_id)",
    "create unique index uq_runs_one_live on runs (user_id) where status <> 'completed'",
    "create index ix_running_prs_previous_pr_id on running_prs (previous_pr_id)",
    "create index ix_running_prs_run_id on running_prs (run_id)",
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

"""Health and recovery: readiness, metrics, sleep, activities, injuries, nutrition, and days summed up."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW = (
    "readiness_scores",
    "health_metrics",
    "sleep_sessions",
    "activity_sessions",
    "health_snapshots",
    "daily_summaries",
    "injury_logs",
    "nutrition_logs",
)

TABLES = (
    """
    create table readiness_scores (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        date date not null,
        score real,
        sleep_quality integer,
        sleep_hours real,
        energy_level integer,
        stress_level integer,
        soreness_level integer,
        motivation_level integer,
        notes text,
        recovery_percent real,
        strain_score real,
        training_recommendation text,
        source text default 'manual' not null,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_readiness_scores primary key (id),
        constraint ck_readiness_scores_score check (score between 0 and 100),
        constraint ck_readiness_scores_sleep_quality check (sleep_quality between 1 and 10),
        constraint ck_readiness_scores_sleep_hours check (sleep_hours >= 0 and sleep_hours < 'infinity'),
        constraint ck_readiness_scores_energy_level check (energy_level between 1 and 10),
        constraint ck_readiness_scores_stress_level check (stress_level between 1 and 10),
        constraint ck_readiness_scores_soreness_level check (soreness_level between 1 and 10),
        constraint ck_readiness_scores_motivation_level check (motivation_level between 1 and 10),
        constraint ck_readiness_scores_recovery_percent check (recovery_percent between 0 and 100),
        constraint ck_readiness_scores_strain_score check (strain_score >= 0 and strain_score < 'infinity'),
        constraint ck_readiness_scores_training_recommendation
            check (training_recommendation in ('rest', 'light', 'moderate', 'hard')),
        constraint uq_readiness_scores_user_id_date_source unique (user_id, date, source),
        constraint fk_readiness_scores_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table health_metrics (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        date date not null,
        metric_type text not null,
        value real not null,
        source text not null,
        recorded_at timestamptz,
        metadata jsonb,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_health_metrics primary key (id),
        constraint ck_health_metrics_metric_type
            check (metric_type in ('hrv', 'rhr', 'sleep_score', 'strain', 'recovery', 'body_weight_kg')),
        constraint ck_health_metrics_value check (value >= 0 and value < 'infinity'),
        constraint uq_health_metrics_user_id_date_metric_type_source
            unique (user_id, date, metric_type, source),
        constraint fk_health_metrics_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table sleep_sessions (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        start_time timestamptz not null,
        end_time timestamptz,
        duration_minutes integer,
        quality_score real,
        efficiency_percent real,
        deep_sleep_minutes integer,
        rem_sleep_minutes integer,
        light_sleep_minutes integer,
        awake_minutes integer,
        source text not null,
        external_id text,
        metadata jsonb,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_sleep_sessions primary key (id),
        constraint ck_sleep_sessions_end_time check (end_time >= start_time),
        constraint ck_sleep_sessions_duration_minutes check (duration_minutes between 0 and 2880),
        constraint ck_sleep_sessions_quality_score check (quality_score between 0 and 100),
        constraint ck_sleep_sessions_efficiency_percent check (efficiency_percent between 0 and 100),
        constraint ck_sleep_sessions_deep_sleep_minutes check (deep_sleep_minutes >= 0),
        constraint ck_sleep_sessions_rem_sleep_minutes check (rem_sleep_minutes >= 0),
        constraint ck_sleep_sessions_light_sleep_minutes check (light_sleep_minutes >= 0),
        constraint ck_sleep_sessions_awake_minutes check (awake_minutes >= 0),
        constraint uq_sleep_sessions_user_id_source_external_id unique (user_id, source, external_id),
        constraint fk_sleep_sessions_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table activity_sessions (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        workout_id uuid,
        activity_type text not null,
        start_time timestamptz not null,
        end_time timestamptz,
        duration_minutes integer,
        calories_burned integer,
        avg_heart_rate integer,
        max_heart_rate integer,
        strain_score real,
        source text not null,
        external_id text,
        metadata jsonb,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_activity_sessions primary key (id),
        constraint ck_activity_sessions_end_time check (end_time >= start_time),
        constraint ck_activity_sessions_duration_minutes check (duration_minutes >= 0),
        constraint ck_activity_sessions_calories_burned check (calories_burned >= 0),
        constraint ck_activity_sessions_avg_heart_rate check (avg_heart_rate between 20 and 300),
        constraint ck_activity_sessions_max_heart_rate check (max_heart_rate between 20 and 300),
        constraint ck_activity_sessions_strain_score check (strain_score >= 0 and strain_score < 'infinity'),
        constraint uq_activity_sessions_user_id_source_external_id unique (user_id, source, external_id),
        constraint fk_activity_sessions_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_activity_sessions_workout_id_user_id_workouts foreign key (workout_id, user_id)
            references workouts (id, user_id) on delete set null (workout_id)
    )
    """,
    """
    create table health_snapshots (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        date date not null,
        snapshot_data jsonb not null,
        data_completeness_score real,
        ai_summary text,
        training_recommendation text,
        generated_at timestamptz default now() not null,
        constraint pk_health_snapshots primary key (id),
        constraint ck_health_snapshots_data_completeness_score
            check (data_completeness_score between 0 and 1),
        constraint ck_health_snapshots_training_recommendation
            check (training_recommendation in ('rest', 'light', 'moderate', 'hard')),
        constraint uq_health_snapshots_user_id_date unique (user_id, date),
        constraint fk_health_snapshots_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table daily_summaries (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        date date not null,
        workouts_completed integer default 0 not null,
        total_volume real,
        total_sets integer,
        muscles_trained text[],
        prs_hit integer default 0 not null,
        total_distance_meters real,
        total_cardio_minutes integer,
        calories_burned integer,
        avg_heart_rate integer,
        recovery_score real,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_daily_summaries primary key (id),
        constraint ck_daily_summaries_workouts_completed check (workouts_completed >= 0),
        constraint ck_daily_summaries_total_volume check (total_volume >= 0 and total_volume < 'infinity'),
        constraint ck_daily_summaries_total_sets check (total_sets >= 0),
        constraint ck_daily_summaries_prs_hit check (prs_hit >= 0),
        constraint ck_daily_summaries_total_distance_meters
            check (total_distance_meters >= 0 and total_distance_meters < 'infinity'),
        constraint ck_daily_summaries_total_cardio_minutes check (total_cardio_minutes >= 0),
        constraint ck_daily_summaries_calories_burned check (calories_burned >= 0),
        constraint ck_daily_summaries_avg_heart_rate check (avg_heart_rate between 20 and 300),
        constraint ck_daily_summaries_recovery_score check (recovery_score between 0 and 100),
        constraint uq_daily_summaries_user_id_date unique (user_id, date),
        constraint fk_daily_summaries_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table injury_logs (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        body_part text not null,
        side text,
        injury_type text,
        severity text not null,
        occurred_at timestamptz,
        resolved_at timestamptz,
        is_active boolean default true not null,
        notes text,
        affected_exercises text[],
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_injury_logs primary key (id),
        constraint ck_injury_logs_body_part
            check (
                body_part in ('neck', 'shoulder', 'elbow', 'wrist', 'chest', 'upper_back', 'lower_back',
                    'hip', 'groin', 'hamstring', 'quad', 'knee', 'shin', 'calf', 'achilles', 'ankle',
                    'foot')
            ),
        constraint ck_injury_logs_side check (side in ('left', 'right')),
        constraint ck_injury_logs_injury_type
            check (injury_type in ('strain', 'sprain', 'tendonitis', 'pain')),
        constraint ck_injury_logs_severity check (severity in ('minor', 'moderate', 'severe')),
        constraint fk_injury_logs_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table nutrition_logs (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        log_date date not null,
        meal_type text,
        calories integer,
        protein_grams real,
        carbs_grams real,
        fat_grams real,
        fiber_grams real,
        food_items jsonb,
        notes text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_nutrition_logs primary key (id),
        constraint ck_nutrition_logs_meal_type
            check (meal_type in ('breakfast', 'lunch', 'dinner', 'snack')),
        constraint ck_nutrition_logs_calories check (calories >= 0),
        constraint ck_nutrition_logs_protein_grams check (protein_grams >= 0 and protein_grams < 'infinity'),
        constraint ck_nutrition_logs_carbs_grams check (carbs_grams >= 0 and carbs_grams < 'infinity'),
        constraint ck_nutrition_logs_fat_grams check (fat_grams >= 0 and fat_grams < 'infinity'),
        constraint ck_nutrition_logs_fiber_grams check (fiber_grams >= 0 and fiber_grams < 'infinity'),
        constraint fk_nutrition_logs_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
)

INDEXES = (
    "create index ix_health_metrics_user_id_metric_type_date on health_metrics (user_id, metric_type, date)",
    "create index ix_sleep_sessions_user_id_start_time on sleep_sessions (user_id, start_time)",
    "create index ix_activity_sessions_user_id_start_time on activity_sessions (user_id, start_time)",
    "create index ix_activity_sessions_workout_id on activity_sessions (workout_id)",
    "create index ix_injury_logs_active on injury_logs (user_id) where is_active",
    "create index ix_injury_logs_user_id_created_at on injury_logs (user_id, created_at)",
    "create index ix_nutrition_logs_user_id_log_date on nutrition_logs (user_id, log_date)",
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

"""Training programs, adherence to them, and warm-up and cool-down templates."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = (
    "generated_programs",
    "program_weeks",
    "program_days",
    "program_exercises",
    "program_adherence",
    "volume_adjustment_plans",
    "warmup_templates",
    "cooldown_templates",
)

TABLES = (
    """
    create table generated_programs (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        name text not null,
        program_type text not null,
        duration_weeks integer not null,
        days_per_week integer not null,
        generation_prompt jsonb,
        ai_model_used text,
        is_active boolean default false not null,
        started_at timestamptz,
        completed_at timestamptz,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_generated_programs primary key (id),
        constraint ck_generated_programs_program_type
            check (program_type in ('strength', 'hypertrophy', 'running', 'hybrid')),
        constraint ck_generated_programs_duration_weeks check (duration_weeks between 1 and 104),
        constraint ck_generated_programs_days_per_week check (days_per_week between 1 and 7),
        constraint uq_generated_programs_id_user_id unique (id, user_id),
        constraint fk_generated_programs_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table program_weeks (
        id uuid default gen_random_uuid() not null,
        program_id uuid not null,
        week_number integer not null,
        focus text,
        notes text,
        constraint pk_program_weeks primary key (id),
        constraint ck_program_weeks_week_number check (week_number >= 1),
        constraint ck_program_weeks_focus check (focus in ('volume', 'intensity', 'deload')),
        constraint uq_program_weeks_program_id_week_number unique (program_id, week_number),
        constraint fk_program_weeks_program_id_generated_programs foreign key (program_id)
            references generated_programs (id) on delete cascade
    )
    """,
    """
    create table program_days (
        id uuid default gen_random_uuid() not null,
        program_week_id uuid not null,
        day_of_week integer not null,
        workout_name text,
        workout_type text,
        notes text,
        constraint pk_program_days primary key (id),
        constraint ck_program_days_day_of_week check (day_of_week between 1 and 7),
        constraint ck_program_days_workout_type
            check (workout_type in ('push', 'pull', 'legs', 'upper', 'lower', 'full_body', 'running')),
        constraint uq_program_days_program_week_id_day_of_week unique (program_week_id, day_of_week),
        constraint fk_program_days_program_week_id_program_weeks foreign key (program_week_id)
            references program_weeks (id) on delete cascade
    )
    """,
    """
    create table program_exercises (
        id uuid default gen_random_uuid() not null,
        program_day_id uuid not null,
        exercise_id uuid not null,
        exercise_order integer not null,
        sets integer not null,
        reps_min integer,
        reps_max integer,
        reps_target text,
        rpe_target real,
        rest_seconds integer,
        percentage_of_1rm real,
        notes text,
        superset_group integer,
        constraint pk_program_exercises primary key (id),
        constraint ck_program_exercises_exercise_order check (exercise_order >= 1),
        constraint ck_program_exercises_sets check (sets >= 1),
        constraint ck_program_exercises_reps_min check (reps_min >= 0),
        constraint ck_program_exercises_reps_max check (reps_max >= 0),
        constraint ck_program_exercises_rpe_target check (rpe_target between 1 and 10),
        constraint ck_program_exercises_rest_seconds check (rest_seconds >= 0),
        constraint ck_program_exercises_percentage_of_1rm check (percentage_of_1rm between 0 and 200),
        constraint ck_program_exercises_superset_group check (superset_group >= 1),
        constraint uq_program_exercises_program_day_id_exercise_order
            unique (program_day_id, exercise_order),
        constraint fk_program_exercises_program_day_id_program_days foreign key (program_day_id)
            references program_days (id) on delete cascade,
        constraint fk_program_exercises_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete cascade
    )
    """,
    """
    create table program_adherence (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        program_id uuid not null,
        program_day_id uuid not null,
        workout_id uuid,
        scheduled_date date not null,
        status text default 'pending' not null,
        completion_percent real,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_program_adherence primary key (id),
        constraint ck_program_adherence_status
            check (status in ('pending', 'completed', 'skipped', 'partial')),
        constraint ck_program_adherence_completion_percent check (completion_percent between 0 and 100),
        constraint uq_program_adherence_program_id_scheduled_date unique (program_id, scheduled_date),
        constraint fk_program_adherence_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_program_adherence_program_id_user_id_generated_programs
            foreign key (program_id, user_id) references generated_programs (id, user_id) on delete cascade,
        constraint fk_program_adherence_program_day_id_program_days foreign key (program_day_id)
            references program_days (id) on delete cascade,
        constraint fk_program_adherence_workout_id_user_id_workouts foreign key (workout_id, user_id)
            references workouts (id, user_id) on delete set null (workout_id)
    )
    """,
    """
    create table volume_adjustment_plans (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        muscle_group text not null,
        current_weekly_sets integer,
        recommended_sets integer,
        adjustment_type text not null,
        reason text,
        start_date date,
        end_date date,
        status text default 'active' not null,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_volume_adjustment_plans primary key (id),
        constraint ck_volume_adjustment_plans_current_weekly_sets check (current_weekly_sets >= 0),
        constraint ck_volume_adjustment_plans_recommended_sets check (recommended_sets >= 0),
        constraint ck_volume_adjustment_plans_adjustment_type
            check (adjustment_type in ('increase', 'decrease', 'maintain')),
        constraint ck_volume_adjustment_plans_status check (status in ('active', 'completed', 'dismissed')),
        constraint fk_volume_adjustment_plans_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table warmup_templates (
        id uuid default gen_random_uuid() not null,
        name text not null,
        workout_type text,
        duration_minutes integer,
        exercises jsonb not null,
        is_default boolean default false not null,
        user_id uuid,
        content_hash text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_warmup_templates primary key (id),
        constraint ck_warmup_templates_workout_type
            check (workout_type in ('push', 'pull', 'legs', 'upper', 'lower', 'full_body', 'running')),
        constraint ck_warmup_templates_duration_minutes check (duration_minutes >= 0),
        constraint fk_warmup_templates_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table cooldown_templates (
        id uuid default gen_random_uuid() not null,
        name text not null,
        workout_type text,
        duration_minutes integer,
        exercises jsonb not null,
        is_default boolean default false not null,
        user_id uuid,
        content_hash text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_cooldown_templates primary key (id),
        constraint ck_cooldown_templates_workout_type
            check (workout_type in ('push', 'pull', 'legs', 'upper', 'lower', 'full_body', 'running')),
        constraint ck_cooldown_templates_duration_minutes check (duration_minutes >= 0),
        constraint fk_cooldown_templates_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
)

INDEXES = (
    "create index ix_generated_programs_active on generated_programs (user_id) where is_active",
    "create index ix_generated_programs_user_id_created_at on generated_programs (user_id, created_at)",
    "create index ix_program_exercises_exercise_id on program_exercises (exercise_id)",
    "create index ix_program_adherence_program_day_id on program_adherence (program_day_id)",
    "create index ix_program_adherence_user_id_scheduled_date on program_adherence (user_id, scheduled_date)",
    "create index ix_program_adherence_workout_id on program_adherence (workout_id)",
    "create index ix_volume_adjustment_plans_active "
    "on volume_adjustment_plans (user_id) where status = 'active'",
    "create index ix_volume_adjustment_plans_user_id_created_at "
    "on volume_adjustment_plans (user_id, created_at)",
    "create index ix_warmup_templates_user_id on warmup_templates (user_id)",
    "create index ix_cooldown_templates_user_id on cooldown_templates (user_id)",
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

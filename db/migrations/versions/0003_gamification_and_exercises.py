"""Profiles say more; onboarding, streaks, badges, and what is known of each exercise."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close, prepare

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW = (
    "user_onboarding",
    "user_streaks",
    "user_badges",
    "badge_definitions",
    "exercise_muscles",
    "exercise_cues",
    "exercise_media",
    "exercise_substitutions",
    "exercise_body_part_stress",
)

CHANGES = (
    """
    alter table user_profiles
        add distance_unit text default 'mi' not null,
        add equipment text[] default '{}' not null,
        add training_days integer[] default '{}' not null,
        add weekly_goal integer,
        add birth_year integer,
        add share_corrections boolean default false not null,
        add constraint ck_user_profiles_distance_unit check (distance_unit in ('mi', 'km')),
        add constraint ck_user_profiles_training_days
            check (training_days <@ array[1, 2, 3, 4, 5, 6, 7]),
        add constraint ck_user_profiles_weekly_goal check (weekly_goal between 1 and 14),
        add constraint ck_user_profiles_birth_year check (birth_year between 1900 and 2100)
    """,
    "update user_profiles set distance_unit = 'km' where preferred_unit = 'kg'",
    """
    update user_profiles set birth_year = extract(year from birth_date)
    where extract(year from birth_date) between 1900 and 2100
    """,
    "alter table user_profiles drop birth_date",
)

UNDO = (
    """
    alter table user_profiles
        add birth_date date,
        add constraint ck_user_profiles_birth_date check (birth_date > date '1900-01-01')
    """,
    # Of a date the year is left: its middle is nearest.
    "update user_profiles set birth_date = make_date(birth_year, 7, 1)",
    """
    alter table user_profiles
        drop distance_unit, drop equipment, drop training_days, drop weekly_goal, drop birth_year,
        drop share_corrections
    """,
)

TABLES = (
    """
    create table user_onboarding (
        user_id uuid not null,
        current_step text default 'welcome' not null,
        steps_completed text[] default '{}' not null,
        is_complete boolean default false not null,
        completed_at timestamptz,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_user_onboarding primary key (user_id),
        constraint fk_user_onboarding_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table user_streaks (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        streak_type text not null,
        current_streak integer default 0 not null,
        longest_streak integer default 0 not null,
        last_activity_date date,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_user_streaks primary key (id),
        constraint ck_user_streaks_streak_type check (streak_type in ('workout', 'logging', 'running')),
        constraint ck_user_streaks_current_streak check (current_streak >= 0),
        constraint ck_user_streaks_longest_streak check (longest_streak >= current_streak),
        constraint uq_user_streaks_user_id_streak_type unique (user_id, streak_type),
        constraint fk_user_streaks_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table user_badges (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        badge_id text not null,
        badge_type text not null,
        earned_at timestamptz default now() not null,
        metadata jsonb,
        constraint pk_user_badges primary key (id),
        constraint ck_user_badges_badge_type
            check (badge_type in ('strength', 'running', 'streak', 'milestone')),
        constraint uq_user_badges_user_id_badge_id unique (user_id, badge_id),
        constraint fk_user_badges_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table badge_definitions (
        id text not null,
        name text not null,
        description text,
        badge_type text not null,
        icon_url text,
        criteria jsonb,
        tier text default 'bronze' not null,
        content_hash text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_badge_definitions primary key (id),
        constraint ck_badge_definitions_badge_type
            check (badge_type in ('strength', 'running', 'streak', 'milestone')),
        constraint ck_badge_definitions_tier check (tier in ('bronze', 'silver', 'gold', 'platinum'))
    )
    """,
    """
    create table exercise_muscles (
        exercise_id uuid not null,
        muscle_group text not null,
        activation_level text default 'primary' not null,
        constraint pk_exercise_muscles primary key (exercise_id, muscle_group),
        constraint ck_exercise_muscles_activation_level
            check (activation_level in ('primary', 'secondary', 'stabilizer')),
        constraint fk_exercise_muscles_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete cascade
    )
    """,
    """
    create table exercise_cues (
        id uuid default gen_random_uuid() not null,
        exercise_id uuid not null,
        cue_text text not null,
        cue_type text not null,
        upstash_indexed boolean default false not null,
        content_hash text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_exercise_cues primary key (id),
        constraint ck_exercise_cues_cue_type
            check (cue_type in ('setup', 'execution', 'breathing', 'common_mistake')),
        constraint fk_exercise_cues_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete cascade
    )
    """,
    """
    create table exercise_media (
        id uuid default gen_random_uuid() not null,
        exercise_id uuid not null,
        media_type text not null,
        media_url text not null,
        thumbnail_url text,
        duration_seconds integer,
        content_hash text,
        created_at timestamptz default now() not null,
        constraint pk_exercise_media primary key (id),
        constraint ck_exercise_media_media_type check (media_type in ('video', 'image', 'gif')),
        constraint ck_exercise_media_duration_seconds check (duration_seconds >= 0),
        constraint fk_exercise_media_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete cascade
    )
    """,
    """
    create table exercise_substitutions (
        id uuid default gen_random_uuid() not null,
        original_exercise_id uuid not null,
        substitute_exercise_id uuid not null,
        reason text,
        affected_body_part text,
        similarity_score real default 0.8 not null,
        notes text,
        content_hash text,
        created_at timestamptz default now() not null,
        constraint pk_exercise_substitutions primary key (id),
        constraint ck_exercise_substitutions_substitute_exercise_id
            check (original_exercise_id <> substitute_exercise_id),
        constraint ck_exercise_substitutions_reason
            check (reason in ('injury', 'equipment', 'difficulty', 'preference')),
        constraint ck_exercise_substitutions_affected_body_part
            check (
                affected_body_part in ('neck', 'shoulder', 'elbow', 'wrist', 'chest', 'upper_back',
                    'lower_back', 'hip', 'groin', 'hamstring', 'quad', 'knee', 'shin', 'calf', 'achilles',
                    'ankle', 'foot')
            ),
        constraint ck_exercise_substitutions_similarity_score check (similarity_score between 0 and 1),
        constraint uq_exercise_substitutions_pair
            unique nulls not distinct (
                original_exercise_id, substitute_exercise_id, reason, affected_body_part
            ),
        constraint fk_exercise_substitutions_original_exercise_id_exercises
            foreign key (original_exercise_id) references exercises (id) on delete cascade,
        constraint fk_exercise_substitutions_substitute_exercise_id_exercises
            foreign key (substitute_exercise_id) references exercises (id) on delete cascade
    )
    """,
    """
    create table exercise_body_part_stress (
        id uuid default gen_random_uuid() not null,
        exercise_id uuid not null,
        body_part text not null,
        stress_level text not null,
        constraint pk_exercise_body_part_stress primary key (id),
        constraint ck_exercise_body_part_stress_body_part
            check (
                body_part in ('neck', 'shoulder', 'elbow', 'wrist', 'chest', 'upper_back', 'lower_back',
                    'hip', 'groin', 'hamstring', 'quad', 'knee', 'shin', 'calf', 'achilles', 'ankle',
                    'foot')
            ),
        constraint ck_exercise_body_part_stress_stress_level
            check (stress_level in ('low', 'medium', 'high')),
        constraint uq_exercise_body_part_stress_exercise_id_body_part unique (exercise_id, body_part),
        constraint fk_exercise_body_part_stress_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete cascade
    )
    """,
)

INDEXES = (
    "create index ix_user_badges_user_id_earned_at on user_badges (user_id, earned_at)",
    "create index ix_exercise_muscles_muscle_group on exercise_muscles (muscle_group)",
    "create index ix_exercise_cues_exercise_id_cue_type on exercise_cues (exercise_id, cue_type)",
    "create index ix_exercise_media_exercise_id on exercise_media (exercise_id)",
    "create index ix_exercise_substitutions_substitute_exercise_id "
    "on exercise_substitutions (substitute_exercise_id)",
)


def upgrade() -> None:
    """Makes the tables. Nobody gets at them until 0010 says who may."""
    # Databases made before it have no role for the server's own work.
    prepare()
    for statement in (*CHANGES, *TABLES, *INDEXES):
        op.execute(statement)
    for table in NEW:
        close(table)


def downgrade() -> None:
    """Drops the tables and all that is in them, and what was added to older ones."""
    op.execute(f"drop table {', '.join(NEW)}")
    for statement in UNDO:
        op.execute(statement)

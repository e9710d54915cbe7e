"""People and the catalogue of exercises."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close, prepare, protect, publish

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("citext", "fuzzystrmatch")

TABLES = (
    """
    create table users (
        id uuid default gen_random_uuid() not null,
        email citext not null,
        name text,
        role text default 'athlete' not null,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_users primary key (id),
        constraint ck_users_role check (role in ('athlete', 'coach', 'admin')),
        constraint uq_users_email unique (email)
    )
    """,
    """
    create table user_profiles (
        user_id uuid not null,
        preferred_unit text default 'lbs' not null,
        timezone text default 'UTC' not null,
        experience_level text,
        goals text[] default '{}' not null,
        height_cm double precision,
        weight_kg double precision,
        birth_date date,
        sex text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_user_profiles primary key (user_id),
        constraint ck_user_profiles_preferred_unit check (preferred_unit in ('lbs', 'kg')),
        constraint ck_user_profiles_experience_level
            check (experience_level in ('beginner', 'intermediate', 'advanced', 'elite')),
        constraint ck_user_profiles_sex check (sex in ('female', 'male', 'other')),
        constraint ck_user_profiles_height_cm check (height_cm between 30 and 300),
        constraint ck_user_profiles_weight_kg check (weight_kg between 1 and 700),
        constraint ck_user_profiles_birth_date check (birth_date > date '1900-01-01'),
        constraint fk_user_profiles_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table exercises (
        id uuid default gen_random_uuid() not null,
        slug text not null,
        name text not null,
        synonyms text[] default '{}' not null,
        description text,
        equipment text[] default '{}' not null,
        primary_muscle text not null,
        secondary_muscles text[] default '{}' not null,
        movement_pattern text,
        base_movement text,
        parent_exercise_id uuid,
        progression_order integer,
        is_compound boolean default false not null,
        is_unilateral boolean default false not null,
        measure text default 'weight_reps' not null,
        normalized_name text,
        phonetic_key text,
        upstash_indexed boolean default false not null,
        content_hash text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_exercises primary key (id),
        constraint ck_exercises_measure
            check (
                measure in ('weight_reps', 'reps', 'duration', 'distance', 'distance_duration', 'calories')
            ),
        constraint ck_exercises_parent_exercise_id check (parent_exercise_id <> id),
        constraint uq_exercises_slug unique (slug),
        constraint uq_exercises_name unique (name),
        constraint fk_exercises_parent_exercise_id_exercises foreign key (parent_exercise_id)
            references exercises (id) on delete set null
    )
    """,
)

INDEXES = (
    "create index ix_exercises_parent_exercise_id on exercises (parent_exercise_id)",
    "create index ix_exercises_synonyms on exercises using gin (synonyms)",
)


def upgrade() -> None:
    """Makes the tables, and says who may see them."""
    for name in EXTENSIONS:
        op.execute(f"create extension if not exists {name}")
    for statement in (*TABLES, *INDEXES):
        op.execute(statement)
    prepare()
    # Nobody makes an account, changes their email or gives themselves a role but through the server.
    protect("users", owner="id", grant="select, update (name, updated_at)")
    protect("user_profiles")
    publish("exercises")
    close("alembic_version")


def downgrade() -> None:
    """Drops the tables. Role and extensions stay: something else may use them."""
    op.execute("drop table exercises, user_profiles, users")

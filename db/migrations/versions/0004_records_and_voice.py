"""Records, fine-tuned models and the knowledge base; workouts and sets say more."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW = (
    "pr_history",
    "personal_records",
    "fine_tuned_models",
    "knowledge_base",
)

CHANGES = (
    """
    alter table workouts
        add notes text,
        add source text default 'app' not null,
        add external_id text,
        add constraint uq_workouts_user_id_source_external_id unique (user_id, source, external_id)
    """,
    """
    alter table workout_sets
        add superset_group integer,
        add is_per_side boolean default false not null,
        add constraint ck_workout_sets_superset_group check (superset_group >= 1),
        add constraint uq_workout_sets_id_user_id unique (id, user_id)
    """,
)

UNDO = (
    """
    alter table workout_sets
        drop constraint uq_workout_sets_id_user_id, drop superset_group, drop is_per_side
    """,
    "alter table workouts drop notes, drop source, drop external_id",
)

TABLES = (
    """
    create table pr_history (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        exercise_id uuid not null,
        workout_set_id uuid,
        pr_type text not null,
        value real not null,
        weight real,
        weight_unit text default 'lbs' not null,
        reps integer,
        estimated_1rm real,
        previous_pr_id uuid,
        improvement_percent real,
        achieved_at timestamptz default now() not null,
        created_at timestamptz default now() not null,
        constraint pk_pr_history primary key (id),
        constraint ck_pr_history_pr_type
            check (pr_type in ('1rm', '3rm', '5rm', 'volume', 'reps_at_weight')),
        constraint ck_pr_history_value check (value >= 0 and value < 'infinity'),
        constraint ck_pr_history_weight check (weight >= 0 and weight < 'infinity'),
        constraint ck_pr_history_weight_unit check (weight_unit in ('lbs', 'kg')),
        constraint ck_pr_history_reps check (reps between 0 and 1000),
        constraint ck_pr_history_estimated_1rm check (estimated_1rm >= 0 and estimated_1rm < 'infinity'),
        constraint uq_pr_history_id_user_id unique (id, user_id),
        constraint uq_pr_history_user_id_exercise_id_pr_type_achieved_at
            unique (user_id, exercise_id, pr_type, achieved_at),
        constraint fk_pr_history_user_id_users foreign key (user_id) references users (id) on delete cascade,
        constraint fk_pr_history_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete cascade,
        constraint fk_pr_history_workout_set_id_user_id_workout_sets foreign key (workout_set_id, user_id)
            references workout_sets (id, user_id) on delete set null (workout_set_id),
        constraint fk_pr_history_previous_pr_id_user_id_pr_history foreign key (previous_pr_id, user_id)
            references pr_history (id, user_id)
    )
    """,
    """
    create table personal_records (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        exercise_id uuid not null,
        workout_set_id uuid,
        pr_history_id uuid,
        pr_type text not null,
        value real not null,
        weight real,
        weight_unit text default 'lbs' not null,
        reps integer,
        estimated_1rm real,
        achieved_at timestamptz default now() not null,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_personal_records primary key (id),
        constraint ck_personal_records_pr_type
            check (pr_type in ('1rm', '3rm', '5rm', 'volume', 'reps_at_weight')),
        constraint ck_personal_records_value check (value >= 0 and value < 'infinity'),
        constraint ck_personal_records_weight check (weight >= 0 and weight < 'infinity'),
        constraint ck_personal_records_weight_unit check (weight_unit in ('lbs', 'kg')),
        constraint ck_personal_records_reps check (reps between 0 and 1000),
        constraint ck_personal_records_estimated_1rm
            check (estimated_1rm >= 0 and estimated_1rm < 'infinity'),
        constraint fk_personal_records_user_id_users foreign key (user_id)
            references users (id) on delete cascade,
        constraint fk_personal_records_exercise_id_exercises foreign key (exercise_id)
            references exercises (id) on delete cascade,
        constraint fk_personal_records_workout_set_id_user_id_workout_sets
            foreign key (workout_set_id, user_id)
            references workout_sets (id, user_id) on delete set null (workout_set_id),
        constraint fk_personal_records_pr_history_id_user_id_pr_history foreign key (pr_history_id, user_id)
            references pr_history (id, user_id) on delete cascade
    )
    """,
    """
    create table fine_tuned_models (
        id uuid default gen_random_uuid() not null,
        model_id text not null,
        model_type text not null,
        base_model text not null,
        training_data_count integer,
        accuracy_score real,
        is_active boolean default false not null,
        user_id uuid,
        created_at timestamptz default now() not null,
        constraint pk_fine_tuned_models primary key (id),
        constraint ck_fine_tuned_models_model_type
            check (model_type in ('voice_parser', 'exercise_matcher')),
        constraint ck_fine_tuned_models_training_data_count check (training_data_count >= 0),
        constraint ck_fine_tuned_models_accuracy_score check (accuracy_score between 0 and 1),
        constraint uq_fine_tuned_models_model_id unique (model_id),
        constraint fk_fine_tuned_models_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table knowledge_base (
        id uuid default gen_random_uuid() not null,
        chunk_id text not null,
        chunk_type text not null,
        category text,
        title text,
        content text not null,
        tags text[],
        questions text[] default '{}' not null,
        metadata jsonb,
        source text,
        source_year integer,
        reviewed_on date,
        is_red_flag boolean default false not null,
        upstash_indexed boolean default false not null,
        content_hash text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_knowledge_base primary key (id),
        constraint ck_knowledge_base_chunk_type
            check (
                chunk_type in ('exercise_guide', 'program', 'nutrition', 'recovery', 'injury_prevention')
            ),
        constraint ck_knowledge_base_category
            check (category in ('strength', 'running', 'mobility', 'injury', 'nutrition', 'recovery')),
        constraint ck_knowledge_base_source_year check (source_year between 1800 and 2100),
        constraint uq_knowledge_base_chunk_id unique (chunk_id)
    )
    """,
)

INDEXES = (
    "create index ix_pr_history_previous_pr_id on pr_history (previous_pr_id)",
    "create index ix_pr_history_user_id_achieved_at on pr_history (user_id, achieved_at)",
    "create index ix_pr_history_workout_set_id on pr_history (workout_set_id)",
    "create index ix_personal_records_pr_history_id on personal_records (pr_history_id)",
    "create index ix_personal_records_user_id_achieved_at on personal_records (user_id, achieved_at)",
    "create index ix_personal_records_workout_set_id on personal_records (workout_set_id)",
    "create unique index uq_personal_records_one_best "
    "on personal_records (user_id, exercise_id, pr_type) where pr_type <> 'reps_at_weight'",
    "create unique index uq_personal_records_one_best_at_weight "
    "on personal_records (user_id, exercise_id, weight_unit, weight) "
    "nulls not distinct where pr_type = 'reps_at_weight'",
    "create index ix_fine_tuned_models_user_id on fine_tuned_models (user_id)",
    "create unique index uq_fine_tuned_models_one_active "
    "on fine_tuned_models (user_id, model_type) nulls not distinct where is_active",
    "create index ix_knowledge_base_category on knowledge_base (category)",
)


def upgrade() -> None:
    """Makes the tables. Nobody gets at them until 0010 says who may."""
    for statement in (*CHANGES, *TABLES, *INDEXES):
        op.execute(statement)
    for table in NEW:
        close(table)


def downgrade() -> None:
    """Drops the tables and all that is in them, and what was added to older ones."""
    op.execute(f"drop table {', '.join(NEW)}")
    for statement in UNDO:
        op.execute(statement)

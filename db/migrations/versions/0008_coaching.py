"""Coaches and clients: assignments, invitations, notes, program templates and check-ins."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = (
    "client_assignments",
    "coach_client_invitations",
    "coach_notes",
    "program_templates",
    "client_check_ins",
)

TABLES = (
    """
    create table client_assignments (
        id uuid default gen_random_uuid() not null,
        coach_id uuid not null,
        client_id uuid not null,
        status text default 'active' not null,
        assigned_at timestamptz default now() not null,
        ended_at timestamptz,
        can_view_workouts boolean default true not null,
        can_view_nutrition boolean default false not null,
        can_view_health boolean default false not null,
        can_edit_programs boolean default true not null,
        can_message boolean default true not null,
        notes text,
        updated_at timestamptz default now() not null,
        constraint pk_client_assignments primary key (id),
        constraint ck_client_assignments_client_id check (coach_id <> client_id),
        constraint ck_client_assignments_status check (status in ('active', 'paused', 'ended')),
        constraint uq_client_assignments_coach_id_client_id unique (coach_id, client_id),
        constraint fk_client_assignments_coach_id_users foreign key (coach_id)
            references users (id) on delete cascade,
        constraint fk_client_assignments_client_id_users foreign key (client_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table coach_client_invitations (
        id uuid default gen_random_uuid() not null,
        coach_id uuid not null,
        client_id uuid,
        client_email text,
        status text default 'pending' not null,
        invite_code text,
        invited_at timestamptz default now() not null,
        responded_at timestamptz,
        expires_at timestamptz,
        message text,
        constraint pk_coach_client_invitations primary key (id),
        constraint ck_coach_client_invitations_client_id check (coach_id <> client_id),
        constraint ck_coach_client_invitations_status
            check (status in ('pending', 'accepted', 'declined', 'expired')),
        constraint uq_coach_client_invitations_invite_code unique (invite_code),
        constraint fk_coach_client_invitations_coach_id_users foreign key (coach_id)
            references users (id) on delete cascade,
        constraint fk_coach_client_invitations_client_id_users foreign key (client_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table coach_notes (
        id uuid default gen_random_uuid() not null,
        coach_id uuid not null,
        client_id uuid not null,
        note_type text,
        content text not null,
        is_private boolean default true not null,
        related_workout_id uuid,
        related_program_id uuid,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_coach_notes primary key (id),
        constraint ck_coach_notes_note_type
            check (note_type in ('general', 'workout', 'progress', 'concern')),
        constraint fk_coach_notes_coach_id_users foreign key (coach_id)
            references users (id) on delete cascade,
        constraint fk_coach_notes_client_id_users foreign key (client_id)
            references users (id) on delete cascade,
        constraint fk_coach_notes_related_workout_id_client_id_workouts
            foreign key (related_workout_id, client_id)
            references workouts (id, user_id) on delete set null (related_workout_id),
        constraint fk_coach_notes_related_program_id_client_id_generated_programs
            foreign key (related_program_id, client_id)
            references generated_programs (id, user_id) on delete set null (related_program_id)
    )
    """,
    """
    create table program_templates (
        id uuid default gen_random_uuid() not null,
        coach_id uuid not null,
        name text not null,
        description text,
        program_type text not null,
        duration_weeks integer not null,
        days_per_week integer not null,
        difficulty_level text,
        template_data jsonb not null,
        is_public boolean default false not null,
        price_cents integer,
        times_used integer default 0 not null,
        avg_rating real,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_program_templates primary key (id),
        constraint ck_program_templates_program_type
            check (program_type in ('strength', 'hypertrophy', 'running', 'hybrid')),
        constraint ck_program_templates_duration_weeks check (duration_weeks between 1 and 104),
        constraint ck_program_templates_days_per_week check (days_per_week between 1 and 7),
        constraint ck_program_templates_price_cents check (price_cents >= 0),
        constraint ck_program_templates_times_used check (times_used >= 0),
        constraint ck_program_templates_avg_rating check (avg_rating between 0 and 5),
        constraint fk_program_templates_coach_id_users foreign key (coach_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table client_check_ins (
        id uuid default gen_random_uuid() not null,
        client_id uuid not null,
        coach_id uuid not null,
        check_in_date date not null,
        weight_kg real,
        sleep_quality integer,
        energy_level integer,
        stress_level integer,
        soreness_level integer,
        photos jsonb,
        notes text,
        coach_feedback text,
        created_at timestamptz default now() not null,
        updated_at timestamptz default now() not null,
        constraint pk_client_check_ins primary key (id),
        constraint ck_client_check_ins_client_id check (coach_id <> client_id),
        constraint ck_client_check_ins_weight_kg check (weight_kg between 1 and 700),
        constraint ck_client_check_ins_sleep_quality check (sleep_quality between 1 and 10),
        constraint ck_client_check_ins_energy_level check (energy_level between 1 and 10),
        constraint ck_client_check_ins_stress_level check (stress_level between 1 and 10),
        constraint ck_client_check_ins_soreness_level check (soreness_level between 1 and 10),
        constraint uq_client_check_ins_client_id_check_in_date unique (client_id, check_in_date),
        constraint fk_client_check_ins_client_id_users foreign key (client_id)
            references users (id) on delete cascade,
        constraint fk_client_check_ins_coach_id_users foreign key (coach_id)
            references users (id) on delete cascade
    )
    """,
)

INDEXES = (
    "create index ix_client_assignments_client_id on client_assignments (client_id)",
    "create index ix_coach_client_invitations_client_email on coach_client_invitations (lower(client_email))",
    "create index ix_coach_client_invitations_client_id on coach_client_invitations (client_id)",
    "create index ix_coach_client_invitations_coach_id_invited_at "
    "on coach_client_invitations (coach_id, invited_at)",
    "create index ix_coach_notes_client_id_created_at on coach_notes (client_id, created_at)",
    "create index ix_coach_notes_coach_id_client_id_created_at "
    "on coach_notes (coach_id, client_id, created_at)",
    "create index ix_coach_notes_related_program_id on coach_notes (related_program_id)",
    "create index ix_coach_notes_related_workout_id on coach_notes (related_workout_id)",
    "create index ix_program_templates_coach_id_created_at on program_templates (coach_id, created_at)",
    "create index ix_program_templates_public on program_templates (program_type) where is_public",
    "create index ix_client_check_ins_coach_id_check_in_date on client_check_ins (coach_id, check_in_date)",
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

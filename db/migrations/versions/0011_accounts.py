"""Built-in accounts: passwords, sessions, refresh tokens, attempts to sign in."""

from __future__ import annotations

from alembic import op

from db.migrations.security import close

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    """
    create table account_passwords (
        user_id uuid not null,
        password_hash text not null,
        changed_at timestamptz default now() not null,
        constraint pk_account_passwords primary key (user_id),
        constraint fk_account_passwords_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table account_sessions (
        id uuid default gen_random_uuid() not null,
        user_id uuid not null,
        client text,
        created_at timestamptz default now() not null,
        last_used_at timestamptz default now() not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        constraint pk_account_sessions primary key (id),
        constraint uq_account_sessions_id_user_id unique (id, user_id),
        constraint fk_account_sessions_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table account_refresh_tokens (
        token_hash bytea not null,
        session_id uuid not null,
        user_id uuid not null,
        created_at timestamptz default now() not null,
        used_at timestamptz,
        constraint pk_account_refresh_tokens primary key (token_hash),
        constraint ck_account_refresh_tokens_token_hash check (octet_length(token_hash) = 32),
        constraint fk_account_refresh_tokens_session_id_user_id_account_sessions
            foreign key (session_id, user_id) references account_sessions (id, user_id) on delete cascade,
        constraint fk_account_refresh_tokens_user_id_users foreign key (user_id)
            references users (id) on delete cascade
    )
    """,
    """
    create table account_attempts (
        subject bytea not null,
        attempts integer not null,
        expires_at timestamptz not null,
        constraint pk_account_attempts primary key (subject),
        constraint ck_account_attempts_subject check (octet_length(subject) = 32),
        constraint ck_account_attempts_attempts check (attempts >= 0)
    )
    """,
)

INDEXES = (
    "create index ix_account_sessions_user_id on account_sessions (user_id)",
    "create index ix_account_sessions_expires_at on account_sessions (expires_at)",
    "create index ix_account_refresh_tokens_session_id on account_refresh_tokens (session_id)",
    "create index ix_account_refresh_tokens_user_id on account_refresh_tokens (user_id)",
    "create index ix_account_attempts_expires_at on account_attempts (expires_at)",
)


def upgrade() -> None:
    """Makes the tables; athletes' transactions get at none of them."""
    for statement in (*TABLES, *INDEXES):
        op.execute(statement)
    for table in ("account_passwords", "account_sessions", "account_refresh_tokens", "account_attempts"):
        close(table)


def downgrade() -> None:
    """Drops the tables: everybody is signed out, and passwords are gone."""
    op.execute("drop table account_attempts, account_refresh_tokens, account_sessions, account_passwords")

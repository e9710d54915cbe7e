"""Row-level security for migrations: who may do what with the rows of a table.

The roles and `auth.uid()` are those of Supabase (https://supabase.com/docs/guides/database/postgres/row-level-security):
there they exist already and are used as they are, elsewhere `prepare` makes them.
"""

from __future__ import annotations

from alembic import op

# A role belongs to the whole server, so another database on it may have made it already, or be making it now.
MAKE_ROLE = """
do $$
begin
    if not exists (select from pg_roles where rolname = 'authenticated') then
        create role authenticated nologin noinherit;
    end if;
exception when duplicate_object or unique_violation then
    null;
end $$
"""

# To act as an athlete the server's own role must be a member. Superusers are members of everything.
JOIN_ROLE = """
do $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user)
       and not exists (
           select from pg_auth_members
           where roleid = 'authenticated'::regrole and member = current_user::regrole
             and coalesce((to_jsonb(pg_auth_members) ->> 'set_option')::boolean, true)
       )
    then
        execute format('grant authenticated to %I', current_user);
    end if;
end $$
"""

MAKE_UID = """
do $$
begin
    if to_regprocedure('auth.uid()') is null then
        create schema if not exists auth;
        create function auth.uid() returns uuid language sql stable
            return (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid;
        grant usage on schema auth to authenticated;
    end if;
end $$
"""

# Supabase grants every new table to these roles; VoiceFit grants what is needed and no more.
REVOKE_ALL = """
do $$
declare
    other name;
begin
    for other in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
        execute format('revoke all on table public.%I from %I', '{table}', other);
    end loop;
    revoke all on table public."{table}" from public;
end $$
"""

ALL = "select, insert, update, delete"


def prepare() -> None:
    """Makes the athlete's role and `auth.uid()` where the database has none."""
    for statement in (MAKE_ROLE, JOIN_ROLE, MAKE_UID):
        op.execute(statement)
    op.execute("grant usage on schema public to authenticated")


def protect(table: str, *, owner: str = "user_id", grant: str = ALL) -> None:
    """Athletes may do what `grant` lists with the rows whose `owner` is them, and nothing with others."""
    close(table)
    op.execute(f'grant {grant} on table public."{table}" to authenticated')
    # The subselect is evaluated once a statement; the bare call would be evaluated for every row.
    op.execute(
        f'create policy own_rows on public."{table}" for all to authenticated '
        f"using ((select auth.uid()) = {owner}) with check ((select auth.uid()) = {owner})"
    )


def publish(table: str) -> None:
    """Athletes may read every row and write none."""
    close(table)
    op.execute(f'grant select on table public."{table}" to authenticated')
    op.execute(f'create policy everybody_reads on public."{table}" for select to authenticated using (true)')


def close(table: str) -> None:
    """Nobody but the server's own role gets at the table."""
    op.execute(f'alter table public."{table}" enable row level security')
    op.execute(REVOKE_ALL.format(table=table))


def seclude(schema: str) -> None:
    """Nobody but the server's own work gets into the schema, nor at what is in it by now."""
    op.execute(f"revoke all on schema {schema} from public")

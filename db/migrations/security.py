"""Row-level security for migrations: who may do what with the rows of a table.

The athlete's role and `auth.uid()` are those of Supabase
(https://supabase.com/docs/guides/database/postgres/row-level-security): there they exist already and are used
as they are, elsewhere `prepare` makes them. Coaches have the athlete's role too: what their assignments open
to them is in `app.clients`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from alembic import op

from db.roles import ATHLETE_ROLE, ROLES, SERVICE_ROLE

Permission = Literal["workouts", "nutrition", "health", "programs", "message", "any"]
"""What an active assignment may open to the coach (`can_view_workouts` ...); `any`: that there is one."""

# A role belongs to the whole server, so another database on it may have made it already, or be making it now.
MAKE_ROLE = """
do $$
begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} nologin noinherit;
    end if;
exception when duplicate_object or unique_violation then
    null;
end $$
"""

# To act as somebody the server's own role must be a member. Superusers are members of everything.
JOIN_ROLE = """
do $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user)
       and not exists (
           select from pg_auth_members
           where roleid = '{role}'::regrole and member = current_user::regrole
             and coalesce((to_jsonb(pg_auth_members) ->> 'set_option')::boolean, true)
       )
    then
        execute format('grant {role} to %I', current_user);
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

# Runs with the rights of whoever asks, who sees their own assignments: it is no way around the policies.
MAKE_CLIENTS = """
create or replace function app.clients(permission text) returns setof uuid language sql stable
begin atomic
    select client_id from public.client_assignments
    where coach_id = (select auth.uid()) and status = 'active'
      and case permission
            when 'workouts' then can_view_workouts
            when 'nutrition' then can_view_nutrition
            when 'health' then can_view_health
            when 'programs' then can_edit_programs
            when 'message' then can_message
            when 'any' then true
          end;
end
"""

# A policy sees a row before or after a change, never both: which columns a party may change needs a trigger.
MAKE_ONLY_CHANGES = """
create or replace function app.only_changes() returns trigger language plpgsql as $$
declare
    party constant text := tg_argv[0];
    columns constant text[] := tg_argv[1:];
begin
    if current_user = 'authenticated' then
        if (to_jsonb(old) ->> party)::uuid = auth.uid()
           and to_jsonb(new) - columns is distinct from to_jsonb(old) - columns
        then
            raise insufficient_privilege
                using message = format('%s of %s may change only %s', party, tg_table_name, columns);
        end if;
    end if;
    return new;
end $$
"""

DROP_POLICIES = """
do $$
declare
    policy name;
begin
    for policy in select polname from pg_policy where polrelid = 'public.{table}'::regclass loop
        execute format('drop policy %I on public.%I', policy, '{table}');
    end loop;
end $$
"""

# Supabase grants every new table to these roles; VoiceFit grants what is needed and no more.
REVOKE_ALL = """
do $$
declare
    other name;
begin
    for other in
        select rolname from pg_roles where rolname in ('anon', 'authenticated', 'voicefit_service')
    loop
        execute format('revoke all on table public.%I from %I', '{table}', other);
    end loop;
    revoke all on table public."{table}" from public;
end $$
"""

ALL = "select, insert, update, delete"
WRITES = ("insert", "update", "delete")


def prepare() -> None:
    """Makes the roles of transactions and `auth.uid()` where the database has none."""
    for role in ROLES:
        op.execute(MAKE_ROLE.format(role=role))
        op.execute(JOIN_ROLE.format(role=role))
        op.execute(f"grant usage on schema public to {role}")
    op.execute(MAKE_UID)
    op.execute("create schema if not exists app")


def open_to_coaches() -> None:
    """Makes the functions that policies about coaches ask; `client_assignments` must exist."""
    op.execute(MAKE_CLIENTS)
    op.execute(MAKE_ONLY_CHANGES)


def close(table: str, *, grant: str = ALL) -> None:
    """Nobody but the server's own work gets at the table, whatever was said of it before."""
    op.execute(f'alter table public."{table}" enable row level security')
    op.execute(DROP_POLICIES.format(table=table))
    op.execute(REVOKE_ALL.format(table=table))
    op.execute(f'grant {grant} on table public."{table}" to {SERVICE_ROLE}')
    op.execute(
        f'create policy servers_work on public."{table}" for all to {SERVICE_ROLE} '
        "using (true) with check (true)"
    )


def publish(table: str) -> None:
    """Athletes may read every row and write none."""
    close(table)
    let(table, "select")
    allow(table, "everybody_reads", "select", "true")


def protect(
    table: str,
    *,
    owner: str = "user_id",
    grant: str = ALL,
    shared_with: Permission | None = None,
    edited_with: Permission | None = None,
) -> None:
    """Athletes may do what `grant` lists with the rows whose `owner` is them, and nothing with others.

    Coaches may read their clients' rows with the permission `shared_with`, and read and write them with
    `edited_with`.
    """
    close(table)
    let(table, grant)
    # PostgreSQL tries policies from the last name to the first: who asks for their own rows gets no further.
    allow(table, "own_rows", "all", own(owner))
    if shared_with:
        allow(table, "coach_reads", "select", of_clients(owner, shared_with))
    if edited_with:
        allow(table, "coach_edits", "all", of_clients(owner, edited_with))


def protect_below(
    table: str, parent: str, *, root: str, owner: str = "user_id", edited_with: Permission | None = None
) -> None:
    """A table without an athlete of its own: its rows are read by who reads their parent.

    `parent` and `root` are what follows `from`: the row's parent, and the row at the top (alias `top`) that
    has the `owner`, who may write. Coaches may write with the permission `edited_with`.
    """
    close(table)
    let(table, ALL)
    allow(table, "read_with_parent", "select", f"exists (select from {parent})")
    writers = own(f"top.{owner}")
    if edited_with:
        writers = f"({writers} or {of_clients(f'top.{owner}', edited_with)})"
    for command in WRITES:
        allow(table, f"{command}_with_parent", command, f"exists (select from {root} and {writers})")


def own(column: str) -> str:
    """The condition that `column` is the athlete.

    The subselect is evaluated once a statement; the bare call would be evaluated for every row.
    """
    return f"(select auth.uid()) = {column}"


def of_clients(column: str, permission: Permission) -> str:
    """The condition that `column` is a client who gave the `permission`.

    The clients are looked up, into a hash table, by the first row of a statement for which it comes to that.
    """
    return f"{column} in (select app.clients('{permission}'))"


def let(table: str, privileges: str) -> None:
    """Lets athletes use the statements `privileges` at all; policies say on which rows."""
    op.execute(f'grant {privileges} on table public."{table}" to {ATHLETE_ROLE}')


def allow(table: str, name: str, command: str, rows: str, check: str | None = None) -> None:
    """A policy for athletes: `command` on `rows`, which must (also) be so after it, or as `check` says."""
    using = f" using ({rows})" if command != "insert" else ""
    with_check = f" with check ({check or rows})" if command not in {"select", "delete"} else ""
    op.execute(f'create policy {name} on public."{table}" for {command} to {ATHLETE_ROLE}{using}{with_check}')


def may_change_only(table: str, party: str, columns: Sequence[str]) -> None:
    """Of an update by the person in the column `party` nothing but `columns` may come."""
    arguments = ", ".join(f"'{one}'" for one in (party, *columns))
    op.execute(
        f'create trigger {party}_changes before update on public."{table}" '
        f"for each row execute function app.only_changes({arguments})"
    )


def seclude(schema: str) -> None:
    """Nobody but the server's own work gets into the schema, nor at what is in it by now.

    Not for `internal` any more: it would give back what migration 0027 took from the server.
    """
    op.execute(f"revoke all on schema {schema} from public, {ATHLETE_ROLE}")
    op.execute(f"grant usage on schema {schema} to {SERVICE_ROLE}")
    op.execute(f"grant {ALL} on all tables in schema {schema} to {SERVICE_ROLE}")
    op.execute(f"grant usage on all sequences in schema {schema} to {SERVICE_ROLE}")

"""Time zones in which things were done, schedules as they were, what was told of streaks and badges."""

from __future__ import annotations

from alembic import op

from db.migrations.security import protect

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DONE_SOMEWHERE = ("workouts", "runs", "wod_logs", "sleep_sessions")

SCHEDULES = """
    create table training_schedules (
        user_id uuid not null,
        since date not null,
        training_days integer[] default '{}' not null,
        weekly_goal integer,
        created_at timestamptz default now() not null,
        constraint pk_training_schedules primary key (user_id, since),
        constraint fk_training_schedules_user_id_users
            foreign key (user_id) references users (id) on delete cascade,
        constraint ck_training_schedules_training_days
            check (training_days <@ array[1, 2, 3, 4, 5, 6, 7]),
        constraint ck_training_schedules_weekly_goal check (weekly_goal between 1 and 14)
    )
"""

# The zone stays with what was done, wherever the athlete goes afterwards.
PLACE = """
    create function app.place() returns trigger language plpgsql as $$
    begin
        new.timezone := coalesce(
            new.timezone, (select timezone from public.user_profiles where user_id = new.user_id), 'UTC'
        );
        return new;
    end $$
"""

# The first schedule holds for the time before it as well, and what is put right within a day was never
# otherwise. An unknown time zone is no reason to refuse a profile.
NOTE_SCHEDULE = """
    create function app.note_schedule() returns trigger language plpgsql as $$
    declare
        latest public.training_schedules;
        today date;
    begin
        select * into latest from public.training_schedules
        where user_id = new.user_id order by since desc limit 1;
        if latest.user_id is null then
            insert into public.training_schedules (user_id, since, training_days, weekly_goal)
            values (new.user_id, '-infinity', new.training_days, new.weekly_goal)
            on conflict (user_id, since) do update
                set training_days = excluded.training_days, weekly_goal = excluded.weekly_goal;
        elsif (latest.training_days, latest.weekly_goal)
              is not distinct from (new.training_days, new.weekly_goal)
        then
            null;
        elsif (latest.training_days = '{}' and latest.weekly_goal is null)
              or latest.created_at > now() - interval '1 day'
        then
            update public.training_schedules
            set training_days = new.training_days, weekly_goal = new.weekly_goal
            where user_id = new.user_id and since = latest.since;
        else
            begin
                today := (now() at time zone new.timezone)::date;
            exception when invalid_parameter_value then
                today := (now() at time zone 'UTC')::date;
            end;
            insert into public.training_schedules (user_id, since, training_days, weekly_goal)
            values (new.user_id, today, new.training_days, new.weekly_goal)
            on conflict (user_id, since) do update
                set training_days = excluded.training_days, weekly_goal = excluded.weekly_goal;
        end if;
        return new;
    end $$
"""

CHANGES = (
    *(f"alter table {table} add column timezone text" for table in DONE_SOMEWHERE),
    *(
        f"update {table} as done set timezone = coalesce("
        "(select timezone from user_profiles where user_id = done.user_id), 'UTC')"
        for table in DONE_SOMEWHERE
    ),
    *(
        f"create trigger place before insert on {table} for each row execute function app.place()"
        for table in DONE_SOMEWHERE
    ),
    """
    insert into training_schedules (user_id, since, training_days, weekly_goal)
    select user_id, '-infinity', training_days, weekly_goal from user_profiles
    """,
    """
    create trigger note_schedule after insert or update of training_days, weekly_goal on user_profiles
        for each row execute function app.note_schedule()
    """,
    """
    alter table user_streaks
        add column started_on date,
        add column told integer default 0 not null,
        add column told_at timestamptz,
        add constraint ck_user_streaks_told check (told >= 0)
    """,
    """
    alter table user_badges
        add column to_tell boolean default false not null,
        add column told_at timestamptz,
        add column reported_at timestamptz
    """,
    "create index ix_workout_sets_user_id_is_pr on workout_sets (user_id) where is_pr",
)
UNDO = (
    "drop index ix_workout_sets_user_id_is_pr",
    "alter table user_badges drop column to_tell, drop column told_at, drop column reported_at",
    "alter table user_streaks drop column started_on, drop column told, drop column told_at",
    "drop trigger note_schedule on user_profiles",
    *(f"drop trigger place on {table}" for table in DONE_SOMEWHERE),
    *(f"alter table {table} drop column timezone" for table in DONE_SOMEWHERE),
    "drop function app.note_schedule",
    "drop function app.place",
    "drop table training_schedules",
)

BEFORE = ("workout", "logging", "running")


def upgrade() -> None:
    """Adds the columns and the table, and has the database keep them."""
    op.execute(SCHEDULES)
    protect("training_schedules")
    op.execute(PLACE)
    op.execute(NOTE_SCHEDULE)
    for statement in CHANGES:
        op.execute(statement)
    _allow((*BEFORE, "weekly"))


def downgrade() -> None:
    """Removes them, and streaks of weeks."""
    op.execute("delete from user_streaks where streak_type = 'weekly'")
    _allow(BEFORE)
    for statement in UNDO:
        op.execute(statement)


def _allow(streak_types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in streak_types)
    constraint = "ck_user_streaks_streak_type"
    op.execute(f"alter table user_streaks drop constraint {constraint}")
    op.execute(f"alter table user_streaks add constraint {constraint} check (streak_type in ({listed}))")

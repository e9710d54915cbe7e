"""Time zones in which things were done, schedules as they were, what was told of streaks and badges."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DONE_SOMEWHERE = ("workouts", "runs", "wod_logs", "sleep_sessions")

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
        latest jsonb := new.schedules -> -1;
        plan jsonb := jsonb_build_object(
            'since', null, 'training_days', new.training_days, 'weekly_goal', new.weekly_goal,
            'noted_at', now()
        );
        is_blank boolean := latest ->> 'weekly_goal' is null and latest -> 'training_days' = '[]';
        today date;
    begin
        if tg_op = 'UPDATE' then
            if new.schedules is distinct from old.schedules then  -- they are brought along
                return new;
            end if;
        end if;
        if latest is null then
            new.schedules := jsonb_build_array(plan);
        elsif latest - array['since', 'noted_at'] = plan - array['since', 'noted_at'] then
            null;
        elsif is_blank or (latest ->> 'noted_at')::timestamptz > now() - interval '1 day' then
            plan := plan || jsonb_build_object('since', latest -> 'since');
            if not is_blank then
                plan := plan || jsonb_build_object('noted_at', latest -> 'noted_at');
            end if;
            new.schedules := (new.schedules - (-1)) || plan;
        else
            begin
                today := (now() at time zone new.timezone)::date;
            exception when invalid_parameter_value then
                today := (now() at time zone 'UTC')::date;
            end;
            new.schedules := new.schedules || (plan || jsonb_build_object('since', today));
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
    "alter table user_profiles add column schedules jsonb default '[]'::jsonb not null",
    """
    create trigger note_schedule before insert or update of training_days, weekly_goal, schedules
        on user_profiles for each row execute function app.note_schedule()
    """,
    "update user_profiles set training_days = training_days",
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
    "alter table user_profiles drop column schedules",
    *(f"drop trigger place on {table}" for table in DONE_SOMEWHERE),
    *(f"alter table {table} drop column timezone" for table in DONE_SOMEWHERE),
    "drop function app.note_schedule",
    "drop function app.place",
)

BEFORE = ("workout", "logging", "running")


def upgrade() -> None:
    """Adds the columns, and has the database keep them."""
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

"""Who may read and write what: athletes, their coaches, and the server's own work."""

from __future__ import annotations

from alembic import op

from db.migrations.security import (
    ALL,
    allow,
    close,
    let,
    may_change_only,
    of_clients,
    open_to_coaches,
    own,
    protect,
    protect_below,
    publish,
)

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CONTENT = (
    "exercises",
    "exercise_muscles",
    "exercise_cues",
    "exercise_media",
    "exercise_substitutions",
    "exercise_body_part_stress",
    "badge_definitions",
    "knowledge_base",
    "crossfit_wods",
)
# What is said stays between the athlete and VoiceFit.
PRIVATE = ("user_profiles", "user_onboarding", "conversations", "messages", "voice_commands")
WORKOUTS = (
    "workouts",
    "workout_sets",
    "pr_history",
    "personal_records",
    "user_streaks",
    "user_badges",
    "daily_summaries",
    "program_adherence",
    "volume_adjustment_plans",
    "running_shoes",
    "runs",
    "running_prs",
    "wod_logs",
    "wod_benchmarks",
)
HEALTH = (
    "readiness_scores",
    "health_metrics",
    "sleep_sessions",
    "activity_sessions",
    "health_snapshots",
    "injury_logs",
)
NUTRITION = ("nutrition_logs",)
TEMPLATES = ("warmup_templates", "cooldown_templates")
FIRST = ("user_profiles", "conversations", "messages", "voice_commands", "workouts", "workout_sets")
OTHERS = (
    "user_onboarding",
    "fine_tuned_models",
    "generated_programs",
    "program_weeks",
    "program_days",
    "program_exercises",
    "run_splits",
    "run_intervals",
    "program_templates",
    "client_assignments",
    "coach_client_invitations",
    "coach_notes",
    "client_check_ins",
)

PROGRAM = "generated_programs as top"
WEEK = f"{PROGRAM} join program_weeks as week on week.program_id = top.id"
DAY = f"{WEEK} join program_days as day on day.program_week_id = week.id"

DECISIONS = (
    "status",
    "ended_at",
    "can_view_workouts",
    "can_view_nutrition",
    "can_view_health",
    "can_edit_programs",
    "can_message",
    "notes",
    "updated_at",
)
REPORTED = (
    "check_in_date",
    "weight_kg",
    "sleep_quality",
    "energy_level",
    "stress_level",
    "soreness_level",
    "photos",
    "notes",
    "updated_at",
)
INVITED = """lower(client_email) = (select lower(email::text) from users where id = (select auth.uid()))"""
IS_COACH = """
exists (
    select from client_assignments as held
    where held.coach_id = client_check_ins.coach_id and held.client_id = (select auth.uid())
      and held.status = 'active'
)
"""


def upgrade() -> None:
    """Gives every table its policies; those of the first tables are made anew."""
    open_to_coaches()
    close("alembic_version", grant="select")
    for table in CONTENT:
        publish(table)
    # Nobody makes an account, changes their email or gives themselves a role but through the server.
    protect("users", owner="id", grant="select, update (name, updated_at)")
    for table in PRIVATE:
        protect(table)
    # What was done once stays done: a call can be marked as undone, not forgotten.
    protect("tool_calls", grant="select, insert, update")
    for table in WORKOUTS:
        protect(table, shared_with="workouts")
    for table in HEALTH:
        protect(table, shared_with="health")
    for table in NUTRITION:
        protect(table, shared_with="nutrition")
    for table in TEMPLATES:
        protect(table)
        allow(table, "systems_rows", "select", "user_id is null")
    close("fine_tuned_models")
    let("fine_tuned_models", "select")
    allow("fine_tuned_models", "own_rows", "select", f"{own('user_id')} or user_id is null")
    _programs()
    _runs()
    _coaching()


def downgrade() -> None:
    """Leaves the first tables to their athletes and the others to the server's own work, as it was."""
    for table in FIRST:
        protect(table)
    for table in (*CONTENT, *WORKOUTS, *HEALTH, *NUTRITION, *TEMPLATES, *OTHERS):
        if table not in (*FIRST, "exercises"):
            close(table)
    op.execute("drop function app.clients, app.only_changes cascade")


def _programs() -> None:
    protect("generated_programs", shared_with="workouts", edited_with="programs")
    protect_below(
        "program_weeks",
        "generated_programs as parent where parent.id = program_id",
        root=f"{PROGRAM} where top.id = program_id",
        edited_with="programs",
    )
    protect_below(
        "program_days",
        "program_weeks as parent where parent.id = program_week_id",
        root=f"{WEEK} where week.id = program_week_id",
        edited_with="programs",
    )
    protect_below(
        "program_exercises",
        "program_days as parent where parent.id = program_day_id",
        root=f"{DAY} where day.id = program_day_id",
        edited_with="programs",
    )


def _runs() -> None:
    for table in ("run_splits", "run_intervals"):
        protect_below(
            table, "runs as parent where parent.id = run_id", root="runs as top where top.id = run_id"
        )


def _coaching() -> None:
    protect("program_templates", owner="coach_id")
    allow("program_templates", "public_rows", "select", "is_public")
    _assignments()
    _invitations()
    _notes()
    _check_ins()


def _assignments() -> None:
    # An assignment opens the client's rows. It is made by the server's own work when an invitation is
    # accepted, the client decides what it opens, and the coach can do no more than end it.
    table = "client_assignments"
    close(table)
    let(table, f"select, update ({', '.join(DECISIONS)})")
    allow(table, "both_read", "select", f"{own('coach_id')} or {own('client_id')}")
    allow(table, "client_decides", "update", own("client_id"))
    coach = own("coach_id")
    allow(table, "coach_ends", "update", coach, check=f"{coach} and status = 'ended'")
    may_change_only(table, "coach_id", ("status", "ended_at", "notes", "updated_at"))


def _invitations() -> None:
    # That one was accepted or declined is for the server's own work to say.
    table = "coach_client_invitations"
    close(table)
    let(table, ALL)
    coach = own("coach_id")
    allow(table, "own_rows", "all", coach, check=f"{coach} and status in ('pending', 'expired')")
    allow(table, "client_reads", "select", f"{own('client_id')} or {INVITED}")


def _notes() -> None:
    table = "coach_notes"
    close(table)
    let(table, ALL)
    coach = own("coach_id")
    is_client = of_clients("client_id", "any")
    may_show = f"(is_private or {of_clients('client_id', 'message')})"
    allow(table, "own_rows", "all", coach, check=f"{coach} and {is_client} and {may_show}")
    allow(table, "client_reads", "select", f"{own('client_id')} and not is_private")


def _check_ins() -> None:
    table = "client_check_ins"
    close(table)
    let(table, ALL)
    client, coach = own("client_id"), own("coach_id")
    allow(table, "own_rows", "select", client)
    allow(table, "client_makes", "insert", f"{client} and coach_feedback is null and {IS_COACH}")
    allow(table, "client_changes", "update", client)
    allow(table, "client_removes", "delete", client)
    allow(table, "coach_reads", "select", f"{coach} and {of_clients('client_id', 'any')}")
    allow(table, "coach_answers", "update", f"{coach} and {of_clients('client_id', 'message')}")
    may_change_only(table, "client_id", REPORTED)
    may_change_only(table, "coach_id", ("coach_feedback", "updated_at"))

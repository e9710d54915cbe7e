"""One row in every table for an athlete and their coach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    AccountPassword,
    AccountRefreshToken,
    AccountSession,
    ActivitySession,
    Base,
    ClientAssignment,
    ClientCheckIn,
    CoachClientInvitation,
    CoachNote,
    Conversation,
    CooldownTemplate,
    CrossfitWod,
    DailySummary,
    Exercise,
    ExerciseName,
    FineTunedModel,
    GeneratedProgram,
    HealthMetric,
    HealthSnapshot,
    Import,
    InjuryLog,
    Message,
    NutritionLog,
    PersonalRecord,
    PrHistory,
    ProgramAdherence,
    ProgramDay,
    ProgramExercise,
    ProgramTemplate,
    ProgramWeek,
    ReadinessScore,
    Run,
    RunInterval,
    RunningPr,
    RunningShoe,
    RunPoints,
    RunSplit,
    SleepSession,
    ToolCall,
    UserBadge,
    UserOnboarding,
    UserStreak,
    VoiceCommand,
    VolumeAdjustmentPlan,
    WarmupTemplate,
    WodBenchmark,
    WodLog,
    Workout,
    WorkoutSet,
)

CONTENT = frozenset(
    {
        "exercises",
        "exercise_muscles",
        "exercise_cues",
        "exercise_media",
        "exercise_substitutions",
        "exercise_body_part_stress",
        "badge_definitions",
        "knowledge_base",
        "crossfit_wods",
        "content_version",
        "search_documents",
        "search_words",
        "search_versions",
    }
)
"""The tables that hold nothing of anybody's: everyone may read them."""

OF_NOBODY = frozenset({"account_attempts"})
"""The tables for the server alone whose rows say not whom they are about."""

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Author:
    """Who the rows are of, and the rows that others name."""

    session: AsyncSession
    athlete: UUID
    coach: UUID
    exercise: UUID
    wod: UUID

    async def add(self, *rows: Base) -> None:
        self.session.add_all(rows)
        await self.session.flush()


async def add_rows(session: AsyncSession, athlete: UUID, coach: UUID) -> None:
    """Adds a row to every table that holds something of an athlete or of their coach.

    To be called in a transaction of the server's own work. The accounts and profiles are there already. The
    coach's assignment is active and permits nothing.
    """
    exercise = await session.scalar(select(Exercise.id).where(Exercise.slug == "barbell-bench-press"))
    assert exercise is not None
    wod = CrossfitWod(name=f"Test {uuid4().hex}", wod_type="for_time", movements=[])
    session.add(wod)
    await session.flush()
    author = Author(session, athlete, coach, exercise, wod.id)
    await author.add(
        ExerciseName(user_id=athlete, words="press", exercise_id=exercise, source="said"),
        UserOnboarding(user_id=athlete),
        UserStreak(user_id=athlete, streak_type="workout"),
        UserBadge(user_id=athlete, badge_id="first_workout", badge_type="milestone"),
        FineTunedModel(user_id=athlete, model_id=uuid4().hex, model_type="voice_parser", base_model="base"),
    )
    await add_account(author)
    workout, command = await add_talk_and_sets(author)
    program = await add_programs(author, workout)
    await add_health(author, workout)
    await add_runs(author, workout)
    await add_coaching(author, workout, program)
    log = WodLog(
        user_id=athlete, wod_id=wod.id, workout_id=workout, voice_command_id=command, result_time_seconds=272
    )
    await author.add(log)
    await author.add(WodBenchmark(user_id=athlete, wod_id=wod.id, wod_log_id=log.id, achieved_at=NOW))


async def add_account(author: Author) -> None:
    """A password, a session and its refresh token."""
    athlete = author.athlete
    signed_in = AccountSession(user_id=athlete, expires_at=NOW)
    await author.add(signed_in, AccountPassword(user_id=athlete, password_hash="$argon2id$"))
    token = AccountRefreshToken(
        token_hash=uuid4().bytes + uuid4().bytes, session_id=signed_in.id, user_id=athlete
    )
    await author.add(token)


async def add_talk_and_sets(author: Author) -> tuple[UUID, UUID]:
    """A conversation, a workout with a set, and its records; returns the workout and the command."""
    athlete = author.athlete
    imported = Import(user_id=athlete, app="strong", workouts=1, sets=1)
    await author.add(imported)
    workout = Workout(user_id=athlete, current_exercise_id=author.exercise, import_id=imported.id)
    conversation = Conversation(user_id=athlete)
    await author.add(workout, conversation)
    said = "bench 225 for 8"
    command = VoiceCommand(
        user_id=athlete, conversation_id=conversation.id, workout_id=workout.id, raw_transcript=said
    )
    await author.add(
        command, Message(user_id=athlete, conversation_id=conversation.id, role="user", content=said)
    )
    call = ToolCall(
        user_id=athlete,
        conversation_id=conversation.id,
        voice_command_id=command.id,
        idempotency_key=uuid4().hex,
        tool="log_set",
        arguments={"weight": 225, "reps": 8},
    )
    await author.add(call)
    one = WorkoutSet(
        user_id=athlete,
        workout_id=workout.id,
        exercise_id=author.exercise,
        set_number=1,
        reps=8,
        weight=225,
        voice_command_id=command.id,
        tool_call_id=call.id,
    )
    await author.add(one)
    command.workout_set_id = one.id
    record = PrHistory(
        user_id=athlete, exercise_id=author.exercise, workout_set_id=one.id, pr_type="1rm", value=285
    )
    await author.add(record)
    record.previous_pr_id = record.id
    await author.add(
        PersonalRecord(
            user_id=athlete,
            exercise_id=author.exercise,
            workout_set_id=one.id,
            pr_history_id=record.id,
            pr_type="1rm",
            value=285,
        )
    )
    return workout.id, command.id


async def add_programs(author: Author, workout: UUID) -> UUID:
    """A program of one exercise and what comes with programs; returns the program."""
    athlete = author.athlete
    program = GeneratedProgram(
        user_id=athlete, name="Strength", program_type="strength", duration_weeks=8, days_per_week=4
    )
    await author.add(program)
    week = ProgramWeek(program_id=program.id, week_number=1)
    await author.add(week)
    day = ProgramDay(program_week_id=week.id, day_of_week=1)
    await author.add(day)
    await author.add(
        ProgramExercise(program_day_id=day.id, exercise_id=author.exercise, exercise_order=1, sets=3),
        ProgramAdherence(
            user_id=athlete,
            program_id=program.id,
            program_day_id=day.id,
            workout_id=workout,
            scheduled_date=TODAY,
        ),
        VolumeAdjustmentPlan(user_id=athlete, muscle_group="chest", adjustment_type="increase"),
        WarmupTemplate(user_id=athlete, name="Mine", exercises=[]),
        CooldownTemplate(user_id=athlete, name="Mine", exercises=[]),
    )
    return program.id


async def add_health(author: Author, workout: UUID) -> None:
    """A row in every table about health."""
    athlete = author.athlete
    await author.add(
        ReadinessScore(user_id=athlete, date=TODAY, score=80),
        HealthMetric(user_id=athlete, date=TODAY, metric_type="rhr", value=52, source="manual"),
        SleepSession(user_id=athlete, start_time=NOW, source="manual"),
        ActivitySession(
            user_id=athlete, workout_id=workout, activity_type="strength", start_time=NOW, source="whoop"
        ),
        HealthSnapshot(user_id=athlete, date=TODAY, snapshot_data={}),
        DailySummary(user_id=athlete, date=TODAY),
        InjuryLog(user_id=athlete, body_part="knee", severity="minor"),
        NutritionLog(user_id=athlete, log_date=TODAY, calories=700),
    )


async def add_runs(author: Author, workout: UUID) -> None:
    """A run in shoes, its parts, and the record it set."""
    athlete = author.athlete
    shoe = RunningShoe(user_id=athlete, brand="Any", model="One")
    await author.add(shoe)
    run = Run(user_id=athlete, workout_id=workout, shoe_id=shoe.id, start_time=NOW)
    await author.add(run)
    record = RunningPr(user_id=athlete, run_id=run.id, distance_type="5k", time_seconds=1500, achieved_at=NOW)
    await author.add(
        RunSplit(run_id=run.id, split_number=1, distance_meters=1000, duration_seconds=300),
        RunInterval(run_id=run.id, interval_number=1, interval_type="work"),
        RunPoints(user_id=athlete, run_id=run.id, first_at=NOW, last_at=NOW, count=1, columns="{}"),
        record,
    )
    record.previous_pr_id = record.id
    await author.session.flush()


async def add_coaching(author: Author, workout: UUID, program: UUID) -> None:
    """An assignment that permits nothing, an invitation, a private note, a template and a check-in."""
    both = {"coach_id": author.coach, "client_id": author.athlete}
    await author.add(
        ClientAssignment(
            **both, can_view_workouts=False, can_edit_programs=False, can_message=False, status="active"
        ),
        CoachClientInvitation(**both, invite_code=uuid4().hex),
        CoachNote(**both, content="Squats high.", related_workout_id=workout, related_program_id=program),
        ProgramTemplate(
            coach_id=author.coach,
            name="Base",
            program_type="running",
            duration_weeks=4,
            days_per_week=3,
            template_data={},
        ),
        ClientCheckIn(**both, check_in_date=TODAY, weight_kg=80),
    )

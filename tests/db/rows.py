"""One row in every table for an athlete."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    AccountAttempt,
    AccountPassword,
    AccountRefreshToken,
    AccountSession,
    Conversation,
    Exercise,
    Message,
    ToolCall,
    VoiceCommand,
    Workout,
    WorkoutSet,
)


async def add_rows(session: AsyncSession, athlete: UUID) -> None:
    """Adds a row to every table that holds what an athlete says or does (their account is there already)."""
    exercise_id = await session.scalar(select(Exercise.id).where(Exercise.slug == "barbell-bench-press"))
    workout = Workout(user_id=athlete, current_exercise_id=exercise_id)
    conversation = Conversation(user_id=athlete)
    session.add_all([workout, conversation])
    await session.flush()
    command = VoiceCommand(
        user_id=athlete,
        conversation_id=conversation.id,
        workout_id=workout.id,
        raw_transcript="bench 225 for 8",
    )
    message = Message(
        user_id=athlete, conversation_id=conversation.id, role="user", content="bench 225 for 8"
    )
    session.add_all([command, message])
    await session.flush()
    call = ToolCall(
        user_id=athlete,
        conversation_id=conversation.id,
        voice_command_id=command.id,
        idempotency_key=uuid4().hex,
        tool="log_set",
        arguments={"weight": 225, "reps": 8},
    )
    session.add(call)
    await session.flush()
    session.add(
        WorkoutSet(
            user_id=athlete,
            workout_id=workout.id,
            exercise_id=exercise_id,
            set_number=1,
            reps=8,
            weight=225,
            voice_command_id=command.id,
            tool_call_id=call.id,
        )
    )
    await session.flush()


async def add_account_rows(session: AsyncSession, athlete: UUID) -> None:
    """Adds a row to every table that only the server itself sees."""
    later = datetime(2100, 1, 1, tzinfo=UTC)
    signed_in = AccountSession(user_id=athlete, expires_at=later)
    session.add_all(
        [
            signed_in,
            AccountPassword(user_id=athlete, password_hash="$argon2id$"),
            AccountAttempt(subject=bytes(32), attempts=1, expires_at=later),
        ]
    )
    await session.flush()
    session.add(AccountRefreshToken(token_hash=bytes(32), session_id=signed_in.id, user_id=athlete))
    await session.flush()

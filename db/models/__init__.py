"""The tables, a file a category. Import models from here."""

from db.models.accounts import AccountAttempt, AccountPassword, AccountRefreshToken, AccountSession
from db.models.base import Base
from db.models.exercises import Exercise, Measure
from db.models.users import ExperienceLevel, Role, Sex, User, UserProfile
from db.models.voice import (
    ContextType,
    Conversation,
    CorrectionType,
    Message,
    MessageRole,
    ToolCall,
    VoiceCommand,
)
from db.models.workouts import MAX_REPS, MAX_RIR, SetType, Workout, WorkoutSet, WorkoutStatus

__all__ = [
    "MAX_REPS",
    "MAX_RIR",
    "AccountAttempt",
    "AccountPassword",
    "AccountRefreshToken",
    "AccountSession",
    "Base",
    "ContextType",
    "Conversation",
    "CorrectionType",
    "Exercise",
    "ExperienceLevel",
    "Measure",
    "Message",
    "MessageRole",
    "Role",
    "SetType",
    "Sex",
    "ToolCall",
    "User",
    "UserProfile",
    "VoiceCommand",
    "Workout",
    "WorkoutSet",
    "WorkoutStatus",
]

"""The names of rooms and participants."""

from __future__ import annotations

from uuid import UUID

ROOM_PREFIX = "voicefit-"


def room_of(conversation_id: UUID) -> str:
    """The room of a conversation."""
    return f"{ROOM_PREFIX}{conversation_id}"


def conversation_of(room: str) -> UUID | None:
    """The conversation of a room; None when it is not a room of ours."""
    return _uuid(room.removeprefix(ROOM_PREFIX)) if room.startswith(ROOM_PREFIX) else None


def identity_of(athlete_id: UUID, device: str) -> str:
    """The identity of an athlete's device in a room. Two devices need two: a room has each identity once."""
    return f"{athlete_id}.{device}"


def athlete_of(identity: str) -> UUID | None:
    """The athlete whose device a participant is; None for anybody else."""
    athlete, separator, device = identity.partition(".")
    return _uuid(athlete) if separator and device else None


def _uuid(text: str) -> UUID | None:
    try:
        parsed = UUID(text)
    except ValueError:
        return None
    return parsed if str(parsed) == text else None

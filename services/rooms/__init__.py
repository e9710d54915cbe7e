"""Rooms on a LiveKit server: what they are called, who may enter them, and sending the agent to one.

A room is a conversation: its name holds the conversation's id. A participant is a device of an athlete: its
identity holds the athlete's id. Whether the two belong together is asked of the database.
"""

from services.rooms.names import athlete_of, conversation_of, identity_of, room_of
from services.rooms.rooms import TOKEN_TTL, Admittance, Rooms, RoomsUnavailable

__all__ = [
    "TOKEN_TTL",
    "Admittance",
    "Rooms",
    "RoomsUnavailable",
    "athlete_of",
    "conversation_of",
    "identity_of",
    "room_of",
]

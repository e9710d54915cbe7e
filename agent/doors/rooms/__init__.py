"""The door of LiveKit rooms: the same conversation as through the websocket, over WebRTC.

How rooms are used is in `docs/rooms.md`.
"""

from agent.doors.rooms.worker import RoomsWorker

__all__ = ["RoomsWorker"]

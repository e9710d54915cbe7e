"""The websocket door: the OpenAI Realtime protocol, so that every Realtime client is a VoiceFit client."""

from agent.doors.realtime.routes import PATH, RealtimeDoor

__all__ = ["PATH", "RealtimeDoor"]

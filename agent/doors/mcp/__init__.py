"""The door for an athlete's own assistant."""

from agent.doors.mcp.door import PATH, McpDoor

__all__ = ["PATH", "McpDoor"]

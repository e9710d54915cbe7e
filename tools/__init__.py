"""The function tools of the contract, a file a domain, as thin as can be.

Every caller (the local router, a language model, a test) goes through `run_tool`.
"""

from tools.base import KnownRun, Memory, Tool, ToolContext, ToolResult
from tools.registry import TOOLS, Within, run_tool, tool_schemas

__all__ = [
    "TOOLS",
    "KnownRun",
    "Memory",
    "Tool",
    "ToolContext",
    "ToolResult",
    "Within",
    "run_tool",
    "tool_schemas",
]

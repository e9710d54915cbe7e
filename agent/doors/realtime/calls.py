"""The tool calls of a response, told as MCP calls."""

from __future__ import annotations

import json
from typing import Any

from openai.types.realtime import (
    RealtimeMcpToolCall,
    ResponseMcpCallArgumentsDelta,
    ResponseMcpCallArgumentsDone,
    ResponseMcpCallCompleted,
    ResponseMcpCallFailed,
    ResponseMcpCallInProgress,
)
from openai.types.realtime.realtime_mcp_tool_execution_error import RealtimeMcpToolExecutionError

from agent.doors.realtime.channel import Channel
from agent.doors.realtime.configuration import SERVER_LABEL
from agent.doors.realtime.outputs import Outputs
from agent.doors.realtime.protocol import new_id


class Calls:
    """Follows calls by the ids that the session gives them."""

    def __init__(self, channel: Channel, outputs: Outputs) -> None:
        self._channel = channel
        self._outputs = outputs
        self._calls: dict[str, tuple[int, RealtimeMcpToolCall]] = {}

    def started(self, call_id: str, tool: str, arguments: dict[str, Any]) -> None:
        """A tool is called."""
        text = json.dumps(arguments)
        item = RealtimeMcpToolCall(
            id=new_id("mcp"), type="mcp_call", server_label=SERVER_LABEL, name=tool, arguments=""
        )
        index = self._outputs.add(item)
        self._channel.add(item)
        item = item.model_copy(update={"arguments": text})
        self._calls[call_id] = (index, item)
        fields: dict[str, Any] = {
            "item_id": item.id,
            "output_index": index,
            "response_id": self._outputs.response_id,
        }
        send = self._channel.send
        send(
            ResponseMcpCallArgumentsDelta(
                event_id=new_id("event"), type="response.mcp_call_arguments.delta", delta=text, **fields
            )
        )
        send(
            ResponseMcpCallArgumentsDone(
                event_id=new_id("event"), type="response.mcp_call_arguments.done", arguments=text, **fields
            )
        )
        send(
            ResponseMcpCallInProgress(
                event_id=new_id("event"),
                type="response.mcp_call.in_progress",
                item_id=item.id,
                output_index=index,
            )
        )

    def running(self, call_id: str) -> bool:
        """Whether the call is one of these and still under way."""
        return call_id in self._calls

    def finished(self, call_id: str, output: dict[str, Any], *, failed: bool) -> None:
        """The call is over. This may be after the response: what a tool did is told in any case."""
        index, item = self._calls.pop(call_id)
        update: dict[str, Any] = {"output": json.dumps(output)}
        if failed:
            message = str(output.get("say") or "The tool failed.")
            update["error"] = RealtimeMcpToolExecutionError(type="tool_execution_error", message=message)
        item = item.model_copy(update=update)
        if failed:
            self._channel.send(
                ResponseMcpCallFailed(
                    event_id=new_id("event"),
                    type="response.mcp_call.failed",
                    item_id=item.id,
                    output_index=index,
                )
            )
        else:
            self._channel.send(
                ResponseMcpCallCompleted(
                    event_id=new_id("event"),
                    type="response.mcp_call.completed",
                    item_id=item.id,
                    output_index=index,
                )
            )
        self._outputs.finish(index, item)
        self._channel.finish(item)

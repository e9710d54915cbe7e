"""Checks the server's events against the models of the official SDK."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, get_args

from openai.types.realtime import realtime_server_event
from pydantic import BaseModel


@cache
def models() -> dict[str, type[BaseModel]]:
    """The SDK's model of every server event, by the event's type."""
    union = get_args(realtime_server_event.RealtimeServerEvent)[0]
    return {
        get_args(model.model_fields["type"].annotation)[0]: model
        for model in get_args(union)
        if "type" in model.model_fields
    }


def check_shape(data: bytes | str) -> dict[str, Any]:
    """The event, which has to be one that the SDK knows, in the shape that it knows."""
    event: dict[str, Any] = json.loads(data)
    model = models()[event["type"]]
    model.model_validate(event)
    assert re.fullmatch(r"event_[0-9a-f]{24}", event["event_id"])
    return event

"""What a session tells its door about turns and the calls they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """The words of a turn have come: `item_id` is the message that holds them."""

    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool is called for the turn `item_id`."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    item_id: str


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """The call is over: `output` is JSON for clients; `failed` when it could not be carried out.

    Whatever the call did is committed when this is told.
    """

    call_id: str
    tool: str
    output: dict[str, Any]
    failed: bool
    item_id: str


@dataclass(frozen=True, slots=True)
class TurnUnderstood:
    """A turn was understood, before its calls: `route` and `reason` say by whom and why."""

    item_id: str
    kind: str
    route: str
    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TurnRefused:
    """The turn came too soon after too many others: nothing was done, and it may be tried again later."""

    item_id: str
    retry_seconds: int


@dataclass(frozen=True, slots=True)
class RunProgressed:
    """How far the run that is on has come: `run` is JSON for clients. It belongs to no turn."""

    item_id: str
    run: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SessionStuck:
    """The session does not come out of `state` (thinking, speaking): the door has to close it. What was
    committed is committed; the client goes on with the conversation in another session."""

    item_id: str
    state: str


SessionEvent = (
    TurnBegan | ToolStarted | ToolFinished | TurnUnderstood | TurnRefused | RunProgressed | SessionStuck
)

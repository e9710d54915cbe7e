"""What a client may send: the events of the OpenAI Realtime protocol (GA names) that this door understands.

Events going out are built with the models of the official `openai` package, so their shapes are checked by
the type checker. Events coming in have models of our own: they are smaller, and their errors name the field.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import uuid4

from openai.types.realtime import RealtimeError, RealtimeErrorEvent
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent.doors.realtime.run_points import RunPoints

ErrorKind = Literal["invalid_request_error", "server_error", "rate_limit_error"]

MAX_ID_LENGTH = 64
MAX_EVENT_ID_LENGTH = 512
MAX_TEXT_LENGTH = 4000
"""Characters of one typed message: a long paragraph."""

MAX_MESSAGE_BYTES = 1 << 20
"""A longer message is refused with an error event: 1 MiB of JSON holds 16 s of audio."""


def new_id(prefix: str) -> str:
    """A fresh protocol id such as `item_3f…`."""
    return f"{prefix}_{uuid4().hex[:24]}"


class ProtocolError(Exception):
    """A client's event that cannot be followed. It becomes an `error` event; the session goes on."""

    def __init__(self, code: str, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param


def error_event(
    code: str,
    message: str,
    *,
    param: str | None = None,
    event_id: str | None = None,
    kind: ErrorKind = "invalid_request_error",
) -> RealtimeErrorEvent:
    """An `error` event. `event_id` is the client's event that caused it."""
    return RealtimeErrorEvent(
        event_id=new_id("event"),
        type="error",
        error=RealtimeError(type=kind, code=code, message=message, param=param, event_id=event_id),
    )


class Event(BaseModel):
    """The base of client events. Fields that are not listed are ignored, as the protocol grows."""

    model_config = ConfigDict(extra="ignore")

    event_id: Annotated[str, Field(max_length=MAX_EVENT_ID_LENGTH)] | None = None


class SessionUpdate(Event):
    """Changes the session; the answer is `session.updated`."""

    type: Literal["session.update"]
    session: dict[str, Any]


class AudioAppend(Event):
    """Microphone audio: base64 of 16-bit little-endian mono PCM at 24 kHz."""

    type: Literal["input_audio_buffer.append"]
    audio: str


class AudioCommit(Event):
    """Ends the spoken turn (push to talk)."""

    type: Literal["input_audio_buffer.commit"]


class AudioClear(Event):
    """Forgets the audio that was not committed."""

    type: Literal["input_audio_buffer.clear"]


class ItemCreate(Event):
    """Adds an item; only a user's typed message can be added."""

    type: Literal["conversation.item.create"]
    item: dict[str, Any]
    previous_item_id: str | None = None


class ItemRetrieve(Event):
    """Asks for an item as the server has it."""

    type: Literal["conversation.item.retrieve"]
    item_id: str


class ItemDelete(Event):
    """Takes an item out of the conversation."""

    type: Literal["conversation.item.delete"]
    item_id: str


class ItemTruncate(Event):
    """Says how much of a spoken reply was heard before the client stopped playing it."""

    type: Literal["conversation.item.truncate"]
    item_id: str
    content_index: Annotated[int, Field(ge=0)] = 0
    audio_end_ms: Annotated[int, Field(ge=0)]


class ResponseOptions(BaseModel):
    """The options of `response.create` that have a meaning here; the others are ignored."""

    model_config = ConfigDict(extra="ignore")

    output_modalities: Annotated[list[Literal["audio", "text"]], Field(min_length=1, max_length=1)] | None = (
        None
    )
    conversation: Literal["auto"] | None = None
    metadata: dict[str, str] | None = None


class ResponseCreate(Event):
    """Asks for a reply to what was typed, or to the audio that was committed."""

    type: Literal["response.create"]
    response: ResponseOptions = ResponseOptions()


class ResponseCancel(Event):
    """Stops the reply."""

    type: Literal["response.cancel"]
    response_id: str | None = None


ClientEvent = (
    SessionUpdate
    | AudioAppend
    | AudioCommit
    | AudioClear
    | ItemCreate
    | ItemRetrieve
    | ItemDelete
    | ItemTruncate
    | ResponseCreate
    | ResponseCancel
    | RunPoints
)

_EVENTS: TypeAdapter[ClientEvent] = TypeAdapter(Annotated[ClientEvent, Field(discriminator="type")])
_TYPES = frozenset(
    {
        "session.update",
        "input_audio_buffer.append",
        "input_audio_buffer.commit",
        "input_audio_buffer.clear",
        "conversation.item.create",
        "conversation.item.retrieve",
        "conversation.item.delete",
        "conversation.item.truncate",
        "response.create",
        "response.cancel",
        "voicefit.run.points",
    }
)


class InputText(BaseModel):
    """A piece of typed text."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["input_text"]
    text: str


class UserMessage(BaseModel):
    """A typed message. The same `id` sent again is the same turn: it is answered again and written once."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH, pattern=r"^[\w.:-]+$")] | None = None
    type: Literal["message"]
    role: Literal["user"]
    content: Annotated[list[InputText], Field(min_length=1)]

    @property
    def text(self) -> str:
        """The text of all parts."""
        return " ".join(part.text.strip() for part in self.content).strip()


def decode(text: str | None) -> dict[str, Any]:
    """The object in one message. Raises `ProtocolError`."""
    if text is None:
        raise ProtocolError("invalid_event", "Events are JSON text, not binary frames.")
    if len(text) > MAX_MESSAGE_BYTES:
        raise ProtocolError(
            "message_too_large",
            f"A message may have {MAX_MESSAGE_BYTES} bytes. Send audio in smaller pieces.",
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("invalid_json", "The message is not valid JSON.") from error
    if not isinstance(data, dict):
        raise ProtocolError("invalid_event", "An event is a JSON object with a `type`.")
    return data


def client_event_id(data: dict[str, Any]) -> str | None:
    """The id that the client gave its event, to be named in an error."""
    event_id = data.get("event_id")
    return event_id if isinstance(event_id, str) and len(event_id) <= MAX_EVENT_ID_LENGTH else None


def parse_event(data: dict[str, Any]) -> ClientEvent:
    """The event that an object is. Raises `ProtocolError` that says what is wrong with it."""
    kind = data.get("type")
    if kind is None:
        raise ProtocolError("missing_type", "The event has no `type`.", param="type")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise ProtocolError("unknown_event_type", f"Unknown event type {shown(kind)}.", param="type")
    try:
        return _EVENTS.validate_python(data)
    except ValidationError as error:
        raise from_validation(error, drop=1) from error


def parse_user_message(item: dict[str, Any]) -> UserMessage:
    """The typed message in `conversation.item.create`. Raises `ProtocolError`."""
    if item.get("type") == "message" and item.get("role") in ("system", "assistant"):
        raise ProtocolError(
            "unsupported_item",
            "Only a user's messages can be added: the coach's instructions and replies are the server's.",
            param="item.role",
        )
    try:
        message = UserMessage.model_validate(item)
    except ValidationError as error:
        raise from_validation(error, prefix="item") from error
    if not message.text:
        raise ProtocolError("empty_text", "The message has no text.", param="item.content")
    if len(message.text) > MAX_TEXT_LENGTH:
        raise ProtocolError(
            "text_too_long",
            f"A message may have {MAX_TEXT_LENGTH} characters.",
            param="item.content",
        )
    return message


def from_validation(error: ValidationError, *, prefix: str = "", drop: int = 0) -> ProtocolError:
    """The first problem pydantic found. `drop` leaves out the union's tags at the head of its path."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = [str(step) for step in problem["loc"][drop:]]
    param = ".".join([prefix, *path] if prefix else path)
    if problem["type"] == "missing":
        return ProtocolError("missing_field", f"`{param}` is missing.", param=param)
    return ProtocolError("invalid_value", f"`{param}`: {problem['msg']}.", param=param)


def shown(value: object, limit: int = 60) -> str:
    """A client's value, short enough to repeat in a message."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"

"""The session object: what a client may set with `session.update`, and what the server says is in force."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from openai.types.realtime import RealtimeSessionCreateResponse
from openai.types.realtime.realtime_session_create_response import ToolMcpTool
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.doors.cleaning import NOTHING, Cleaning
from agent.doors.pcm import SAMPLE_RATE
from agent.doors.realtime.protocol import ProtocolError, from_validation

MODEL = "voicefit"
SERVER_LABEL = "voicefit"

THRESHOLD = 0.5
PREFIX_PADDING_MS = 300
MAX_SILENCE_MS = 5000

Modality = Literal["audio", "text"]


class ServerVad(BaseModel):
    """Server-side turn detection. `threshold` and `prefix_padding_ms` are checked but stay the server's."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["server_vad"]
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    prefix_padding_ms: Annotated[int, Field(ge=0, le=MAX_SILENCE_MS)] | None = None
    silence_duration_ms: Annotated[int, Field(ge=100, le=MAX_SILENCE_MS)] | None = None
    create_response: bool | None = None
    interrupt_response: bool | None = None


class AudioFormat(BaseModel):
    """The one format."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["audio/pcm"]
    rate: Literal[24000] = 24000


class NoiseReduction(BaseModel):
    """Noise suppression by the server, the same for both types."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["near_field", "far_field"]


class InputAudio(BaseModel):
    """`audio.input`."""

    model_config = ConfigDict(extra="ignore")

    format: AudioFormat | None = None
    turn_detection: ServerVad | None = None
    noise_reduction: NoiseReduction | None = None
    echo_cancellation: bool | None = None
    """An extension: true asks the server to take its own voice out, for clients that do not."""


class OutputAudio(BaseModel):
    """`audio.output`."""

    model_config = ConfigDict(extra="ignore")

    format: AudioFormat | None = None


class Audio(BaseModel):
    """`audio`."""

    model_config = ConfigDict(extra="ignore")

    input: InputAudio | None = None
    output: OutputAudio | None = None


class SessionFields(BaseModel):
    """The fields of `session.update` that have a meaning here."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["realtime"] = "realtime"
    model: str | None = None
    output_modalities: Annotated[list[Modality], Field(min_length=1, max_length=1)] | None = None
    audio: Audio | None = None
    tools: list[dict[str, Any]] | None = None


class Session(RealtimeSessionCreateResponse):
    """The session object as sent, with the conversation's id in `metadata`."""

    metadata: dict[str, str]


class SessionEvent(BaseModel):
    """`session.created` and `session.updated`."""

    event_id: str
    type: Literal["session.created", "session.updated"]
    session: Session


class Configuration:
    """What is in force for one connection."""

    def __init__(
        self,
        *,
        session_id: str,
        conversation_id: str,
        silence_ms: int,
        voice: bool,
        cleaning: Cleaning = NOTHING,
    ) -> None:
        self.session_id = session_id
        self.conversation_id = conversation_id
        self.tools: list[str] = []
        """The names of the server's tools."""
        self.voice = voice
        """Whether there is a voice to speak with; without one replies are text."""
        self.modality: Modality = "audio" if voice else "text"
        self.server_vad = True
        self.silence_ms = silence_ms
        self.create_response = True
        self.interrupt_response = True
        self.cleaning = cleaning
        self._noise_type = "near_field"

    def update(self, raw: dict[str, Any]) -> None:
        """Applies a `session.update` in whole, or raises `ProtocolError` and changes nothing."""
        try:
            fields = SessionFields.model_validate(raw)
        except ValidationError as error:
            raise from_validation(error, prefix="session") from error
        if fields.model not in (None, MODEL):
            raise ProtocolError("invalid_value", f"The model is `{MODEL}`.", param="session.model")
        if any(
            tool.get("type") != "mcp" or tool.get("server_label") != SERVER_LABEL
            for tool in fields.tools or ()
        ):
            raise ProtocolError(
                "unsupported_tools",
                "The tools are the server's: a client cannot add its own.",
                param="session.tools",
            )
        modality = self.checked_modality(fields.output_modalities, "session.output_modalities")
        if modality is not None:
            self.modality = modality
        audio_input = fields.audio.input if fields.audio else None
        if audio_input is not None and "turn_detection" in audio_input.model_fields_set:
            self._set_turn_detection(audio_input.turn_detection)
        if audio_input is not None:
            self._set_cleaning(audio_input)

    def _set_cleaning(self, wanted: InputAudio) -> None:
        if "noise_reduction" in wanted.model_fields_set:
            self.cleaning = replace(self.cleaning, noise=wanted.noise_reduction is not None)
        if wanted.noise_reduction is not None:
            self._noise_type = wanted.noise_reduction.type
        if wanted.echo_cancellation is not None:
            self.cleaning = replace(self.cleaning, echo=wanted.echo_cancellation)

    def checked_modality(self, modalities: list[Modality] | None, param: str) -> Modality | None:
        """The one modality of the list. Raises `ProtocolError` when it is audio and there is no voice."""
        if modalities is None:
            return None
        if modalities[0] == "audio" and not self.voice:
            raise ProtocolError(
                "no_voice",
                "This server has no voice installed: replies are text. Install the `piper` extra for speech.",
                param=param,
            )
        return modalities[0]

    def _set_turn_detection(self, vad: ServerVad | None) -> None:
        self.server_vad = vad is not None
        if vad is None:
            return
        if vad.silence_duration_ms is not None:
            self.silence_ms = vad.silence_duration_ms
        if vad.create_response is not None:
            self.create_response = vad.create_response
        if vad.interrupt_response is not None:
            self.interrupt_response = vad.interrupt_response

    @property
    def answers_by_itself(self) -> bool:
        """Whether the end of speech alone brings a reply; if not, the client asks with `response.create`."""
        return self.server_vad and self.create_response

    def session(self) -> Session:
        """The session object."""
        pcm = {"type": "audio/pcm", "rate": SAMPLE_RATE}
        turn_detection = {
            "type": "server_vad",
            "threshold": THRESHOLD,
            "prefix_padding_ms": PREFIX_PADDING_MS,
            "silence_duration_ms": self.silence_ms,
            "create_response": self.create_response,
            "interrupt_response": self.interrupt_response,
        }
        return Session.model_validate(
            {
                "id": self.session_id,
                "object": "realtime.session",
                "type": "realtime",
                "model": MODEL,
                "output_modalities": [self.modality],
                "audio": {
                    "input": {
                        "format": pcm,
                        "transcription": {"language": "en"},
                        "noise_reduction": {"type": self._noise_type} if self.cleaning.noise else None,
                        "turn_detection": turn_detection if self.server_vad else None,
                        **({"echo_cancellation": True} if self.cleaning.echo else {}),
                    },
                    "output": {"format": pcm, "voice": MODEL if self.voice else None},
                },
                "tools": [
                    ToolMcpTool(
                        type="mcp",
                        server_label=SERVER_LABEL,
                        server_description="The athlete's training log.",
                        allowed_tools=self.tools,
                        require_approval="never",
                    ).model_dump(exclude_unset=True)
                ],
                "tool_choice": "auto",
                "metadata": {"conversation_id": self.conversation_id},
            }
        )

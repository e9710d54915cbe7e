"""A conversation without models: speech is loudness, its words are given, replies are tones."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    Agent,
    AgentSession,
    LanguageCode,
    RunContext,
    TurnHandlingOptions,
    function_tool,
    io,
    llm,
    stt,
    tts,
    utils,
    vad,
)
from livekit.agents.voice import SpeechHandle

from agent.doors.realtime.brain import TurnDetection
from agent.events import SessionEvent, ToolFinished, ToolStarted
from core.errors import VoiceFitError
from services.conversations import UnknownConversation

RATE = 24_000
TOKEN = "a-good-token"
ATHLETE = UUID("00000000-0000-4000-8000-000000000001")

WORD_SECONDS = 0.2
LOUD = 500


class FakeIdentity:
    """Knows one token, which can be revoked."""

    def __init__(self, athlete_id: UUID | None = None) -> None:
        self.athlete_id = athlete_id or ATHLETE
        self.revoked = asyncio.Event()

    async def until_revoked(self, token: str) -> None:
        assert token == TOKEN
        await self.revoked.wait()

    async def verify(self, token: str) -> UUID:
        if token != TOKEN:
            raise VoiceFitError("This token is not valid here. Sign in again.")
        return self.athlete_id


class LoudnessVAD(vad.VAD):
    """Loud is speech, quiet is not."""

    def __init__(self) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=0.05))

    def stream(self) -> vad.VADStream:
        return _LoudnessStream(self)


class _LoudnessStream(vad.VADStream):
    SILENCE = 0.15

    async def _main_task(self) -> None:
        speech = silence = 0.0
        speaking = False
        frames: list[Any] = []
        async for frame in self._input_ch:
            if isinstance(frame, vad.VADStream._FlushSentinel):
                continue
            loud = float(np.abs(np.frombuffer(frame.data, dtype=np.int16)).max()) > LOUD
            if loud:
                speech, silence = speech + frame.duration, 0.0
            elif speaking:
                silence += frame.duration
            if loud and not speaking:
                speaking = True
                self._tell(vad.VADEventType.START_OF_SPEECH, speech, silence, True)
            if speaking:
                frames.append(frame)
            self._tell(vad.VADEventType.INFERENCE_DONE, speech, silence, speaking)
            if speaking and silence >= self.SILENCE:
                speaking = False
                self._tell(vad.VADEventType.END_OF_SPEECH, speech, silence, False, frames)
                speech, silence, frames = 0.0, 0.0, []

    def _tell(
        self,
        kind: vad.VADEventType,
        speech: float,
        silence: float,
        speaking: bool,
        frames: Sequence[Any] = (),
    ) -> None:
        self._event_ch.send_nowait(
            vad.VADEvent(
                type=kind,
                samples_index=0,
                timestamp=0.0,
                speech_duration=speech,
                silence_duration=silence,
                frames=list(frames),
                speaking=speaking,
                raw_accumulated_speech=speech if silence == 0 else 0.0,
                raw_accumulated_silence=silence,
            )
        )


class ScriptedSTT(stt.STT):
    """Hears the next words of the script, whatever was said; nothing when the script is over."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.script: deque[str] = deque()
        self.seconds: list[float] = []

    async def _recognize_impl(
        self, buffer: Any, *, language: Any = NOT_GIVEN, conn_options: Any = DEFAULT_API_CONNECT_OPTIONS
    ) -> stt.SpeechEvent:
        frame = utils.merge_frames(buffer) if isinstance(buffer, list) else buffer
        self.seconds.append(frame.duration)
        text = self.script.popleft() if self.script else ""
        return stt.SpeechEvent(
            type=stt.SpeechEventType.FINAL_TRANSCRIPT,
            alternatives=[stt.SpeechData(language=LanguageCode("en"), text=text, confidence=1.0)],
        )


class ToneTTS(tts.TTS):
    """A tone of `WORD_SECONDS` for every word."""

    def __init__(self) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1)
        self.broken = False

    def synthesize(self, text: str, *, conn_options: Any = DEFAULT_API_CONNECT_OPTIONS) -> tts.ChunkedStream:
        return _ToneStream(tts=self, input_text=text, conn_options=conn_options)


class _ToneStream(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        assert isinstance(self._tts, ToneTTS)
        if self._tts.broken:
            raise ValueError("no voice today")
        output_emitter.initialize(
            request_id=utils.shortuuid(), sample_rate=RATE, num_channels=1, mime_type="audio/pcm"
        )
        for _ in self._input_text.split():
            output_emitter.push(tone(WORD_SECONDS))
        output_emitter.flush()


def tone(duration: float, amplitude: int = 8000) -> bytes:
    """A 440 Hz tone as PCM."""
    time = np.arange(int(duration * RATE)) / RATE
    return (np.sin(time * 2 * np.pi * 440) * amplitude).astype("<i2").tobytes()


def silence(duration: float) -> bytes:
    """Silence as PCM."""
    return bytes(2 * int(duration * RATE))


@dataclass
class Answer:
    """What is done and said about an utterance."""

    say: str = ""
    tool: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    output: dict[str, Any] = field(default_factory=dict)
    failed: bool = False
    seconds: float = 0.0
    """How long the tool takes."""


class ScriptedLLM(llm.LLM[Any]):
    """Calls the tool of an answer and then says it."""

    def __init__(self, session: FakeSession) -> None:
        super().__init__()
        self.session = session

    def chat(self, *, chat_ctx: llm.ChatContext, tools: Any = None, **options: Any) -> llm.LLMStream:
        return _ScriptedStream(
            self, chat_ctx=chat_ctx, tools=tools or [], conn_options=DEFAULT_API_CONNECT_OPTIONS
        )


class _ScriptedStream(llm.LLMStream):
    async def _run(self) -> None:
        assert isinstance(self._llm, ScriptedLLM)
        message = next(i for i in reversed(self._chat_ctx.items) if i.type == "message" and i.role == "user")
        answer = self._llm.session.answers.get(message.text_content or "", Answer())
        called = any(item.type == "function_call_output" for item in self._chat_ctx.items[-1:])
        if answer.tool and not called:
            call = llm.FunctionToolCall(
                name=answer.tool, arguments=json.dumps(answer.arguments), call_id=utils.shortuuid("call_")
            )
            self._say(llm.ChoiceDelta(role="assistant", tool_calls=[call]))
            return
        for word in answer.say.split(" ") if answer.say else ():
            self._say(llm.ChoiceDelta(role="assistant", content=word + " "))

    def _say(self, delta: llm.ChoiceDelta) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id="chunk", delta=delta))


@dataclass(frozen=True)
class Earlier:
    """A message of a conversation that is gone on with."""

    item_id: str
    role: str
    text: str


class FakeSession:
    """A `VoiceSession` of fakes around a real `AgentSession`."""

    def __init__(self, brain: FakeBrain, conversation_id: UUID, history: list[Earlier]) -> None:
        self.conversation_id = conversation_id
        self.history = history
        self.answers = brain.answers
        self.stt = ScriptedSTT()
        self.stt.script = brain.script
        self.tts = ToneTTS() if brain.voice else None
        self.said: list[tuple[str, str]] = []
        self.truncated: list[tuple[str, str]] = []
        self.closed = False
        self.broken = False
        self._listeners: list[Callable[[SessionEvent], None]] = []
        self.agent: AgentSession[Any] = AgentSession(
            llm=ScriptedLLM(self),
            stt=self.stt,
            vad=LoudnessVAD(),
            **({"tts": self.tts} if self.tts else {}),
            turn_handling=TurnHandlingOptions(
                turn_detection="vad",
                endpointing={"mode": "fixed", "min_delay": 0.2, "max_delay": 0.2},
                interruption={"mode": "vad", "min_duration": 0.3},
                preemptive_generation={"enabled": False},
            ),
            tts_text_transforms=None,
            aec_warmup_duration=None,
            user_away_timeout=None,
            session_close_transcript_timeout=0.0,
        )

    async def start(
        self,
        *,
        audio_in: io.AudioInput | None,
        audio_out: io.AudioOutput | None,
        text_out: io.TextOutput | None,
        turn_detection: TurnDetection,
    ) -> None:
        self.agent.input.audio = audio_in
        self.agent.output.audio = audio_out
        self.agent.output.transcription = text_out

        async def run(raw_arguments: dict[str, object], context: RunContext[Any]) -> str:
            return await self._call(context)

        schema = {"name": "log_set", "description": "Logs a set.", "parameters": {"type": "object"}}
        tools = [function_tool(run, raw_schema=schema)]
        await self.agent.start(Agent(instructions="Be brief.", tools=tools), record=False)

    async def _call(self, context: Any) -> str:
        call = context.function_call
        answer = next(one for one in self.answers.values() if one.tool == call.name)
        self._emit(ToolStarted(call.call_id, call.name, json.loads(call.arguments), "turn"))

        async def work() -> None:
            await asyncio.sleep(answer.seconds)
            self._emit(ToolFinished(call.call_id, call.name, answer.output, answer.failed, "turn"))

        await asyncio.shield(asyncio.ensure_future(work()))
        return json.dumps(answer.output)

    def _emit(self, event: SessionEvent) -> None:
        for listener in self._listeners:
            listener(event)

    async def say(self, text: str, item_id: str) -> SpeechHandle | None:
        if self.broken:
            raise VoiceFitError("The database is not there.")
        self.said.append((item_id, text))
        message = llm.ChatMessage(id=item_id, role="user", content=[text])
        return self.agent.generate_reply(user_input=message, input_modality="text")

    async def truncate(self, item_id: str, text: str) -> None:
        self.truncated.append((item_id, text))
        message = self.agent.history.get_by_id(item_id)
        assert isinstance(message, llm.ChatMessage)
        message.content = [text]

    def on_event(self, listener: Callable[[SessionEvent], None]) -> None:
        self._listeners.append(listener)

    def set_turn_detection(self, mode: TurnDetection) -> None:
        self.agent.update_options(turn_detection=mode)

    async def aclose(self) -> None:
        await self.agent.aclose()
        self.closed = True


class FakeBrain:
    """Opens fake sessions and remembers them."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.script: deque[str] = deque()
        self.voice = True
        self.sessions: list[FakeSession] = []
        self.conversations: dict[UUID, list[Earlier]] = {}

    async def open(
        self, athlete_id: UUID, conversation_id: UUID | None = None, door: str = "realtime"
    ) -> FakeSession:
        assert athlete_id == ATHLETE
        if conversation_id is not None and conversation_id not in self.conversations:
            raise UnknownConversation("There is no such conversation.")
        session = FakeSession(self, conversation_id or uuid4(), self.conversations.get(conversation_id, []))  # type: ignore[arg-type]
        self.sessions.append(session)
        return session

"""Piper as a livekit-agents TTS: a sentence at a time, off the event loop, cancellable between sentences."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from livekit import rtc
from livekit.agents import APIConnectOptions, tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS

from agent.speech.say import sentences, spoken
from core.errors import ModelDamaged

if TYPE_CHECKING:
    from piper import PiperVoice

SAMPLE_RATE = 24_000
"""Samples a second that are given out, in Hz: what the Realtime protocol speaks."""

CACHE_BYTES = 16_000_000
"""About five minutes of speech. Replies repeat ("225 for 8"), and a repeated one is ready at once."""

CACHED_CHARACTERS = 60


class PhraseCache:
    """Audio of short phrases, the least recently used dropped first. Safe to use from several threads."""

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit = limit_bytes
        self._size = 0
        self._audio: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, phrase: str) -> bytes | None:
        """The audio of `phrase`, if it is kept."""
        with self._lock:
            audio = self._audio.get(phrase)
            if audio is not None:
                self._audio.move_to_end(phrase)
            return audio

    def put(self, phrase: str, audio: bytes) -> None:
        """Keep the audio of `phrase`, dropping older phrases if need be."""
        with self._lock:
            self._size += len(audio) - len(self._audio.pop(phrase, b""))
            self._audio[phrase] = audio
            while self._size > self._limit:
                _, dropped = self._audio.popitem(last=False)
                self._size -= len(dropped)


class PiperTTS(tts.TTS[str]):
    """A Piper voice, for any number of sessions. Give it written text: it says numbers and units itself."""

    def __init__(self, voice: PiperVoice, name: str) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=SAMPLE_RATE, num_channels=1
        )
        self._voice = voice
        self._name = name
        self._cache = PhraseCache()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="piper")

    @classmethod
    def load(cls, path: Path, threads: int) -> PiperTTS:
        """Load a voice (`.onnx`, its `.onnx.json` beside it) and say a word, to be quick later.

        Raises `ModelDamaged` when the files are not a Piper voice.
        """
        from piper import PiperConfig, PiperVoice

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            config = PiperConfig.from_dict(json.loads(path.with_name(path.name + ".json").read_text("utf-8")))
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no base class
            raise ModelDamaged(
                f"The Piper voice {path} cannot be loaded ({error}). Copy it there again, or unset "
                "VOICEFIT_TTS_VOICE."
            ) from error
        voice = cls(PiperVoice(session=session, config=config), path.stem)
        voice.say("Ready.")
        return voice

    @property
    def model(self) -> str:
        """The voice's name."""
        return self._name

    @property
    def provider(self) -> str:
        """Who speaks."""
        return "piper"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak `text`: PCM16, 24 kHz, mono, the first sentence as soon as it is ready."""
        return _PiperStream(tts=self, input_text=text, conn_options=conn_options)

    def say(self, phrase: str) -> bytes:
        """The audio of one phrase, PCM16 at 24 kHz, from the cache if it was said before. Blocks."""
        audio = self._cache.get(phrase)
        if audio is None:
            audio = self._synthesise(phrase)
            if len(phrase) <= CACHED_CHARACTERS:
                self._cache.put(phrase, audio)
        return audio

    async def say_async(self, phrase: str) -> bytes:
        """Like `say`, without blocking the event loop."""
        audio = self._cache.get(phrase)
        if audio is not None:
            return audio
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.say, phrase)

    async def aclose(self) -> None:
        """Free the thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _synthesise(self, phrase: str) -> bytes:
        chunks = [chunk.audio_int16_array for chunk in self._voice.synthesize(phrase)]
        if not chunks:
            return b""
        samples = np.concatenate(chunks)
        native = self._voice.config.sample_rate
        resampler = rtc.AudioResampler(
            native, SAMPLE_RATE, num_channels=1, quality=rtc.AudioResamplerQuality.HIGH
        )
        frames = resampler.push(rtc.AudioFrame(samples.tobytes(), native, 1, samples.size))
        return b"".join(bytes(frame.data) for frame in [*frames, *resampler.flush()])


class _PiperStream(tts.ChunkedStream):
    _tts: PiperTTS

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid("tts_"),
            sample_rate=SAMPLE_RATE,
            num_channels=1,
            mime_type="audio/pcm",
        )
        for phrase in sentences(spoken(self._input_text)):
            output_emitter.push(await self._tts.say_async(phrase))
        output_emitter.flush()

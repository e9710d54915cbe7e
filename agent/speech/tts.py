"""Piper as a livekit-agents TTS: in pieces of a sentence, off the event loop, cancellable between pieces."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from livekit import rtc
from livekit.agents import APIConnectOptions, tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS
from numpy.typing import NDArray

from agent.speech.say import sentences, spoken
from core.errors import ModelDamaged

SAMPLE_RATE = 24_000
"""Samples a second that are given out, in Hz: what the Realtime protocol speaks."""

CACHE_BYTES = 16_000_000
"""About five minutes of speech. Replies repeat ("225 for 8"), and a repeated one is ready at once."""

CACHED_CHARACTERS = 60

Sounds = Callable[[str], Iterator[NDArray[np.float32]]]
"""A phrase as samples from -1 to 1, in pieces one after the other."""


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

    def __init__(self, sounds: Sounds, sample_rate: int, name: str) -> None:
        """`sounds` makes a phrase, samples from -1 to 1 in pieces, at `sample_rate` Hz."""
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=SAMPLE_RATE, num_channels=1
        )
        self._sounds = sounds
        self._native = sample_rate
        self._name = name
        self._cache = PhraseCache()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="piper")

    @classmethod
    def load(cls, path: Path, threads: int, kept: Path) -> PiperTTS:
        """Load a voice (`.onnx`, its `.onnx.json` beside it) and say a word, to be quick later. What is made
        of the file is `kept` in a folder, for the next time.

        Raises `ModelDamaged` when the files are not a Piper voice.
        """
        from agent.speech.piper_voice import load_sounds

        try:
            sounds, sample_rate = load_sounds(path, threads, kept)
        except Exception as error:  # onnx's and onnxruntime's errors share no base class
            raise ModelDamaged(
                f"The Piper voice {path} cannot be loaded ({error}). Copy it there again, or unset "
                "VOICEFIT_TTS_VOICE."
            ) from error
        return cls(sounds, sample_rate, path.stem)

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
        """Speak `text`: PCM16, 24 kHz, mono, the first piece of a sentence as soon as it is ready."""
        return _PiperStream(tts=self, input_text=text, conn_options=conn_options)

    async def say(self, phrase: str) -> AsyncIterator[bytes]:
        """The sound of one phrase in pieces, PCM16 at 24 kHz, from the cache if it was said before."""
        if (kept := self._cache.get(phrase)) is not None:
            yield kept
            return
        loop = asyncio.get_running_loop()
        making, made = self._pieces(phrase), bytearray()
        while piece := await loop.run_in_executor(self._pool, next, making, b""):
            made += piece
            yield piece
        if len(phrase) <= CACHED_CHARACTERS:
            self._cache.put(phrase, bytes(made))

    async def aclose(self) -> None:
        """Free the thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _pieces(self, phrase: str) -> Iterator[bytes]:
        """None is empty."""
        resampler = rtc.AudioResampler(
            self._native, SAMPLE_RATE, num_channels=1, quality=rtc.AudioResamplerQuality.HIGH
        )
        for sound in self._sounds(phrase):
            pcm = (np.clip(sound, -1.0, 1.0) * 32767).astype(np.int16)
            if ready := _pcm(resampler.push(rtc.AudioFrame(pcm.tobytes(), self._native, 1, pcm.size))):
                yield ready
        if rest := _pcm(resampler.flush()):
            yield rest


def _pcm(frames: Iterable[rtc.AudioFrame]) -> bytes:
    return b"".join(bytes(frame.data) for frame in frames)


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
            async for pcm in self._tts.say(phrase):
                output_emitter.push(pcm)
        output_emitter.flush()

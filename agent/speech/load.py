"""The ears and the voice of the process, out of the settings."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from livekit.agents import inference, stt, tts, vad

from agent.speech.models import find_voice
from agent.speech.vad import new_vad
from core.errors import NotConfigured
from core.settings import Settings

Plugin = TypeVar("Plugin")

_HOSTED = re.compile(r"[a-z0-9_-]+/[\w.:-]+")


@dataclass(frozen=True, slots=True)
class Speech:
    """What the process hears and speaks with; loaded once, used by all sessions.

    `new_stt()` gives each session ears of its own (its words to expect differ), over one shared recogniser.
    `tts` and `vad` are shared as they are; `tts` is `None` when VoiceFit answers in text alone. `stt_model`
    and `tts_voice` name what was loaded, for records.
    """

    new_stt: Callable[[], stt.STT[Any]]
    vad: vad.VAD
    tts: tts.TTS[Any] | None
    stt_model: str
    tts_voice: str | None
    http: aiohttp.ClientSession | None = None
    """The connections of a hosted voice: the process's, for a session's would end with it."""

    async def aclose(self) -> None:
        """Closes the voice and its connections."""
        if self.tts is not None:
            await self.tts.aclose()
        if self.http is not None:
            await self.http.close()


async def load_speech(settings: Settings) -> Speech:
    """Load, verify and warm up the models that the settings ask for, off the event loop.

    Raises `NotConfigured` or `ModelDamaged` with what to do when one is missing or broken.
    """
    http = aiohttp.ClientSession() if is_hosted(settings.tts_voice) else None
    try:
        (new_stt, stt_model), voice = await asyncio.gather(
            asyncio.to_thread(_load_stt, settings), asyncio.to_thread(load_tts, settings, http)
        )
    except BaseException:
        if http is not None:
            await http.close()
        raise
    return Speech(
        new_stt=new_stt,
        vad=new_vad(settings.endpointing_seconds),
        tts=voice,
        stt_model=stt_model,
        tts_voice=voice.model if voice else None,
        http=http,
    )


def _load_stt(settings: Settings) -> tuple[Callable[[], stt.STT[Any]], str]:
    model = settings.stt_model
    if is_hosted(model):
        new_stt = partial(_hosted, inference.STT.from_model_string, model, "VOICEFIT_STT_MODEL")
        new_stt()  # tells now, not to the first athlete, what is not configured
        return new_stt, model
    # Here and below, engines are imported when used: hosted speech needs none of them.
    from agent.speech.stt import WhisperSTT
    from agent.speech.whisper import WhisperRecogniser

    recogniser = WhisperRecogniser.load(settings)
    return partial(WhisperSTT, recogniser), recogniser.name


def load_tts(settings: Settings, http: aiohttp.ClientSession | None = None) -> tts.TTS[Any] | None:
    voice = settings.tts_voice
    if voice == "none":
        return None
    if is_hosted(voice):
        return _hosted(partial(inference.TTS, http_session=http), voice, "VOICEFIT_TTS_VOICE")
    path = find_voice(voice)
    if path is None:
        return None
    from agent.speech.tts import PiperTTS

    return PiperTTS.load(path, settings.stt_threads, settings.home / "models")


def is_hosted(name: str) -> bool:
    """Whether a setting names a LiveKit inference model (`provider/model`) rather than a file or folder."""
    return bool(_HOSTED.fullmatch(name)) and not name.endswith(".onnx") and not Path(name).exists()


def _hosted(make: Callable[[str], Plugin], name: str, setting: str) -> Plugin:
    try:
        return make(name)
    except ValueError as error:
        raise NotConfigured(
            f"{setting} is {name!r}, a model hosted by LiveKit, which needs an account ({error}). "
            f"Set LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or unset {setting} to use the local model."
        ) from error

"""The settings decide what hears and speaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from livekit.agents import inference

from agent.speech import load_speech
from agent.speech.stt import WhisperSTT
from core.errors import NotConfigured
from core.settings import Settings


@pytest.fixture
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.replace("LIVEKIT_", "LIVEKIT_INFERENCE_"), raising=False)


@pytest.mark.slow
@pytest.mark.alone
async def test_by_default_each_session_gets_local_ears_of_its_own(tmp_path: Path) -> None:
    speech = await load_speech(Settings(home=tmp_path, stt_model="auto", tts_voice="auto"))
    one, other = speech.new_stt(), speech.new_stt()
    assert isinstance(one, WhisperSTT)
    assert one is not other
    assert one.model == speech.stt_model == "tiny.en"
    assert one.capabilities.streaming
    assert (speech.tts is None) is (speech.tts_voice is None)


@pytest.mark.slow
@pytest.mark.alone
async def test_the_end_of_speech_is_reported_before_the_endpoint(tmp_path: Path) -> None:
    speech = await load_speech(Settings(home=tmp_path, tts_voice="none", endpointing_seconds=0.5))
    assert isinstance(speech.vad, inference.VAD)
    assert speech.vad.min_silence_duration == pytest.approx(0.45)
    assert speech.tts is None


async def test_a_hosted_model_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEKIT_API_KEY", "key")
    monkeypatch.setenv("LIVEKIT_API_SECRET", "secret")
    settings = Settings(home=tmp_path, stt_model="deepgram/nova-3", tts_voice="cartesia/sonic-3")
    speech = await load_speech(settings)
    stt = speech.new_stt()
    assert isinstance(stt, inference.STT)
    assert stt.model == "deepgram/nova-3"
    assert isinstance(speech.tts, inference.TTS)
    await speech.aclose()


@pytest.mark.usefixtures("no_account")
@pytest.mark.parametrize(
    ("setting", "stt_model", "tts_voice"),
    [
        ("VOICEFIT_STT_MODEL", "deepgram/nova-3", "none"),
        pytest.param(
            "VOICEFIT_TTS_VOICE", "auto", "cartesia/sonic-3", marks=[pytest.mark.slow, pytest.mark.alone]
        ),
    ],
)
async def test_a_hosted_model_without_an_account_says_at_the_start_what_to_set(
    tmp_path: Path, setting: str, stt_model: str, tts_voice: str
) -> None:
    with pytest.raises(NotConfigured, match=rf"{setting}.*LIVEKIT_API_KEY"):
        await load_speech(Settings(home=tmp_path, stt_model=stt_model, tts_voice=tts_voice))

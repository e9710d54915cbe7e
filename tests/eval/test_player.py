"""Calls as they are judged: what was written, looked up or refused; and recordings, alike each time."""

import wave

import numpy as np
import pytest

from agent.speech.audio import SAMPLE_RATE
from core.errors import NotConfigured, VoiceFitError
from core.settings import Settings
from eval.loading import load_scenarios, packaged_scenarios
from eval.making import make_player
from eval.player import SessionPlayer, observed, read_wav
from eval.run import run_scenarios
from tests.grok.provider import Answer, running


async def test_the_model_alone_needs_a_model(tmp_path):
    with pytest.raises(NotConfigured, match="XAI_API_KEY"):
        async with make_player(router="llm", settings=Settings(home=tmp_path)):
            pass


async def test_a_model_that_is_asked_first_is_judged_and_paid_for(database):
    """It knows what was said, and calls what the scenario expects: the policy lets through what was said."""
    (story,) = (one for one in load_scenarios([packaged_scenarios()]) if one.id == "log-001")
    (turn,) = story.turns
    calls = [(call.tool, dict(call.args)) for call in turn.calls]
    async with running() as provider:
        provider.plays(lambda request: Answer("[silent]") if request.outputs else Answer(calls=calls))
        settings = Settings(xai_api_key="key", xai_base_url=provider.url)
        player = SessionPlayer(database, settings, model_first=True)
        run = await run_scenarios(player, [story], dataset="one", router="llm")
        await player.aclose()
        assert provider.requests
    assert run.measures.exact.value == 1
    assert run.measures.cost_usd > 0


@pytest.mark.parametrize(
    ("tool", "output", "wrote", "failed"),
    [
        ("log_set", {"ok": True, "say": "225 for 8."}, True, False),
        ("log_set", {"ok": False, "question": "Which exercise?"}, False, True),
        ("get_personal_records", {"ok": True, "say": "245 for 1."}, False, False),
        ("calculate_plates", {"ok": False, "question": "What does the bar weigh?"}, False, True),
        ("undo_last", {"ok": False, "question": "There is nothing to undo."}, False, False),
        ("a_tool_that_we_lack", {"ok": True}, True, False),
    ],
)
def test_a_question_that_is_answered_writes_nothing(tool, output, wrote, failed):
    call = observed(tool, {}, output)
    assert (call.wrote, call.failed) == (wrote, failed)


def tone(hertz, rate, seconds=0.5):
    return 9_000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def recorded(path, samples, rate, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.astype(np.int16).tobytes())
    return path


@pytest.mark.parametrize("rate", [8_000, SAMPLE_RATE, 24_000, 48_000])
def test_a_recording_comes_at_the_rate_of_recognition_and_without_noise(tmp_path, rate):
    frame = read_wav(recorded(tmp_path / "one.wav", tone(440, rate), rate))
    assert (frame.sample_rate, frame.num_channels) == (SAMPLE_RATE, 1)
    found = np.frombuffer(frame.data, np.int16)
    assert np.max(np.abs(found - tone(440, SAMPLE_RATE))) <= 2


def test_what_the_rate_of_recognition_cannot_hold_is_left_out(tmp_path):
    frame = read_wav(recorded(tmp_path / "high.wav", tone(11_000, 24_000), 24_000))
    assert np.max(np.abs(np.frombuffer(frame.data, np.int16))) <= 1
    with pytest.raises(VoiceFitError, match="2 channels"):
        read_wav(recorded(tmp_path / "stereo.wav", tone(440, 24_000), 24_000, channels=2))

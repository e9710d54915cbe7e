"""How many conversations a process takes at once."""

from __future__ import annotations

import pytest

from agent.doors import admission
from agent.doors.admission import EMBEDDED_A_CORE, HOSTED_A_CORE, places
from core.settings import Settings

HOSTED = {"stt_model": "deepgram/nova-3", "tts_voice": "cartesia/sonic-3"}


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "usable_cores", lambda: 4)


def test_the_settings_have_the_last_word() -> None:
    assert places(Settings(max_sessions=3, processes=4)) == 3


def test_embedded_models_use_all_cores_and_processes_share_them() -> None:
    assert places(Settings()) == 4 * EMBEDDED_A_CORE
    assert places(Settings(processes=4)) == EMBEDDED_A_CORE


def test_with_hosted_models_a_process_uses_one_core_however_many_there_are() -> None:
    assert places(Settings(**HOSTED)) == HOSTED_A_CORE
    assert places(Settings(**HOSTED, processes=4)) == HOSTED_A_CORE
    assert places(Settings(**HOSTED, processes=8)) == HOSTED_A_CORE // 2
    assert places(Settings(stt_model="deepgram/nova-3", tts_voice="none")) == HOSTED_A_CORE


def test_a_voice_or_ears_of_the_machine_s_own_count_as_embedded() -> None:
    assert places(Settings(stt_model="deepgram/nova-3")) == 4 * EMBEDDED_A_CORE


def test_there_is_always_a_place() -> None:
    assert places(Settings(processes=200)) == 1

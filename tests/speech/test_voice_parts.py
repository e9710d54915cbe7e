"""A voice in two parts: its sound in pieces is the sound of the whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speech.parting import DECODERS_NODES
from agent.speech.tts import PiperTTS
from agent.speech.voice_parts import CONTEXT_FRAMES, VoiceParts, load_parts, spans
from core.errors import ModelDamaged

IDS = np.array([[1, 0, 20, 0, 35, 0, 14, 0, 120, 0, 32, 0, 26, 0, 17, 0, 18, 0, 24, 0, 120, 0, 27, 0, 2]])
FEED = {
    "input": np.tile(IDS, 4),
    "input_lengths": np.array([4 * IDS.shape[1]]),
    "scales": np.array([0.667, 1.0, 0.8], np.float32),
}


class Layout:
    """Lays every sentence out as the same frames."""

    def __init__(self, frames: np.ndarray[Any, Any]) -> None:
        self._frames = frames

    def run(self, _: None, __: object) -> list[np.ndarray[Any, Any]]:
        return [self._frames]


@given(st.integers(0, 3000))
def test_pieces_cover_every_frame_once(frames: int) -> None:
    found = list(spans(frames))
    assert [one for start, end in found for one in range(start, end)] == list(range(frames))
    assert all(end - start >= 2 * CONTEXT_FRAMES for start, end in found[1:])


@pytest.mark.slow
@pytest.mark.alone
def test_the_pieces_are_the_whole(voice_path: Path, kept: Path) -> None:
    parts = load_parts(voice_path, onnxruntime.SessionOptions(), kept)
    assert parts is not None
    (frames,) = parts.layout.run(None, FEED)
    (name,) = (one.name for one in parts.decoder.get_inputs())
    whole = parts.decoder.run(None, {name: frames})[0].reshape(-1)
    pieces = list(VoiceParts(Layout(frames), parts.decoder).pieces({}))
    assert len(pieces) > 2
    assert np.abs(np.concatenate(pieces) - whole).max() < 1e-4
    assert np.abs(whole).max() > 0.1


@pytest.mark.slow
@pytest.mark.alone
async def test_a_voice_that_cannot_be_parted_is_said_as_a_whole(voice_path: Path, tmp_path: Path) -> None:
    model = onnx.load(voice_path)
    for node in model.graph.node:
        node.name = node.name.replace(DECODERS_NODES, "/another/")
    path = tmp_path / "voice.onnx"
    onnx.save(model, path)
    shutil.copyfile(voice_path.with_name(voice_path.name + ".json"), tmp_path / "voice.onnx.json")
    assert load_parts(path, onnxruntime.SessionOptions(), tmp_path) is None
    frame = await PiperTTS.load(path, threads=2, kept=tmp_path).synthesize("Got it.").collect()
    assert 0.2 < frame.duration < 2


@pytest.mark.slow
@pytest.mark.alone
def test_without_room_for_its_parts_a_voice_is_said_as_a_whole(voice_path: Path, tmp_path: Path) -> None:
    taken = tmp_path / "models"
    taken.write_text("a file where the folder should be")
    assert load_parts(voice_path, onnxruntime.SessionOptions(), taken) is None


@pytest.mark.slow
@pytest.mark.alone
def test_damaged_parts_are_made_anew_by_the_next_start(voice_path: Path, tmp_path: Path) -> None:
    assert load_parts(voice_path, onnxruntime.SessionOptions(), tmp_path) is not None
    (decoder,) = tmp_path.glob("*/decoder.onnx")
    decoder.write_bytes(decoder.read_bytes()[:1000])
    with pytest.raises(ModelDamaged):
        PiperTTS.load(voice_path, threads=1, kept=tmp_path)
    assert load_parts(voice_path, onnxruntime.SessionOptions(), tmp_path) is not None


def test_what_is_no_voice_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "voice.onnx"
    path.write_bytes(b"no network")
    (tmp_path / "voice.onnx.json").write_text(json.dumps({}))
    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        PiperTTS.load(path, threads=1, kept=tmp_path)

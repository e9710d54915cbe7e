"""A Piper voice in two parts, so that its sound comes in pieces while the rest of the sentence is made.

Piper's network (VITS, Kim et al. 2021, https://arxiv.org/abs/2106.06103) first lays a whole sentence out as
frames of 192 numbers and then decodes the frames into sound, which takes three quarters of the time. A
decoded sample hangs on few frames around it, so frames can be decoded in pieces with some more on both sides.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

from core.errors import VoiceFitError
from core.files import sha256

logger = logging.getLogger(__name__)

CONTEXT_FRAMES = 12
"""Frames on each side of a piece that are decoded with it. From 10 on the sound is that of the whole."""

FIRST_FRAMES = 36
"""Frames of the first piece: 0.42 s at 22.05 kHz, in which the next has to be made."""

GROWTH = 3
"""Each piece may be so many times as long as the one before."""

LAYOUT, DECODER = "layout.onnx", "decoder.onnx"

PART_SECONDS = 300.0

Frames = NDArray[np.float32]
"""(1, channels, frames)"""


@dataclass(frozen=True, slots=True)
class VoiceParts:
    """The two parts of a voice's network."""

    layout: onnxruntime.InferenceSession
    decoder: onnxruntime.InferenceSession

    def pieces(self, feed: Mapping[str, NDArray[Any]]) -> Iterator[NDArray[np.float32]]:
        """The sound of a sentence, samples from -1 to 1, in pieces one after the other.

        `feed` are the network's inputs as Piper names them.
        """
        (frames,) = self.layout.run(None, dict(feed))
        for start, end in spans(frames.shape[2]):
            yield self._decoded(frames, start, end)

    def _decoded(self, frames: Frames, start: int, end: int) -> NDArray[np.float32]:
        low, high = max(0, start - CONTEXT_FRAMES), min(frames.shape[2], end + CONTEXT_FRAMES)
        (name,) = (one.name for one in self.decoder.get_inputs())
        sound = self.decoder.run(None, {name: frames[:, :, low:high]})[0].reshape(-1)
        samples = sound.size // (high - low)
        piece: NDArray[np.float32] = sound[(start - low) * samples : (end - low) * samples]
        return piece


def spans(frames: int) -> Iterator[tuple[int, int]]:
    """Where pieces begin and end. None is so short that its context would be most of the work."""
    start, length = 0, FIRST_FRAMES
    while start < frames:
        end = start + length
        if frames - end < 2 * CONTEXT_FRAMES:
            end = frames
        yield start, end
        start, length = end, length * GROWTH


def load_parts(path: Path, options: onnxruntime.SessionOptions, kept: Path) -> VoiceParts | None:
    """The parts of the voice in a `.onnx` file; None when it cannot be parted (several speakers), or there is
    no room for them.

    They are made once and kept in a folder of their own under `kept`. Raises `VoiceFitError` when the file is
    no network, and whatever onnxruntime raises.
    """
    folder = kept / f"{path.stem}-{sha256(path)[:16]}"
    try:
        if not folder.is_dir():
            _part(path, folder)
    except OSError as error:
        logger.warning("the voice is said a sentence at a time: its parts cannot be kept (%s)", error)
        return None
    files = (folder / LAYOUT, folder / DECODER)
    if not all(file.is_file() for file in files):
        return None
    try:
        layout, decoder = (
            onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
            for file in files
        )
    except Exception:  # damaged: the next start makes them anew
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return VoiceParts(layout, decoder)


def _part(path: Path, folder: Path) -> None:
    """In a process of its own: reading a network takes 300 MB that are not given back.

    In a folder beside the final one, and renamed: another process never sees half of it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        script = Path(__file__).with_name("parting.py")
        command = [sys.executable, "-P", *map(str, (script, path, made / LAYOUT, made / DECODER))]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PART_SECONDS)
        if done.returncode != 0:
            raise VoiceFitError(done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}")
        with contextlib.suppress(OSError):  # another process was faster
            made.rename(folder)

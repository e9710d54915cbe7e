"""Phrases as sound, by a voice of Piper's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from piper import PiperConfig, PiperVoice

from agent.speech.tts import Sounds
from agent.speech.voice_parts import VoiceParts, load_parts

FIRST_WORDS = "Ready. Two twenty five for eight."
PEAK = 0.75
"""How loud the loudest of the first words is. What is made in pieces is as loud as the network makes it: its
loudest sample is known too late. That differs by a third between sentences, and this leaves room for it."""


def load_sounds(path: Path, threads: int, kept: Path) -> tuple[Sounds, int]:
    """What says phrases with the voice in a `.onnx` file, its `.onnx.json` beside it, and its sample rate
    in Hz. It has said some words, and is quick from then on. What is made of the file is kept under `kept`.

    Raises whatever the libraries raise for what is no voice.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    config = PiperConfig.from_dict(json.loads(path.with_name(path.name + ".json").read_text("utf-8")))
    parts = load_parts(path, options, kept)
    if parts is None:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        whole = Whole(PiperVoice(session=session, config=config))
        list(whole.sounds(FIRST_WORDS))
        return whole.sounds, config.sample_rate
    # Of the voice only what makes phonemes of a text is used: it needs no network.
    pieces = InPieces(PiperVoice(session=parts.layout, config=config), parts)
    pieces.tune()
    return pieces.sounds, config.sample_rate


class Whole:
    """A voice that makes a sentence as a whole."""

    def __init__(self, voice: PiperVoice) -> None:
        self._voice = voice

    def sounds(self, phrase: str) -> Iterator[NDArray[np.float32]]:
        """A sentence a piece."""
        for chunk in self._voice.synthesize(phrase):
            yield chunk.audio_float_array


class InPieces:
    """A voice that makes a sentence in pieces."""

    def __init__(self, voice: PiperVoice, parts: VoiceParts) -> None:
        self._voice = voice
        self._parts = parts
        self._gain = 1.0

    def tune(self) -> None:
        """Says some words, and finds how much louder they may be."""
        peak = max(float(np.abs(piece).max()) for piece in self.sounds(FIRST_WORDS))
        self._gain = PEAK / max(peak, 0.01)

    def sounds(self, phrase: str) -> Iterator[NDArray[np.float32]]:
        """The pieces of each sentence."""
        config = self._voice.config
        scales = np.array([config.noise_scale, config.length_scale, config.noise_w_scale], np.float32)
        for phonemes in self._voice.phonemize(phrase):
            ids = np.array([self._voice.phonemes_to_ids(phonemes)], np.int64)
            feed: dict[str, NDArray[Any]] = {
                "input": ids,
                "input_lengths": np.array([ids.shape[1]], np.int64),
                "scales": scales,
            }
            for piece in self._parts.pieces(feed):
                yield piece * self._gain

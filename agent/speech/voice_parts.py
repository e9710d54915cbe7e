"""A Piper voice in two parts, so that its sound comes in pieces while the rest of the sentence is made.

Piper's network (VITS, Kim et al. 2021, https://arxiv.org/abs/2106.06103) first lays a whole sentence out as
frames of 192 numbers and then decodes the frames into sound, which takes three quarters of the time. A
decoded sample hangs on few frames around it, so frames can be decoded in pieces with some more on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

CONTEXT_FRAMES = 12
"""Frames on each side of a piece that are decoded with it. From 10 on the sound is that of the whole."""

FIRST_FRAMES = 36
"""Frames of the first piece: 0.42 s at 22.05 kHz, in which the next has to be made."""

GROWTH = 3
"""Each piece may be so many times as long as the one before."""

DECODER = "/dec/"
"""What the names of the decoder's nodes begin with, in every voice that Piper's exporter has made."""

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


def load_parts(path: Path, options: onnxruntime.SessionOptions) -> VoiceParts | None:
    """The parts of the voice in a `.onnx` file; None when it cannot be parted (several speakers).

    Raises whatever onnx and onnxruntime raise for a file that is no network.
    """
    model = onnx.load(path)
    parts = _parted(model)
    if parts is None:
        return None
    layout, decoder = (
        onnxruntime.InferenceSession(part.SerializeToString(), options, providers=["CPUExecutionProvider"])
        for part in parts
    )
    return VoiceParts(layout, decoder)


def _parted(model: onnx.ModelProto) -> tuple[onnx.ModelProto, onnx.ModelProto] | None:
    """The network up to the frames, and from there on."""
    graph = model.graph
    weights = {tensor.name for tensor in graph.initializer}
    decoder = [node for node in graph.node if node.name.startswith(DECODER)]
    known = weights.union(*(node.output for node in decoder))
    taken = {name for node in decoder for name in node.input} - known
    if len(taken) != 1:
        return None
    (cut,) = taken
    follows = {cut}
    before: list[onnx.NodeProto] = []
    after: list[onnx.NodeProto] = []
    for node in graph.node:  # each comes after those that it takes from
        if follows.intersection(node.input):
            after.append(node)
            follows.update(node.output)
        else:
            before.append(node)
    frames = onnx.helper.make_tensor_value_info(cut, onnx.TensorProto.FLOAT, [1, None, None])
    return (
        _model(model, before, graph.input, [frames]),
        _model(model, after, [frames], [one for one in graph.output if one.name in follows]),
    )


def _model(
    whole: onnx.ModelProto,
    nodes: Sequence[onnx.NodeProto],
    inputs: Iterable[onnx.ValueInfoProto],
    outputs: Iterable[onnx.ValueInfoProto],
) -> onnx.ModelProto:
    used = {name for node in nodes for name in node.input}
    weights = [tensor for tensor in whole.graph.initializer if tensor.name in used]
    graph = onnx.helper.make_graph(nodes, "part", list(inputs), list(outputs), weights)
    return onnx.helper.make_model(graph, opset_imports=whole.opset_import, ir_version=whole.ir_version)

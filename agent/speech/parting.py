"""Parts a Piper voice's network in two: `python -m agent.speech.parting VOICE.onnx FOLDER`.

Where a voice cannot be parted the folder stays empty.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import onnx

from agent.speech.voice_parts import DECODER, LAYOUT

DECODERS_NODES = "/dec/"
"""What the names of the decoder's nodes begin with, in every voice that Piper's exporter has made."""


def part(path: Path, folder: Path) -> None:
    """Writes the two parts, if there are two. Raises whatever onnx raises for a file that is no network."""
    model = onnx.load(path)
    parts = _parted(model)
    if parts is not None:
        for name, network in zip((LAYOUT, DECODER), parts, strict=True):
            onnx.save(network, folder / name)


def _parted(model: onnx.ModelProto) -> tuple[onnx.ModelProto, onnx.ModelProto] | None:
    """The network up to the frames, and from there on."""
    graph = model.graph
    weights = {tensor.name for tensor in graph.initializer}
    decoder = [node for node in graph.node if node.name.startswith(DECODERS_NODES)]
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


if __name__ == "__main__":
    part(Path(sys.argv[1]), Path(sys.argv[2]))

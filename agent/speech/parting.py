"""Parts a Piper voice's network in two: `python parting.py VOICE.onnx LAYOUT.onnx DECODER.onnx`.

Nothing is written where a voice cannot be parted. The rest of VoiceFit is not needed, and not loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import onnx

DECODERS_NODES = "/dec/"
"""What the names of the decoder's nodes begin with, in every voice that Piper's exporter has made."""


def part(voice: Path, layout: Path, decoder: Path) -> None:
    """Writes the two parts, if there are two. Raises whatever onnx raises for a file that is no network."""
    parts = _parted(onnx.load(voice))
    if parts is not None:
        for file, network in zip((layout, decoder), parts, strict=True):
            onnx.save(network, file)


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
    part(*map(Path, sys.argv[1:]))

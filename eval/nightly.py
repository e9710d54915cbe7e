"""What is played every night: the large sets, typed and aloud, each as a run of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from eval.loading import packaged_scenarios

NOISES = ("plates", "music", "babble", "treadmill")


def sets() -> Mapping[str, Sequence[str]]:
    """The arguments of `voicefit eval run`, by the name of the gate that the run has to pass."""
    folder = packaged_scenarios()
    noises = [argument for kind in NOISES for argument in ("--noise", kind)]
    spoken = [str(folder / f"{name}.jsonl") for name in ("logging", "not_for_the_agent")]
    return MappingProxyType(
        {
            "text": (),
            "varied": ("--vary", "1", "--seed", "1"),
            "aloud": (*spoken, "--aloud", "--voices", "6", *noises),
            "door": (str(folder / "talking_over.jsonl"), "--aloud", "--door"),
        }
    )

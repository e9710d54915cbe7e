"""An open microphone on a gym floor: how often the agent answers what is not for it, and misses what is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eval.gates import Gate
from eval.gym import SAMPLE_RATE
from eval.sound.gym_floor import Piece
from eval.sound.pauses import GIVEN
from eval.sound.stream import Happened, House, Stream

LAST_SECONDS = 1.5
STRETCH_SECONDS = 10


@dataclass
class OpenMic:
    """What an open microphone came to in `seconds`. A false activation is a reply to what was not for the
    agent; `false_writes` are calls that wrote what nobody asked for."""

    seconds: float = 0.0
    commands: int = 0
    missed: list[str] = field(default_factory=list)
    false_activations: list[str] = field(default_factory=list)
    false_writes: list[str] = field(default_factory=list)

    @property
    def per_hour(self) -> float:
        """False activations in an hour."""
        return len(self.false_activations) * 3600 / self.seconds if self.seconds else 0.0

    def count(self, piece: Piece, happened: list[Happened]) -> None:
        """Takes account of what happened during a piece."""
        calls = [one.call for one in happened if one.call is not None and one.call.wrote]
        heard = " | ".join(one.text for one in happened if one.kind == "heard")
        replies = " | ".join(one.text for one in happened if one.kind == "reply")
        told = f"{piece.kind} {piece.text!r}, heard as {heard!r}: {replies!r} {[one.tool for one in calls]}"
        if piece.tool is None:
            self.false_activations += [told] if replies else []
            self.false_writes += [told] if calls else []
            return
        self.commands += 1
        done = [one for one in happened if one.call is not None and one.call.tool == piece.tool]
        self.missed += [] if done else [told]
        self.false_writes += [told] if any(one.tool != piece.tool for one in calls) else []

    def measures(self) -> dict[str, float]:
        """By the names that gates use: `quiet` is the share of stretches of ten seconds without a false
        activation, `commands` that of commands that were done."""
        return {
            "quiet": max(0.0, 1 - self.per_hour * STRETCH_SECONDS / 3600),
            "true_writes": 1.0 - bool(self.false_writes),
            "commands": 1 - len(self.missed) / self.commands if self.commands else 1.0,
        }

    def below(self, needed: Gate) -> list[str]:
        """What of `needed` is not reached, in words."""
        got = self.measures()
        return [
            f"{name} is {got.get(name, 0.0):.2%}, and must be at least {least:.2%}"
            for name, least in needed.items()
            if got.get(name, 0.0) < least
        ]

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.seconds:.0f} s, {len(self.false_activations)} false activations "
            f"({self.per_hour:.0f} an hour), {len(self.false_writes)} false writes, "
            f"{len(self.missed)} of {self.commands} commands missed",
            *(f"  answered: {one}" for one in self.false_activations),
            *(f"  wrote: {one}" for one in self.false_writes),
            *(f"  missed: {one}" for one in self.missed),
        ]


async def measure(house: House, floor: Sequence[Piece]) -> OpenMic:
    """Listens to `floor`. The agent's replies are not heard by the microphone."""
    found = OpenMic()
    async with house.microphone(GIVEN) as (_, stream):
        starts = [await stream.send(piece.sound) for piece in floor]
        await stream.silence(LAST_SECONDS)
        _count(found, floor, starts, stream)
    return found


def _count(found: OpenMic, floor: Sequence[Piece], starts: list[float], stream: Stream) -> None:
    ends = [*starts[1:], stream.position + 1.0]
    for piece, start, end in zip(floor, starts, ends, strict=True):
        found.seconds += piece.sound.size / SAMPLE_RATE
        found.count(piece, [one for one in stream.happened if start + 0.3 <= one.at < end + 0.3])

"""The agent's own voice, coming back through a room: does it wake the agent, is the athlete still heard?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.gym import SAMPLE_RATE, Sound
from eval.sound.barge_in import LONG_ANSWER
from eval.sound.pauses import GIVEN, trimmed
from eval.sound.stream import Echo, House
from eval.voices import VOICES, Studio

ROOMS: Sequence[tuple[float, float]] = (
    (0.04, -6),
    (0.12, -6),
    (0.12, -12),
    (0.2, -12),
    (0.2, -18),
    (0.12, -25),
)
"""Delays in seconds and levels in dB of the voice as the microphone hears it."""
REVERBERATION_SECONDS = 0.15
INTERRUPTION = "scratch that"
INTO_THE_VOICE_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class Echoes:
    """For each of `ROOMS`: whether the voice stopped itself, what was heard of it, and what came of speech
    over it."""

    alone: dict[tuple[float, float], tuple[bool, tuple[str, ...]]]
    over: dict[tuple[float, float], tuple[tuple[str, ...], tuple[str, ...]]]

    def lines(self) -> list[str]:
        """For people."""
        found = []
        for (delay, level), (stopped, heard) in self.alone.items():
            said, calls = self.over[delay, level]
            found.append(
                f"echo after {delay * 1000:.0f} ms at {level:g} dB: "
                f"{'stops itself' if stopped else 'goes on'}, heard of it {list(heard)}; "
                f"{INTERRUPTION!r} over it: heard {list(said)}, done {list(calls)}"
            )
        return found


async def measure(house: House, studio: Studio, rooms: Sequence[tuple[float, float]] = ROOMS) -> Echoes:
    """Has a long answer spoken in each room, alone and with the athlete talking over it."""
    alone, over = {}, {}
    for delay, level in rooms:
        async with house.microphone(GIVEN) as (_, stream):
            stream.echo = Echo(delay, room(level))
            await stream.type(LONG_ANSWER)
            await stream.quiet_after(2.0, limit=14.0)
            heard = tuple(one.text for one in stream.of("heard"))
            alone[delay, level] = bool(stream.of("stopped")), heard
        async with house.microphone(GIVEN) as (_, stream):
            stream.echo = Echo(delay, room(level))
            await stream.type(LONG_ANSWER)
            while not stream.playing:
                await stream.silence(0.04)
            await stream.silence(INTO_THE_VOICE_SECONDS)
            at = await stream.send(trimmed(studio.say(INTERRUPTION, VOICES[4])))
            await stream.quiet_after(2.0, limit=10.0)
            over[delay, level] = (
                tuple(one.text for one in stream.of("heard", since=at)),
                tuple(one.text for one in stream.of("call", since=at)),
            )
    return Echoes(alone, over)


def room(level: float, seed: int = 0) -> Sound:
    """An impulse response: the direct sound and a tail that dies away, `level` dB all together."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(REVERBERATION_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    response = chance.normal(0, 0.05, time.size) * np.exp(-time * 40)
    response[0] = 1.0
    return np.asarray(response * 10 ** (level / 20) / np.sqrt(np.sum(response**2)))

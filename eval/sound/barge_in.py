"""Speech over the agent's voice: how soon the voice stops, and what does not stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.statistics import percentile
from eval.gym import SAMPLE_RATE, Sound, plates
from eval.sound.pauses import GIVEN, trimmed
from eval.sound.stream import House, Stream
from eval.voices import VOICES, Studio

LONG_ANSWER = "bench 135 for 10 then 185 for 8 then 205 for 6 then 225 for 5"
"""Typed; the answer takes some five seconds."""
SPOKEN = (
    "scratch that",
    "wait",
    "two twenty five for eight",
    "no make that ten reps",
    "okay stop",
    "same again",
    "squat three fifteen for five",
    "actually it was nine",
)
INTO_THE_VOICE_SECONDS = 0.9
LIMIT_SECONDS = 2.5
LOUD = 6000.0


@dataclass(frozen=True, slots=True)
class BargeIn:
    """`silenced`: milliseconds from the first sound of the athlete to the voice stopped; `missed`: what did
    not stop it. `stopped`: of each sound that is no interruption, how often it did, and of how many."""

    silenced: list[float]
    missed: list[str]
    stopped: Mapping[str, tuple[int, int]]

    def lines(self) -> list[str]:
        """For people."""
        p50, p95 = (percentile(self.silenced, share) or 0.0 for share in (0.5, 0.95))
        found = [
            f"barge-in, first sound to silence, {len(self.silenced)}: p50 {p50:.0f} ms, p95 {p95:.0f} ms"
        ]
        found += [f"  not stopped by: {one}" for one in self.missed]
        found += [f"  stopped by {kind}: {n} of {total}" for kind, (n, total) in self.stopped.items()]
        return found


async def measure(house: House, studio: Studio, repeat: int = 1) -> BargeIn:
    """Interrupts a long answer with each of `SPOKEN`, and with sounds that mean nothing."""
    silenced, missed = list[float](), list[str]()
    stopped = dict[str, tuple[int, int]]()
    for turn in range(repeat):
        for index, text in enumerate(SPOKEN):
            voice = VOICES[(index + turn) % 5]
            async with house.microphone(GIVEN) as (_, stream):
                after = await silenced_after(stream, trimmed(studio.say(text, voice)))
            if after is None:
                missed.append(f"{text} ({voice.name})")
            else:
                silenced.append(after * 1000)
        for kind, sounds in meaningless(studio, turn).items():
            for sound in sounds:
                async with house.microphone(GIVEN) as (_, stream):
                    n, total = stopped.get(kind, (0, 0))
                    stopped[kind] = (n + (await silenced_after(stream, sound) is not None), total + 1)
    return BargeIn(silenced, missed, stopped)


async def silenced_after(stream: Stream, sound: Sound) -> float | None:
    """Has a long answer spoken and sends `sound` into it: seconds from its beginning until the client was
    told to be silent, None when the answer was spoken to its end."""
    await stream.type(LONG_ANSWER)
    while not stream.playing:
        await stream.silence(0.04)
    await stream.silence(INTO_THE_VOICE_SECONDS)
    at = await stream.send(sound)
    while stream.position - at < LIMIT_SECONDS and not stream.of("stopped", since=at):
        await stream.silence(0.04)
    found = stream.of("stopped", "speech", since=at)
    return found[0].at - at if found else None


def meaningless(studio: Studio, seed: int) -> dict[str, Sequence[Sound]]:
    """Sounds over which the agent should go on: by kind."""
    chance = np.random.default_rng(seed)
    clangs = plates(2 * SAMPLE_RATE, chance)
    return {
        "a cough": [cough(chance), cough(chance)],
        "plates": [clangs * LOUD / float(np.max(np.abs(clangs)))],
        "mm hmm": [trimmed(studio.say("mm hmm", VOICES[0])) * 0.5],
        "a breath": [chance.normal(0, 900, SAMPLE_RATE) * np.hanning(SAMPLE_RATE)],
    }


def cough(chance: np.random.Generator) -> Sound:
    """Two bursts of filtered noise, 0.2 s apart."""
    size = round(0.25 * SAMPLE_RATE)
    time = np.arange(size) / SAMPLE_RATE
    burst = np.convolve(chance.normal(0, 1, size), np.ones(6) / 6, "same") * np.exp(-time * 18)
    burst *= LOUD / float(np.max(np.abs(burst)))
    return np.concatenate((burst, np.zeros(round(0.2 * SAMPLE_RATE)), 0.8 * burst))

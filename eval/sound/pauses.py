"""Sentences with a pause where they cannot end: are they heard whole, and what does that cost the others?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.statistics import percentile
from eval.gym import SAMPLE_RATE, Sound
from eval.scenario import Given
from eval.sound.stream import House, Stream
from eval.voices import VOICES, Studio

PAUSES = (0.4, 0.7, 1.0, 1.3)
FAINT = 300.0
SPLIT: Sequence[tuple[str, str, str, dict[str, object]]] = (
    ("two twenty five for", "eight", "log_set", {"weight": 225, "reps": 8}),
    ("bench press one eighty five", "for six", "log_set", {"weight": 185, "reps": 6}),
    ("three fifteen times", "five", "log_set", {"weight": 315, "reps": 5}),
    ("set a timer for", "ninety seconds", "start_rest_timer", {"seconds": 90}),
    ("back squat two plates for", "ten reps", "log_set", {"weight": 225, "reps": 10}),
    ("three sets of", "ten at one thirty five", "log_set", {"reps": 10, "weight": 135}),
    ("one forty", "for seven", "log_set", {"weight": 140, "reps": 7}),
    ("I did deadlifts", "four oh five for three", "log_set", {"weight": 405, "reps": 3}),
)
"""What is said before and after the pause, and what must come of it."""
WHOLE = (
    "two twenty five for eight",
    "bench press one eighty five for six",
    "same again",
    "set a timer for ninety seconds",
    "back squat two plates for ten reps",
    "start a workout",
    "what's my best bench press",
    "scratch that",
)
GIVEN = Given.model_validate(
    {
        "unit": "lbs",
        "workout": {
            "exercise": "Barbell Bench Press",
            "sets": [{"exercise": "Barbell Bench Press", "weight": 185, "reps": 8}],
        },
    }
)


@dataclass(frozen=True, slots=True)
class Pauses:
    """By the length of the pause, `whole` of the `said` sentences were heard as one, and `done` right in the
    end; `wrong`: what was written otherwise; `delays`: milliseconds from the end of complete sentences to the
    voice."""

    whole: dict[float, int]
    done: dict[float, int]
    said: int
    wrong: list[str]
    delays: list[float]

    def lines(self) -> list[str]:
        """For people."""
        found = [
            f"a pause of {pause:g} s: of {self.said} {whole} heard whole, {self.done[pause]} done right"
            for pause, whole in self.whole.items()
        ]
        found += [f"  written otherwise: {one}" for one in self.wrong]
        p50, p95 = (percentile(self.delays, share) or 0.0 for share in (0.5, 0.95))
        found.append(f"complete sentences, end of speech to voice: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
        return found


async def measure(house: House, studio: Studio, pauses: Sequence[float] = PAUSES) -> Pauses:
    """Says every sentence of `SPLIT` with each pause, and those of `WHOLE` without."""
    whole, done = dict.fromkeys(pauses, 0), dict.fromkeys(pauses, 0)
    wrong, delays = list[str](), list[float]()
    for pause in pauses:
        for before, after, tool, args in SPLIT:
            async with house.microphone(GIVEN) as (_, stream):
                began = stream.position
                await stream.send(trimmed(studio.say(before, VOICES[0])))
                await stream.silence(pause)
                await stream.send(trimmed(studio.say(after, VOICES[0])))
                await stream.quiet_after(1.5)
                calls = [one.call for one in stream.of("call", since=began) if one.call and one.call.wrote]
                heard = " | ".join(one.text for one in stream.of("heard", since=began))
                right = len(calls) == 1 and calls[0].tool == tool and args.items() <= calls[0].args.items()
                done[pause] += right
                whole[pause] += right and len(stream.of("heard", since=began)) == 1
                if calls and not right:
                    wrong.append(f"{before} ({pause:g} s) {after} -> {heard}: {calls}")
    async with house.microphone(GIVEN) as (_, stream):
        for sentence in WHOLE:
            if (delay := await voice_delay(stream, trimmed(studio.say(sentence, VOICES[0])))) is not None:
                delays.append(delay)
    return Pauses(whole, done, len(SPLIT), wrong, delays)


async def voice_delay(stream: Stream, sound: Sound) -> float | None:
    """Milliseconds from the end of `sound` to the first of the voice that answers; None when none does."""
    began = await stream.send(sound)
    ended = began + sound.size / SAMPLE_RATE
    await stream.quiet_after(1.0)
    first = stream.of("audio", since=began)
    return (first[0].at - ended) * 1000 if first else None


def trimmed(sound: Sound) -> Sound:
    """From the first sound to the last."""
    loud = np.flatnonzero(np.abs(sound) > FAINT)
    return sound[loud[0] : loud[-1] + 1] if loud.size else sound

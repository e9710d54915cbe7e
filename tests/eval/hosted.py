"""Lines of a load test without a voice: bursts of noise, each line with a rhythm of its own."""

from __future__ import annotations

import numpy as np

from eval.load.lines import Line, Set, envelope
from eval.speaker import SAMPLE_RATE, Spoken

BURST_SECONDS = 0.08


def line(text: str, logs: Set, rhythm: str) -> Line:
    """A line that logs a set and sounds as `rhythm` says: a digit is how loud a burst is."""
    noise = np.random.default_rng(len(text)).uniform(-1, 1, round(BURST_SECONDS * SAMPLE_RATE))
    samples = np.concatenate([noise * 3000 * int(loud) for loud in rhythm]).astype(np.int16)
    spoken = Spoken(samples, samples.size / SAMPLE_RATE, np.zeros(SAMPLE_RATE, np.int16))
    return Line(text, logs, spoken, envelope(samples, SAMPLE_RATE))


LINES = (
    line("bench press 185 for 8", ("barbell-bench-press", 8, 185.0), "1591371"),
    line("back squat 225 for 5", ("barbell-back-squat", 5, 225.0), "9321149511"),
)

"""Recordings as they are put into pages: small, and played by every browser."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import av
from av.error import FFmpegError

RATE = 24_000
BITS_A_SECOND = 32_000
MAX_BYTES = 20_000_000
"""A recording bigger than this is left out."""


def as_data_url(path: Path) -> str | None:
    """The recording as MP3 in a `data:` address; None when there is none, or nothing that can be heard."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        return f"data:audio/mpeg;base64,{base64.b64encode(_mp3(path)).decode()}"
    except (OSError, FFmpegError):
        return None


def _mp3(path: Path) -> bytes:
    made = io.BytesIO()
    with av.open(str(path)) as source, av.open(made, "w", format="mp3") as target:
        stream = target.add_stream("mp3", rate=RATE, layout="mono")
        stream.bit_rate = BITS_A_SECOND
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=RATE)
        for frame in source.decode(audio=0):
            for one in resampler.resample(frame):
                target.mux(stream.encode(one))
        for one in resampler.resample(None):
            target.mux(stream.encode(one))
        target.mux(stream.encode(None))
    return made.getvalue()

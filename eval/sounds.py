"""Recordings as they are put into pages: small, and played by every browser."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import av
from av.error import FFmpegError

RATE = 24_000
BITS_A_SECOND = 32_000
MAX_ON_A_PAGE = 12_000_000
"""Characters of sound, forty minutes of speech."""


class Sounds:
    """Recordings at paths relative to `folder`, for one page: when it is full, what comes after has none."""

    def __init__(self, folder: Path, limit: int = MAX_ON_A_PAGE) -> None:
        self._folder = folder
        self._left = limit

    def player(self, path: str | None) -> str:
        """A player for the recording, as HTML; empty when there is none, or nothing that can be heard."""
        if path is None or self._left <= 0:
            return ""
        try:
            made = base64.b64encode(_mp3(self._folder / path)).decode()
        except (OSError, FFmpegError):
            return ""
        self._left -= len(made)
        return f'<audio controls preload="none" src="data:audio/mpeg;base64,{made}"></audio>'


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

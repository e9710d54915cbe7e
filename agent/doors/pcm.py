"""The audio format of conversations: 16-bit little-endian mono PCM at 24 kHz."""

from __future__ import annotations

SAMPLE_RATE = 24_000
BYTES_PER_SECOND = 2 * SAMPLE_RATE


def seconds(pcm: bytes | bytearray) -> float:
    """The length of some audio."""
    return len(pcm) / BYTES_PER_SECOND

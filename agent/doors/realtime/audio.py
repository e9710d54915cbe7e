"""The one audio format of this door: 16-bit little-endian mono PCM at 24 kHz."""

from __future__ import annotations

import base64
import binascii

from agent.doors.realtime.protocol import ProtocolError

SAMPLE_RATE = 24_000
BYTES_PER_SECOND = 2 * SAMPLE_RATE


def decode_audio(audio: str) -> bytes:
    """The PCM of an `input_audio_buffer.append`. Raises `ProtocolError`."""
    try:
        pcm = base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError("invalid_audio", "`audio` is not valid base64.", param="audio") from error
    if len(pcm) % 2:
        raise ProtocolError(
            "invalid_audio",
            "`audio` has half a sample: it must be 16-bit PCM, an even number of bytes.",
            param="audio",
        )
    return pcm


def seconds(pcm: bytes | bytearray) -> float:
    """The length of some audio."""
    return len(pcm) / BYTES_PER_SECOND
